"""How the portal configuration carries changes out: what a customer who goes ahead will meet."""

from bot.portal.models import Configuration, Subscription
from bot.portal.rules.amounts import wanted_amount
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import Scope, Status
from bot.portal.rules.period_end import matched_conditions
from bot.portal.rules.rule import Hit, Stage, given_configuration, given_subscription, informs, rule, warns
from bot.portal.rules.sources import CONFIGURE, CYCLE_ANCHOR, SDK_CONFIGURATION


@rule("CFG_CANCEL_IMMEDIATE", Stage.CONSEQUENCE, warns(Scope.CANCEL), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def cancels_at_once(configuration: Configuration, facts: Facts) -> Hit | None:
    """`subscription_cancel.mode` is `immediately`."""
    cancel = configuration.subscription_cancel
    if cancel.mode != "immediately":
        return None
    return Hit(
        {
            "configuration": configuration.id,
            "mode": cancel.mode,
            "proration_behavior": cancel.proration_behavior,
            "period_end": facts.period_end,
        }
    )


@rule("CFG_CANCEL_PERIOD_END", Stage.CONSEQUENCE, informs(Scope.CANCEL), Status.DOCUMENTED, CONFIGURE)
@given_configuration
def cancels_at_period_end(configuration: Configuration, facts: Facts) -> Hit | None:
    """`subscription_cancel.mode` is `at_period_end`."""
    if configuration.subscription_cancel.mode != "at_period_end":
        return None
    return Hit({"configuration": configuration.id, "mode": "at_period_end", "period_end": facts.period_end})


@rule("CFG_PRORATION", Stage.CONSEQUENCE, warns(Scope.UPDATE), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_configuration
def proration(configuration: Configuration, facts: Facts) -> Hit | None:
    """`proration_behavior` is `none`, `create_prorations` or `always_invoice`."""
    behavior = configuration.subscription_update.proration_behavior
    if behavior not in {"none", "create_prorations", "always_invoice"}:
        return None
    return Hit(
        {
            "configuration": configuration.id,
            "proration_behavior": behavior,
            "period_end": facts.period_end,
        }
    )


@rule("CFG_ANCHOR_NOW", Stage.CONSEQUENCE, warns(Scope.UPDATE), Status.DOCUMENTED, CYCLE_ANCHOR)
@given_configuration
def billing_date_resets(configuration: Configuration, facts: Facts) -> Hit | None:
    """`billing_cycle_anchor` is `now`."""
    if configuration.subscription_update.billing_cycle_anchor != "now":
        return None
    return Hit(
        {
            "configuration": configuration.id,
            "period_end": facts.period_end,
            "amount": wanted_amount(facts),
            "currency": facts.currency,
        }
    )


@rule(
    "CFG_SCHEDULES_CHANGE",
    Stage.CONSEQUENCE,
    warns(Scope.SWITCH, Scope.QUANTITY),
    Status.DOCUMENTED,
    CONFIGURE,
)
@given_subscription
def change_waits(_subscription: Subscription, facts: Facts) -> Hit | None:
    """A `schedule_at_period_end` condition is true for this change (lower amount, shorter interval)."""
    matched = matched_conditions(facts)
    if not matched:
        return None
    about = {Scope.SWITCH} if facts.target.price else {Scope.QUANTITY}
    if facts.target.price and facts.target.quantity is not None:
        about.add(Scope.QUANTITY)
    return Hit({"conditions": list(matched), "effective_at": facts.period_end}, only=frozenset(about))
