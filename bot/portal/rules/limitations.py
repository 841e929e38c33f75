"""What Stripe's overview page lists as limitations of the portal."""

from collections import defaultdict

from bot.portal.models import MISSING, Configuration, Item, Price, Schedule, Subscription
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import UPDATES, Scope, Severity, Status
from bot.portal.rules.payment_methods import is_perhaps_supported, is_supported
from bot.portal.rules.period_end import matched_conditions
from bot.portal.rules.rule import (
    Hit,
    Stage,
    blocks,
    given_configuration,
    given_subscription,
    given_target,
    maybe,
    missing,
    rule,
    warns,
)
from bot.portal.rules.sources import CONFIGURE, OVERVIEW

MOST_PRODUCTS = 10


@rule("SUB_MULTI_ITEM", Stage.SHAPE, blocks(*UPDATES), Status.DOCUMENTED, OVERVIEW)
@given_subscription
def several_items(subscription: Subscription, facts: Facts) -> Hit | None:
    """The subscription has more than one item (two prices of one product count as two)."""
    if subscription.items is MISSING:
        return missing("items", subscription=subscription.id)
    identifiers = [item.id for item in facts.items]
    if subscription.items_have_more:
        return Hit({"items": identifiers, "has_more": True})
    return Hit({"items": identifiers}) if len(identifiers) > 1 else None


@rule("SUB_USAGE_BASED", Stage.SHAPE, blocks(*UPDATES), Status.DOCUMENTED, OVERVIEW)
@given_subscription
def usage_based(subscription: Subscription, facts: Facts) -> Hit | None:
    """An item's price has `recurring.usage_type` `metered` or a meter, or its legacy plan is metered."""
    metered = [item for item in facts.items if _is_metered(item)]
    if metered:
        prices = [item.price.id for item in metered if item.price]
        evidence = {"items": [item.id for item in metered], "prices": prices}
        if len(metered) == len(facts.items):
            return Hit(evidence)
        # Stripe was seen to name the several items then, and to make the change once the extra one was gone.
        return Hit(evidence, words="SUB_USAGE_BASED.extra", status=Status.OBSERVED)
    unknown = [item.id for item in facts.items if _usage_type_unknown(item)]
    return missing("usage_type", subscription=subscription.id, items=unknown) if unknown else None


def _is_metered(item: Item) -> bool:
    price = item.price
    by_price = price is not None and (price.usage_type == "metered" or price.meter is not None)
    return by_price or item.plan_usage_type == "metered"


def _usage_type_unknown(item: Item) -> bool:
    return (item.price is None or item.price.usage_type is MISSING) and item.plan_usage_type is None


@rule(
    "SUB_SEND_INVOICE",
    Stage.SHAPE,
    blocks(*UPDATES) | blocks(Scope.PAUSE, status=Status.INFERRED, words="SUB_SEND_INVOICE.pause"),
    Status.DOCUMENTED,
    OVERVIEW,
)
@given_subscription
def sends_invoices(subscription: Subscription, _facts: Facts) -> Hit | None:
    """`collection_method` is `send_invoice`."""
    if subscription.collection_method is MISSING:
        return missing("collection_method", subscription=subscription.id)
    if subscription.collection_method != "send_invoice":
        return None
    invoice = subscription.latest_invoice.id if subscription.latest_invoice else None
    return Hit(
        {"subscription": subscription.id, "collection_method": "send_invoice", "latest_invoice": invoice}
    )


@rule("SUB_PM_UNSUPPORTED", Stage.SHAPE, blocks(*UPDATES), Status.DOCUMENTED, OVERVIEW)
@given_subscription
def payment_method_unsupported(subscription: Subscription, facts: Facts) -> Hit | None:
    """The payment method that is charged is of a type the portal does not support.

    The first that is set counts: `default_payment_method` and `default_source` of the subscription, then
    `invoice_settings.default_payment_method` and `default_source` of the customer. A legacy bank account
    (`ba_…`) is maybe: Stripe's page lists ACH Direct Debit without telling it from today's `us_bank_account`.
    """
    method = facts.payment_method
    if method is None:
        return None
    if method.type is None:
        return missing("payment_method.type", subscription=subscription.id, payment_method=method.id)
    if is_supported(method.type):
        return None
    evidence = {"payment_method": method.id, "type": method.type, "set_on": method.held.value}
    if not is_perhaps_supported(method.type):
        return Hit(evidence)
    words = "SUB_PM_UNSUPPORTED.bank_account"
    return Hit(evidence, severity=Severity.MAYBE, words=words, status=Status.UNVERIFIED)


