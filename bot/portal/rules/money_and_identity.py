"""What follows from prices, discounts and billing mode."""

from bot.portal.models import MISSING, Item, Price, Subscription
from bot.portal.rules.amounts import line_amount, unit_amount, wanted_amount
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import Scope, Status
from bot.portal.rules.rule import (
    Hit,
    Stage,
    blocks,
    given_price,
    given_subscription,
    given_target,
    informs,
    maybe,
    missing,
    rule,
    warns,
)
from bot.portal.rules.sources import BILLING_MODE, CURRENCY, INFERRED, PAUSING, SDK_ITEM

ONLY_UPDATE = informs(Scope.UPDATE)


@rule("PRICE_CURRENCY", Stage.TARGET, blocks(Scope.SWITCH), Status.INFERRED, CURRENCY)
@given_target
def other_currency(target: Price, facts: Facts) -> Hit | None:
    """The target price has neither as its currency nor in its `currency_options` that of the subscription."""
    currency = facts.currency
    if currency is None or target.currency is None:
        return missing("currency", target=target.id)
    offered = {target.currency.lower(), *(option.lower() for option in target.currency_options or ())}
    if currency.lower() in offered:
        return None
    evidence = {"target": target.id, "name": facts.name_of(target)}
    return Hit({**evidence, "target_currency": target.currency, "currency": currency})


@rule("PRICE_INTERVAL_CHANGE", Stage.CONSEQUENCE, warns(Scope.SWITCH), Status.DOCUMENTED, BILLING_MODE)
@given_target
def interval_changes(target: Price, facts: Facts) -> Hit | None:
    """The target price's `recurring.interval` or `interval_count` differs from the current one's."""
    price = facts.price
    if price is None or price.interval is None or target.interval is None:
        return None
    before, after = price.interval_count or 1, target.interval_count or 1
    if (price.interval, before) == (target.interval, after):
        return None
    return Hit(
        {
            "interval": price.interval,
            "interval_count": before,
            "target": target.id,
            "target_interval": target.interval,
            "target_interval_count": after,
            "billing_mode": _billing_mode(facts.subscription),
            "amount": wanted_amount(facts),
            "currency": facts.currency,
            "period_end": facts.period_end,
        }
    )


@rule("PRICE_FREE_TO_PAID", Stage.CONSEQUENCE, warns(Scope.SWITCH), Status.DOCUMENTED, BILLING_MODE)
@given_target
def free_to_paid(target: Price, facts: Facts) -> Hit | None:
    """The current price costs nothing and the target price does."""
    before = unit_amount(facts.price) if facts.price else None
    after = unit_amount(target)
    if before is None or after is None or before != 0 or after <= 0:
        return None
    return Hit(
        {
            "target": target.id,
            "billing_mode": _billing_mode(facts.subscription),
            "amount": wanted_amount(facts),
            "currency": facts.currency,
        }
    )


def _billing_mode(subscription: Subscription | None) -> str | None:
    known = subscription is not None and subscription.billing_mode is not MISSING
    return str(subscription.billing_mode) if subscription is not None and known else None


@rule(
    "SUB_TIERED",
    Stage.SHAPE,
    blocks(Scope.QUANTITY) | maybe(Scope.SWITCH, words="SUB_TIERED.switch"),
    Status.INFERRED,
    INFERRED,
)
@given_price
def tiered(price: Price, _item: Item, _facts: Facts) -> Hit | None:
    """The current price's `billing_scheme` is `tiered`."""
    if price.billing_scheme is MISSING:
        return missing("price.billing_scheme", price=price.id)
    return Hit({"price": price.id}) if price.billing_scheme == "tiered" else None


@rule("SUB_TRANSFORM_QTY", Stage.SHAPE, maybe(Scope.QUANTITY), Status.INFERRED, INFERRED)
@given_price
def transformed_quantity(price: Price, _item: Item, _facts: Facts) -> Hit | None:
    """The current price has a `transform_quantity`."""
    if not price.has_transform_quantity:
        return None
    return Hit({"price": price.id, "divide_by": price.transform_divide_by})


@rule(
    "SUB_INLINE_OR_ARCHIVED_PRICE",
    Stage.SHAPE,
    blocks(Scope.QUANTITY) | maybe(Scope.SWITCH, words="SUB_INLINE_OR_ARCHIVED_PRICE.switch"),
    Status.OBSERVED,
    INFERRED,
)
@given_price
def archived_price(price: Price, _item: Item, _facts: Facts) -> Hit | None:
    """The current price is not active: archived, or made inline with `price_data`."""
    if price.active is MISSING:
        return missing("price.active", price=price.id)
    return None if price.active else Hit({"price": price.id})


@rule("SUB_MIXED_INTERVALS", Stage.SHAPE, blocks(Scope.UPDATE), Status.DOCUMENTED, BILLING_MODE)
@given_subscription
def mixed_intervals(subscription: Subscription, facts: Facts) -> Hit | None:
    """`billing_mode.type` is `flexible` and items have different intervals; blocked as SUB_MULTI_ITEM is."""
    if subscription.billing_mode != "flexible":
        return None
    prices = [item.price for item in facts.items if item.price and item.price.interval]
    if len({(price.interval, price.interval_count or 1) for price in prices}) < 2:
        return None
    return Hit(
        {"items": [item.id for item in facts.items], "intervals": [_interval(price) for price in prices]}
    )


def _interval(price: Price) -> str | None:
    count = price.interval_count or 1
    return price.interval if count == 1 else f"{count} {price.interval}s"


