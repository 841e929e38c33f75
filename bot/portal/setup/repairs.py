"""Settings that would repair what a step finds, where the API has them and they are no guess."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from bot.portal.configuring.limits import PRODUCTS
from bot.portal.configuring.repairs import Repair, listable
from bot.portal.models import Configuration, Price

UPDATE: Final = "features.subscription_update"
ALLOWED: Final = f"{UPDATE}.default_allowed_updates"
PAYMENT: Final = "features.payment_method_update.enabled"


def repair(configuration: Configuration, **settings: Any) -> Repair:
    """Return the repair; `__` in a name stands for the point of a path."""
    return Repair(configuration.id, {name.replace("__", "."): value for name, value in settings.items()})


def without_archived(configuration: Configuration, archived: Collection[str]) -> Repair | None:
    """Take prices off the list, and products that have none left; None when the list would be empty."""
    kept = []
    for entry in configuration.settings.get(PRODUCTS) or []:
        prices = [price for price in entry["prices"] if price not in archived]
        if prices:
            kept.append(_sendable({**entry, "prices": prices}))
    return Repair(configuration.id, {PRODUCTS: kept}) if kept else None


def with_plan_changes(configuration: Configuration, prices: Iterable[Price]) -> Repair | None:
    """Switch plan changes on, with every price that a list takes; None when there are not two of them."""
    listed = [_sendable(entry) for entry in configuration.settings.get(PRODUCTS) or listable(prices)]
    if sum(len(entry["prices"]) for entry in listed) < 2:
        return None
    present = list(configuration.settings.get(ALLOWED) or ())
    # What customers may change already stays: only where they can move nothing at all, price comes to it.
    allowed = present if {"price", "quantity"} & set(present) else [*present, "price"]
    payment = {PAYMENT: True} if configuration.payment_method_update is False else {}
    return Repair(
        configuration.id,
        {
            **payment,
            f"{UPDATE}.enabled": True,
            ALLOWED: allowed,
            PRODUCTS: listed,
        },
    )


def _sendable(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of the list as Stripe takes it: bounds that are not set are left out."""
    bounds = entry.get("adjustable_quantity") or {}
    set_ones = {name: value for name, value in bounds.items() if value is not None}
    return {**entry, "adjustable_quantity": set_ones} if set_ones else dict(entry)
