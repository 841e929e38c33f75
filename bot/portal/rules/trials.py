"""What a change does to a trial: a free one, which the status shows, or a paid one, which the item shows."""

from bot.portal.models import Item, Subscription
from bot.portal.rules.amounts import wanted_amount
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import UPDATES, Scope, Status
from bot.portal.rules.rule import Hit, Stage, given_subscription, informs, maybe, rule, warns
from bot.portal.rules.sources import TRIAL_BEHAVIOR, TRIAL_OFFERS


@rule("SUB_TRIAL_OFFER", Stage.SHAPE, maybe(*UPDATES), Status.UNVERIFIED, TRIAL_OFFERS)
@given_subscription
def paid_trial(subscription: Subscription, facts: Facts) -> Hit | None:
    """An item has a `current_trial` that is not over and `status` is not `trialing`: a paid trial offer."""
    if subscription.status == "trialing":
        return None
    on_trial = [item for item in facts.items if _is_on_trial(item, facts.question.now)]
    if not on_trial:
        return None
    ends = [item.current_trial_end for item in on_trial if item.current_trial_end is not None]
    return Hit(
        {
            "subscription": subscription.id,
            "items": [item.id for item in on_trial],
            "trial_end": min(ends, default=None),
        }
    )


def _is_on_trial(item: Item, now: int) -> bool:
    return item.has_current_trial and (item.current_trial_end is None or item.current_trial_end > now)


@rule("SUB_TRIAL_ENDS", Stage.CONSEQUENCE, warns(*UPDATES), Status.DOCUMENTED, TRIAL_BEHAVIOR)
@given_subscription
def trial_ends(subscription: Subscription, facts: Facts) -> Hit | None:
    """`status` is `trialing` and the configuration's `trial_update_behavior` is `end_trial` or missing."""
    if facts.update is None or subscription.status != "trialing":
        return None
    if facts.update.trial_update_behavior not in {"end_trial", None}:
        return None
    return Hit(
        {
            "subscription": subscription.id,
            "trial_end": subscription.trial_end,
            "trial_update_behavior": facts.update.trial_update_behavior,
            "amount": wanted_amount(facts),
            "currency": facts.currency,
        }
    )


@rule("SUB_TRIAL_CONTINUES", Stage.CONSEQUENCE, informs(Scope.UPDATE), Status.DOCUMENTED, TRIAL_BEHAVIOR)
@given_subscription
def trial_continues(subscription: Subscription, facts: Facts) -> Hit | None:
    """`status` is `trialing` and the configuration's `trial_update_behavior` is `continue_trial`."""
    if facts.update is None or subscription.status != "trialing":
        return None
    if facts.update.trial_update_behavior != "continue_trial":
        return None
    return Hit({"subscription": subscription.id, "trial_end": subscription.trial_end})
