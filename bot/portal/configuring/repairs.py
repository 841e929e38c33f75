"""Which settings would take away what a finding says: the repair behind "Change this setting".

A repair is small, so that it fits into a button: it says what to add to a list. What the list is then depends
on the configuration as it is when the button is pressed.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.errors import BadUsage
from bot.portal.configuring.limits import MOST_PRODUCTS, PRODUCTS
from bot.portal.configuring.reading import find_setting, read_value
from bot.portal.configuring.table import Settings
from bot.portal.models import Price
from bot.portal.rules import Finding

LONGEST_REPAIR: Final = 1_900
"""Characters of a written repair; Slack takes 2,000 in a button."""
_UPDATES: Final = "features.subscription_update.enabled"
_METHODS: Final = "features.payment_method_update.enabled"
_ALLOWED: Final = "features.subscription_update.default_allowed_updates"


@dataclass(frozen=True, slots=True)
class Repair:
    """What to set, to put into lists of words, and to list of products, in one configuration.

    `offers` are product and price by id, `quantity` is a product and the quantity that it is to allow.
    `customer` is whom the finding was about, `rule` what was found.
    """

    configuration: str
    set: Settings = field(default_factory=dict)
    add: Mapping[str, str] = field(default_factory=dict)
    offers: Sequence[Sequence[str]] = ()
    quantity: tuple[str, int | None] | None = None
    rule: str | None = None
    customer: str | None = None

    def settings(self, present: Settings) -> dict[str, Any]:
        """Return the settings that the repair comes to, for a configuration as it is."""
        wanted: dict[str, Any] = dict(self.set)
        for path, word in self.add.items():
            wanted[path] = [*present[path], *([] if word in present[path] else [word])]
        if wanted.get(_UPDATES) and not wanted.get(_ALLOWED, present[_ALLOWED]):
            wanted[_ALLOWED] = ["price"]  # switched on with nothing allowed, it would change nothing
        if wanted.get(_UPDATES) and present[_METHODS] is False:
            wanted[_METHODS] = True  # Stripe takes one only with the other
        if self.offers or self.quantity:
            products = [dict(each) for each in present[PRODUCTS]]
            for product, price in self.offers:
                _offer(products, product, price)
            if self.quantity:
                _allow(products, *self.quantity)
            wanted[PRODUCTS] = products
        return wanted

    def written(self) -> str:
        """Write the repair for a button's value; see `read_repair`."""
        parts = {
            "c": self.configuration,
            "set": self.set,
            "add": self.add,
            "offers": [list(each) for each in self.offers],
            "qty": list(self.quantity) if self.quantity else None,
            "rule": self.rule,
            "who": self.customer,
        }
        return json.dumps({name: each for name, each in parts.items() if each}, separators=(",", ":"))

    def for_a_button(self) -> "Repair | None":
        """Return the repair in a length that fits a button's value, None when its list of products is all.

        Where plan changes are switched on, the list may be left out: it is proposed again then.
        """
        others = {path: value for path, value in self.set.items() if path != PRODUCTS}
        tried = (self, replace(self, set=others)) if others.get(_UPDATES) else (self,)
        return next((each for each in tried if len(each.written()) <= LONGEST_REPAIR), None)


def read_repair(text: str) -> Repair:
    """Read a repair off a button. Raises BadUsage for a button that no version of the bot made."""
    try:
        parts = json.loads(text)
        quantity = parts.get("qty")
        return Repair(
            configuration=str(parts["c"]),
            set={path: read_value(find_setting(path), value) for path, value in parts.get("set", {}).items()},
            add={find_setting(path).path: str(word) for path, word in parts.get("add", {}).items()},
            offers=[(str(product), str(price)) for product, price in parts.get("offers", [])],
            quantity=(str(quantity[0]), quantity[1]) if quantity else None,
            rule=parts.get("rule"),
            customer=parts.get("who"),
        )
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise BadUsage("old_button") from None


def repair_of(
    finding: Finding,
    *,
    target: Price | None = None,
    present: Price | None = None,
    customer: str | None = None,
    configuration: str | None = None,
) -> Repair | None:
    """Return the repair of a finding, None where no setting is its cause or more than one choice is left.

    `target` is the price that was asked about, `present` the one of the subscription; `configuration` is the
    one that was asked with, for findings that do not name it.
    """
    named = finding.evidence.get("configuration") or configuration
    make = _REPAIRS.get(finding.rule)
    if make is None or not isinstance(named, str):
        return None
    parts = make(finding, target, present)
    if parts is None:
        return None
    return Repair(configuration=named, rule=finding.rule, customer=customer, **parts)


Parts = dict[str, Any]
_Make = Callable[[Finding, Price | None, Price | None], Parts | None]


def _set(**values: Any) -> _Make:
    settings = {path.replace("__", "."): value for path, value in values.items()}
    return lambda _finding, _target, _present: {"set": settings}


