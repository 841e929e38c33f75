"""What the configuration lists: the only prices and quantities a customer can move to."""

from bot.portal.models import MISSING, Configuration, Item, ListedProduct, Price, Subscription
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import UPDATES, Fact, Scope, Status
from bot.portal.rules.rule import (
    Hit,
    Stage,
    blocks,
    given_configuration,
    given_price,
    given_subscription,
    given_target,
    maybe,
    missing,
    rule,
    warns,
)
from bot.portal.rules.sources import FIELD_CURRENT_PRICE, INFERRED, SDK_CONFIGURATION


def _unexpanded(configuration: Configuration, **identifiers: Fact) -> Hit | None:
    """Absent is not empty: an unknown list means maybe, and nothing at all while updates are off anyway."""
    if configuration.subscription_update.enabled is False:
        return None
    return missing("products", configuration=configuration.id, **identifiers)


@rule(
    "CFG_NO_ALTERNATIVE",
    Stage.CONFIGURATION,
    blocks(*UPDATES),
    Status.OBSERVED,
    INFERRED,
)
@given_configuration
def no_alternative(configuration: Configuration, facts: Facts) -> Hit | None:
    """Every listed price is the current one, and the quantity is not adjustable (else: no switch only)."""
    if facts.subscription is None:
        return None
    if facts.listed is None:
        return _unexpanded(configuration)
    current = facts.price.id if facts.price else None
    if any(price != current for price in facts.listed):
        return None
    entry = facts.listed.get(current) if current else None
    evidence = {"configuration": configuration.id, "price": current, "listed": list(facts.listed)}
    if entry is None or entry.adjustable is False:
        return Hit(evidence)
    return Hit(evidence, words="CFG_NO_ALTERNATIVE.switch", only=frozenset({Scope.SWITCH}))


@rule("CFG_PRICE_NOT_LISTED", Stage.TARGET, blocks(Scope.SWITCH), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_target
def target_not_listed(target: Price, facts: Facts) -> Hit | None:
    """The target price is in no product's list of prices."""
    configuration = facts.configuration
    if configuration is None:
        return None
    if facts.listed is None:
        return _unexpanded(configuration, target=target.id)
    if target.id in facts.listed:
        return None
    return Hit({"configuration": configuration.id, "target": target.id, "name": facts.name_of(target)})


@rule(
    "CFG_PRODUCT_NOT_LISTED",
    Stage.CONFIGURATION,
    blocks(Scope.QUANTITY),
    Status.DOCUMENTED,
    SDK_CONFIGURATION,
)
@given_configuration
def product_not_listed(configuration: Configuration, facts: Facts) -> Hit | None:
    """The current product is in no entry of the list."""
    if facts.price is None:
        return None
    if facts.products is None:
        return _unexpanded(configuration, price=facts.price.id)
    product = facts.price.product_id
    if product is None:
        return missing("price.product", price=facts.price.id)
    if product in facts.products:
        return None
    return Hit({"configuration": configuration.id, "product": product})


@rule(
    "CFG_CURRENT_PRICE_NOT_LISTED",
    Stage.CONFIGURATION,
    blocks(Scope.QUANTITY) | maybe(Scope.SWITCH, words="CFG_CURRENT_PRICE_NOT_LISTED.switch"),
    Status.OBSERVED,
    FIELD_CURRENT_PRICE,
)
@given_configuration
def current_price_not_listed(configuration: Configuration, facts: Facts) -> Hit | None:
    """The current price is not listed. Reports differ on whether a switch away from it is refused."""
    if facts.price is None or facts.listed is None or facts.price.id in facts.listed:
        return None
    return Hit({"configuration": configuration.id, "price": facts.price.id})


@rule("CFG_PRICE_KIND", Stage.TARGET, blocks(Scope.SWITCH), Status.OBSERVED, INFERRED)
@given_target
def target_of_wrong_kind(target: Price, facts: Facts) -> Hit | None:
    """The target price is archived, tiered, one-time or metered, and so cannot be listed at all."""
    wrong = target.not_listable
    if wrong:
        return Hit({"target": target.id, "name": facts.name_of(target), "because": wrong})
    unknown = [
        name
        for name, value in (
            ("active", target.active),
            ("billing_scheme", target.billing_scheme),
            ("type", MISSING if target.type is None else target.type),
            ("usage_type", target.usage_type),
        )
        if value is MISSING
    ]
    return missing(f"price.{unknown[0]}", target=target.id) if unknown else None


@rule("CFG_QTY_BOUNDS", Stage.TARGET, blocks(Scope.QUANTITY), Status.DOCUMENTED, SDK_CONFIGURATION)
@given_subscription
def quantity_out_of_bounds(subscription: Subscription, facts: Facts) -> Hit | None:
    """The product's quantity is not adjustable, or the asked quantity is outside its bounds."""
    price = facts.price if facts.target.quantity is None else facts.wanted_price
    entry = facts.products.get(price.product_id or "") if price and facts.products else None
    if entry is None:
        return None
    if entry.adjustable is None:
        return missing("adjustable_quantity", subscription=subscription.id, product=entry.product)
    if entry.adjustable and _within(entry, facts):
        return None
    return Hit(
        {
            "product": entry.product,
            "adjustable": entry.adjustable,
            "minimum": entry.minimum,
            "maximum": entry.maximum,
            "quantity": facts.target.quantity,
        }
    )


def _within(entry: ListedProduct, facts: Facts) -> bool:
    """Without an asked quantity: whether the bounds leave any other than the present one."""
    lowest, highest, asked = entry.minimum or 0, entry.maximum, facts.target.quantity
    if asked is not None:
        return lowest <= asked and (highest is None or asked <= highest)
    return highest is None or highest > lowest or (highest == lowest and facts.quantity != lowest)


@rule("NO_CHANGE", Stage.TARGET, blocks(Scope.SWITCH, Scope.QUANTITY), Status.OBSERVED, INFERRED)
@given_price
def no_change(price: Price, item: Item, facts: Facts) -> Hit | None:
    """The asked price and quantity are those the subscription already has, without a discount."""
    target = facts.target
    if target.price is None and target.quantity is None:
        return None
    if facts.changes_something or facts.question.discounts:
        return None
    about = Scope.SWITCH if target.price else Scope.QUANTITY
    both = target.price is not None and target.quantity is not None
    only = frozenset({Scope.SWITCH, Scope.QUANTITY} if both else {about})
    evidence = {"price": price.id, "name": facts.name_of(price), "quantity": item.quantity}
    return Hit(evidence, only=only)


@rule("CFG_STALE_CATALOG", Stage.CONSEQUENCE, warns(Scope.CONFIGURATION), Status.OBSERVED, INFERRED)
@given_configuration
def stale_catalog(configuration: Configuration, facts: Facts) -> Hit | None:
    """A listed price has been archived since, so the configuration cannot be saved."""
    known = facts.question.prices
    archived = [name for name in facts.listed or () if name in known and known[name].active is False]
    if not archived:
        return None
    names = [name for name in (facts.name_of(known[each]) for each in archived) if name]
    return Hit({"configuration": configuration.id, "prices": archived, "names": names})