@rule(
    "SUB_SCHEDULED_UPDATE",
    Stage.SHAPE,
    blocks(*UPDATES) | maybe(Scope.CANCEL, words="SUB_SCHEDULED_UPDATE.cancel"),
    Status.DOCUMENTED,
    OVERVIEW,
)
@given_subscription
def update_scheduled(subscription: Subscription, facts: Facts) -> Hit | None:
    """An `active` or `not_started` schedule is attached and one of its phases starts later than now."""
    attached = subscription.schedule
    if attached is None:
        return None
    schedule = attached.object or Schedule(attached.id)
    if schedule.status is MISSING or schedule.phases is MISSING:
        if schedule.status is not MISSING and schedule.status not in {"active", "not_started"}:
            return None
        return missing("schedule.phases", subscription=subscription.id, schedule=attached.id)
    if schedule.status not in {"active", "not_started"}:
        return None
    starts = [phase.start_date for phase in schedule.phases if phase.start_date is not None]
    later = [start for start in starts if start > facts.question.now]
    if not later:
        return None
    return Hit({"schedule": attached.id, "status": schedule.status, "starts_at": min(later)})


@rule("SUB_TAX_UNSPECIFIED", Stage.SHAPE, maybe(*UPDATES), Status.DOCUMENTED, OVERVIEW)
@given_subscription
def tax_unspecified(_subscription: Subscription, facts: Facts) -> Hit | None:
    """The current price's `tax_behavior` is `unspecified` or null.

    Stripe lists this as a limitation, but accounts without Stripe Tax have it everywhere and are said to
    switch plans, so it is never presented as certain.
    """
    unspecified = [
        item.price for item in facts.items if item.price and tax_behavior(item.price) == "unspecified"
    ]
    if not unspecified:
        return None
    return Hit({"prices": [price.id for price in unspecified], "tax_behavior": unspecified[0].tax_behavior})


def tax_behavior(price: Price) -> str:
    """The tax behaviour, where null says the same as `unspecified`."""
    return price.tax_behavior or "unspecified"


@rule("PRICE_TAX_MISMATCH", Stage.TARGET, blocks(Scope.SWITCH), Status.DOCUMENTED, OVERVIEW)
@given_target
def tax_mismatch(target: Price, facts: Facts) -> Hit | None:
    """The target price's `tax_behavior` differs from the current price's."""
    price = facts.price
    if price is None or tax_behavior(target) == tax_behavior(price):
        return None
    if price.from_plan:
        # A plan never shows its tax behaviour, whatever the price behind it says.
        return missing("price.tax_behavior", price=price.id, target=target.id)
    return Hit(
        {
            "price": price.id,
            "tax_behavior": price.tax_behavior,
            "target": target.id,
            "target_tax_behavior": target.tax_behavior,
        }
    )


@rule("CFG_MAX_PRODUCTS", Stage.CONFIGURATION, blocks(Scope.CONFIGURATION), Status.DOCUMENTED, OVERVIEW)
@given_configuration
def too_many_products(configuration: Configuration, _facts: Facts) -> Hit | None:
    """More than 10 products are listed to switch to."""
    products = configuration.subscription_update.products
    if products is None or len(products) <= MOST_PRODUCTS:
        return None
    return Hit({"configuration": configuration.id, "products": len(products), "maximum": MOST_PRODUCTS})


@rule("CFG_DUP_INTERVAL", Stage.CONFIGURATION, blocks(Scope.CONFIGURATION), Status.DOCUMENTED, OVERVIEW)
@given_configuration
def two_prices_of_one_interval(configuration: Configuration, facts: Facts) -> Hit | None:
    """Two listed prices share product and `recurring.interval`; maybe when their `interval_count` differs."""
    if not facts.question.prices:
        return None
    groups: defaultdict[tuple[str, str], list[Price]] = defaultdict(list)
    for identifier, entry in (facts.listed or {}).items():
        price = facts.question.prices.get(identifier)
        if price is not None and price.interval is not None:
            groups[entry.product, price.interval].append(price)
    doubtful: Hit | None = None
    for (product, interval), prices in groups.items():
        if len(prices) < 2:
            continue
        evidence = {
            "configuration": configuration.id,
            "product": product,
            "name": facts.name_of(prices[0]),
            "interval": interval,
            "prices": [price.id for price in prices],
        }
        counts = [1 if price.interval_count is None else price.interval_count for price in prices]
        if len(set(counts)) < len(counts):
            return Hit(evidence)
        if doubtful is None:
            doubtful = Hit(evidence, severity=Severity.MAYBE, words="CFG_DUP_INTERVAL.count")
    return doubtful


@rule("CFG_DOWNGRADE_SAME_PRODUCT", Stage.CONSEQUENCE, warns(Scope.SWITCH), Status.DOCUMENTED, CONFIGURE)
@given_target
def downgrade_to_other_product(target: Price, facts: Facts) -> Hit | None:
    """A change that should wait for the period end goes to a price of another product."""
    price = facts.price
    if price is None or not price.product_id or not target.product_id:
        return None
    if price.product_id == target.product_id or not matched_conditions(facts):
        return None
    return Hit({"product": price.product_id, "target": target.id, "target_product": target.product_id})