def _add(word: str) -> _Make:
    return lambda _finding, _target, _present: {"add": {_ALLOWED: word}}


def _offer_target(_finding: Finding, target: Price | None, _present: Price | None) -> Parts | None:
    return _offers(target)


def _offer_present(_finding: Finding, _target: Price | None, present: Price | None) -> Parts | None:
    return _offers(present)


def _offers(price: Price | None) -> Parts | None:
    return {"offers": [(price.product_id, price.id)]} if price is not None and price.product_id else None


def _bounds(finding: Finding, _target: Price | None, _present: Price | None) -> Parts | None:
    product, quantity = finding.evidence.get("product"), finding.evidence.get("quantity")
    if not isinstance(product, str):
        return None
    return {"quantity": (product, quantity if isinstance(quantity, int) else None)}


def _details(finding: Finding, _target: Price | None, _present: Price | None) -> Parts | None:
    """Which details customers may change is a choice, unless only the switch is off."""
    return (
        {"set": {"features.customer_update.enabled": True}} if not finding.evidence.get("enabled") else None
    )


_REPAIRS: Final[Mapping[str, _Make]] = {
    "CFG_INACTIVE": _set(active=True),
    "CFG_UPDATE_OFF": _set(features__subscription_update__enabled=True),
    "CFG_ALLOWED_EMPTY": _add("price"),
    "CFG_PRICE_OFF": _add("price"),
    "CFG_QTY_OFF": _add("quantity"),
    "CFG_PROMO_OFF": _add("promotion_code"),
    "CFG_PRICE_NOT_LISTED": _offer_target,
    "CFG_PRODUCT_NOT_LISTED": _offer_present,
    "CFG_CURRENT_PRICE_NOT_LISTED": _offer_present,
    "CFG_QTY_BOUNDS": _bounds,
    "CFG_CANCEL_OFF": _set(features__subscription_cancel__enabled=True),
    "CFG_CANCEL_IMMEDIATE": _set(
        features__subscription_cancel__mode="at_period_end",
        features__subscription_cancel__proration_behavior="none",
    ),
    "CFG_PAUSE_OFF": _set(features__subscription_pause__enabled=True),
    "CFG_PM_OFF": _set(features__payment_method_update__enabled=True),
    "CFG_PM_REQUIRED": _set(features__payment_method_update__enabled=True),
    "CFG_CUSTOMER_OFF": _details,
    "CFG_INVOICES_OFF": _set(features__invoice_history__enabled=True),
    "CFG_LOGIN_OFF": _set(login_page__enabled=True),
    "CFG_ANCHOR_NOW": _set(features__subscription_update__billing_cycle_anchor="unchanged"),
    "SUB_TRIAL_ENDS": _set(features__subscription_update__trial_update_behavior="continue_trial"),
}


def lacks_plans(wanted: Settings, present: Settings) -> bool:
    """Return whether plan changes would be on with no plans to move between."""
    after = {**present, **wanted}
    return bool(after[_UPDATES] and set(after[_ALLOWED]) & {"price", "quantity"} and not after[PRODUCTS])


def listable(prices: Iterable[Price]) -> list[dict[str, Any]]:
    """Return the list of products for these prices, as Stripe takes it.

    Ten products at most, of each one price for each currency and interval, quantities fixed; what cannot be
    listed is left out.
    """
    found: dict[str, list[Price]] = {}
    for price in prices:
        product = price.product.object if price.product else None
        if price.product_id is None or (product is not None and product.active is False):
            continue
        chosen = found.setdefault(price.product_id, [])
        if price.not_listable is None and all(price.rhythm != each.rhythm for each in chosen):
            chosen.append(price)
    entries = [(product, [each.id for each in chosen]) for product, chosen in found.items() if chosen]
    return [
        {"product": product, "prices": chosen, "adjustable_quantity": {"enabled": False}}
        for product, chosen in entries[:MOST_PRODUCTS]
    ]


def _offer(products: list[dict[str, Any]], product: str, price: str) -> None:
    entry = next((each for each in products if each["product"] == product), None)
    if entry is None:
        # Left open, Stripe would let customers choose any quantity.
        fixed = {"enabled": False}
        products.append({"product": product, "prices": [price], "adjustable_quantity": fixed})
    elif price not in entry["prices"]:
        entry["prices"] = [*entry["prices"], price]


def _allow(products: list[dict[str, Any]], product: str, quantity: int | None) -> None:
    """Make the quantity of a product adjustable, within bounds that allow the one that was asked for."""
    entry = next((each for each in products if each["product"] == product), None)
    if entry is None:
        return
    bounds = {**(entry.get("adjustable_quantity") or {}), "enabled": True}
    if quantity is not None:
        if bounds.get("maximum") is not None:
            bounds["maximum"] = max(bounds["maximum"], quantity)
        if bounds.get("minimum") is not None:
            bounds["minimum"] = min(bounds["minimum"], quantity)
    entry["adjustable_quantity"] = bounds