@rule("SUB_CUSTOM_AMOUNT", Stage.SHAPE, maybe(Scope.SWITCH, Scope.QUANTITY), Status.INFERRED, INFERRED)
@given_price
def custom_amount(price: Price, _item: Item, _facts: Facts) -> Hit | None:
    """The current price has a `custom_unit_amount`: the customer chose the amount."""
    return Hit({"price": price.id}) if price.has_custom_unit_amount else None


@rule("SUB_DISCOUNT_KEEP", Stage.CONSEQUENCE, warns(Scope.SWITCH), Status.OBSERVED, INFERRED)
@given_subscription
def discount_kept(subscription: Subscription, facts: Facts) -> Hit | None:
    """The subscription or an item has discounts."""
    discounts = _discounts(subscription, facts)
    return Hit({"subscription": subscription.id, "discounts": discounts}) if discounts else None


@rule("SUB_DISCOUNT_PAUSE", Stage.CONSEQUENCE, informs(Scope.PAUSE), Status.DOCUMENTED, PAUSING)
@given_subscription
def discount_runs_on(subscription: Subscription, facts: Facts) -> Hit | None:
    """The subscription or an item has discounts: a coupon's time runs on during a pause."""
    discounts = _discounts(subscription, facts)
    return Hit({"subscription": subscription.id, "discounts": discounts}) if discounts else None


def _discounts(subscription: Subscription, facts: Facts) -> list[str]:
    return [*subscription.discounts, *(name for item in facts.items for name in item.discounts)]


@rule("SUB_RETENTION_REUSE", Stage.CONSEQUENCE, warns(Scope.CANCEL), Status.OBSERVED, INFERRED)
@given_subscription
def retention_reused(_subscription: Subscription, facts: Facts) -> Hit | None:
    """The cancel link offers a coupon with `duration` `once`."""
    offer = facts.question.retention
    if offer is None or offer.coupon is None or offer.coupon.duration != "once":
        return None
    return Hit({"coupon": offer.coupon.id})


@rule("SUB_BILLING_MODE_FLEX", Stage.CONSEQUENCE, informs(Scope.CANCEL), Status.DOCUMENTED, BILLING_MODE)
@given_subscription
def flexible_cancel(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`billing_mode.type` is `flexible`: canceling sets `cancel_at`, not `cancel_at_period_end`."""
    if subscription.billing_mode != "flexible":
        return None
    return Hit({"subscription": subscription.id, "period_end": subscription.current_period_end})


@rule("PM_NONE", Stage.CONSEQUENCE, warns(Scope.SWITCH), Status.OBSERVED, INFERRED)
@given_target
def no_payment_method(target: Price, facts: Facts) -> Hit | None:
    """No payment method is set on subscription or customer, and the target price costs something."""
    if facts.payment_method is not None or unit_amount(target) == 0:
        return None
    amount = line_amount(target, facts.wanted_quantity)
    return Hit({"target": target.id, "amount": amount, "currency": target.currency})


@rule("SUB_LEGACY_PLAN", Stage.CONSEQUENCE, ONLY_UPDATE, Status.INFERRED, SDK_ITEM)
@given_price
def legacy_plan(price: Price, item: Item, _facts: Facts) -> Hit | None:
    """The item was made from a Plan: a price with a `plan_…` id, or a plan in place of the price."""
    if not price.from_plan and not price.id.startswith("plan_"):
        return None
    return Hit({"item": item.id, "price": price.id})


@rule("SUB_MANAGED_PAYMENTS", Stage.CONSEQUENCE, ONLY_UPDATE, Status.UNVERIFIED, INFERRED)
@given_subscription
def managed_payments(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`managed_payments.enabled` is true."""
    return Hit({"subscription": subscription.id}) if subscription.managed_payments_enabled else None


@rule("SUB_BILLING_THRESHOLDS", Stage.CONSEQUENCE, ONLY_UPDATE, Status.UNVERIFIED, INFERRED)
@given_subscription
def billing_thresholds(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`billing_thresholds` is set."""
    return Hit({"subscription": subscription.id}) if subscription.has_billing_thresholds else None


@rule("SUB_BILLING_SCHEDULES", Stage.CONSEQUENCE, ONLY_UPDATE, Status.UNVERIFIED, INFERRED)
@given_subscription
def billing_schedules(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`billing_schedules` is not empty."""
    keys = list(subscription.billing_schedules)
    return Hit({"subscription": subscription.id, "billing_schedules": keys}) if keys else None


@rule("SUB_PENDING_ITEM_INTERVAL", Stage.CONSEQUENCE, ONLY_UPDATE, Status.UNVERIFIED, INFERRED)
@given_subscription
def pending_item_interval(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`pending_invoice_item_interval` is set."""
    return Hit({"subscription": subscription.id}) if subscription.has_pending_invoice_item_interval else None


@rule(
    "SUB_PAUSE_SCHEDULED",
    Stage.SHAPE,
    maybe(Scope.UPDATE, Scope.CANCEL, Scope.PAUSE),
    Status.INFERRED,
    "stripe-python:stripe/_subscription_schedule.py",
)
@given_subscription
def pause_scheduled(subscription: Subscription, _facts: Facts) -> Hit | None:
    """The attached schedule holds a pause whose status is `scheduled`."""
    if subscription.schedule is None or subscription.schedule.object is None:
        return None
    waiting = [pause for pause in subscription.schedule.object.pauses if pause.status == "scheduled"]
    if not waiting:
        return None
    return Hit({"schedule": subscription.schedule.id, "pause_at": waiting[0].pause_at})
