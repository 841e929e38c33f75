"""What follows from the state a subscription is in.

The pause rules are documented for Stripe's pause endpoint; that the portal's pause shares them is inferred.
"""

from bot.portal.models import MISSING, Subscription
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import ACTIONS, UPDATES, Scope, Status
from bot.portal.rules.rule import Hit, Stage, blocks, given_subscription, maybe, missing, rule, warns
from bot.portal.rules.sources import (
    CONFIGURE,
    FIELD_CANCELED,
    INFERRED,
    PAUSE,
    PENDING_CANCELLATION,
    PENDING_UPDATES,
    SDK_SUBSCRIPTION,
)


def _in_status(subscription: Subscription, status: str) -> Hit | None:
    if subscription.status != status:
        return None
    invoice = subscription.latest_invoice.id if subscription.latest_invoice else None
    return Hit({"subscription": subscription.id, "status": status, "latest_invoice": invoice})


@rule("ST_CANCELED", Stage.STATUS, blocks(*ACTIONS), Status.DOCUMENTED, FIELD_CANCELED)
@given_subscription
def canceled(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`status` is `canceled`. A status that is not in the answer at all is told here, once, as maybe."""
    if subscription.status is MISSING:
        return missing("status", subscription=subscription.id)
    if subscription.status != "canceled":
        return None
    ended = subscription.ended_at or subscription.canceled_at
    return Hit({"subscription": subscription.id, "status": "canceled", "ended_at": ended})


@rule(
    "ST_INCOMPLETE",
    Stage.STATUS,
    blocks(*UPDATES, Scope.PAUSE),
    Status.INFERRED,
    SDK_SUBSCRIPTION,
)
@given_subscription
def incomplete(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`status` is `incomplete`: the first invoice is not paid."""
    return _in_status(subscription, "incomplete")


@rule("ST_INCOMPLETE_EXPIRED", Stage.STATUS, blocks(*ACTIONS), Status.DOCUMENTED, SDK_SUBSCRIPTION)
@given_subscription
def incomplete_expired(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`status` is `incomplete_expired`: the first invoice was not paid within 23 hours."""
    return _in_status(subscription, "incomplete_expired")


@rule("ST_PAST_DUE", Stage.STATUS, maybe(Scope.UPDATE), Status.INFERRED, INFERRED)
@given_subscription
def past_due(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`status` is `past_due`."""
    return _in_status(subscription, "past_due")


@rule("ST_UNPAID", Stage.STATUS, maybe(Scope.UPDATE), Status.INFERRED, SDK_SUBSCRIPTION)
@given_subscription
def unpaid(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`status` is `unpaid`."""
    return _in_status(subscription, "unpaid")


@rule(
    "ST_PAUSED",
    Stage.STATUS,
    blocks(Scope.PAUSE) | maybe(Scope.UPDATE, status=Status.UNVERIFIED, words="ST_PAUSED.update"),
    Status.DOCUMENTED,
    PAUSE,
)
@given_subscription
def paused(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`status` is `paused`."""
    if subscription.status != "paused":
        return None
    invoice = subscription.latest_invoice.id if subscription.latest_invoice else None
    evidence = {"subscription": subscription.id, "status": "paused", "reason": subscription.paused_reason}
    return Hit({**evidence, "latest_invoice": invoice})


@rule("ST_PAUSE_COLLECTION", Stage.CONSEQUENCE, warns(Scope.UPDATE), Status.DOCUMENTED, SDK_SUBSCRIPTION)
@given_subscription
def collection_paused(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`pause_collection` is set."""
    if not subscription.has_pause_collection:
        return None
    return Hit(
        {
            "subscription": subscription.id,
            "behavior": subscription.pause_behavior,
            "resumes_at": subscription.pause_resumes_at,
        }
    )


@rule(
    "ST_CANCEL_SCHEDULED",
    Stage.STATUS,
    blocks(Scope.CANCEL) | maybe(Scope.UPDATE, status=Status.UNVERIFIED, words="ST_CANCEL_SCHEDULED.update"),
    Status.OBSERVED,
    CONFIGURE,
)
@given_subscription
def cancel_scheduled(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`cancel_at_period_end` is true or `cancel_at` is set, and `status` is not `canceled`."""
    if subscription.status == "canceled":
        return None
    if subscription.cancel_at_period_end is True or subscription.cancel_at is not None:
        return Hit(
            {
                "subscription": subscription.id,
                "cancel_at_period_end": subscription.cancel_at_period_end is True,
                "cancel_at": subscription.cancel_at,
                "ends_at": subscription.cancel_at or subscription.current_period_end,
            }
        )
    if subscription.cancel_at_period_end is MISSING:
        return missing("cancel_at_period_end", subscription=subscription.id)
    return None


@rule("ST_PENDING_UPDATE", Stage.CONSEQUENCE, warns(Scope.UPDATE), Status.DOCUMENTED, PENDING_UPDATES)
@given_subscription
def update_pending(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`pending_update` is set: an earlier change waits for its payment."""
    if not subscription.has_pending_update:
        return None
    invoice = subscription.latest_invoice.id if subscription.latest_invoice else None
    evidence = {"subscription": subscription.id, "expires_at": subscription.pending_update_expires_at}
    return Hit({**evidence, "latest_invoice": invoice})


@rule(
    "ST_PENDING_CANCEL",
    Stage.STATUS,
    maybe(Scope.CANCEL) | warns(Scope.UPDATE, status=Status.DOCUMENTED, words="ST_PENDING_CANCEL.update"),
    Status.UNVERIFIED,
    PENDING_CANCELLATION,
)
@given_subscription
def cancellation_pending(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`pending_update.cancel_at_period_end` is true: a cancellation waits for a payment."""
    if not subscription.pending_update_cancels:
        return None
    invoice = subscription.latest_invoice.id if subscription.latest_invoice else None
    return Hit(
        {
            "subscription": subscription.id,
            "expires_at": subscription.pending_update_expires_at,
            "latest_invoice": invoice,
        }
    )


@rule("ST_TRIAL_PAUSE", Stage.STATUS, blocks(Scope.PAUSE), Status.DOCUMENTED, PAUSE)
@given_subscription
def pause_in_trial(subscription: Subscription, facts: Facts) -> Hit | None:
    """`status` is `trialing`, or an item has a `current_trial`."""
    on_trial = [item for item in facts.items if item.has_current_trial]
    if subscription.status != "trialing" and not on_trial:
        return None
    ends = subscription.trial_end if subscription.status == "trialing" else on_trial[0].current_trial_end
    evidence = {"subscription": subscription.id, "items": [item.id for item in on_trial]}
    return Hit({**evidence, "trial_end": ends})


@rule("ST_CLASSIC_PAUSE", Stage.SHAPE, blocks(Scope.PAUSE), Status.DOCUMENTED, PAUSE)
@given_subscription
def pause_in_classic_mode(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`billing_mode.type` is `classic`."""
    if subscription.billing_mode is MISSING:
        return missing("billing_mode", subscription=subscription.id)
    if subscription.billing_mode != "classic":
        return None
    return Hit({"subscription": subscription.id, "billing_mode": "classic"})


@rule("ST_SCHEDULE_PAUSE", Stage.SHAPE, blocks(Scope.PAUSE), Status.DOCUMENTED, PAUSE)
@given_subscription
def pause_with_schedule(subscription: Subscription, _facts: Facts) -> Hit | None:
    """A schedule is attached, with or without future phases."""
    if subscription.schedule is None:
        return None
    return Hit({"subscription": subscription.id, "schedule": subscription.schedule.id})


@rule("ST_STATUS_PAUSE", Stage.STATUS, blocks(Scope.PAUSE), Status.DOCUMENTED, PAUSE)
@given_subscription
def pause_in_status(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`status` is `paused`, `incomplete`, `incomplete_expired` or `canceled`."""
    status = subscription.status
    if status is MISSING or status not in {"paused", "incomplete", "incomplete_expired", "canceled"}:
        return None
    return Hit({"subscription": subscription.id, "status": status})
