"""What the portal refuses to change about a subscription, and what it offers to change it to."""

from typing import Any

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import StripeError, invalid_request
from sandbox.stripe.parameters import Parameters
from sandbox.stripe.world import World

UPDATABLE_METHODS = {
    "acss_debit",
    "amazon_pay",
    "au_becs_debit",
    "bacs_debit",
    "boleto",
    "card",
    "cashapp",
    "custom",
    "link",
    "nz_bank_account",
    "paypal",
    "sepa_debit",
    "us_bank_account",
}
"""The payment methods with which a customer can update a subscription in the portal."""
MADE_BY_PORTAL = "sandbox_portal"
"""Metadata of schedules that the portal itself attached: those it may release again."""


def update(world: World, subscription: StripeObject, configuration: StripeObject) -> StripeObject:
    """Return the `subscription_update` of a flow. Raises `StripeError`."""
    refuse_unchangeable(world, subscription, configuration)
    if not offered_prices(world, subscription, configuration) and not quantity_bounds(
        subscription, configuration
    ):
        raise _cannot_update("there is no price in the portal configuration available to change to")
    return {"subscription": subscription["id"]}


def confirm(
    world: World, subscription: StripeObject, configuration: StripeObject, asked: Parameters
) -> StripeObject:
    """Return the `subscription_update_confirm` of a flow. Raises `StripeError`."""
    refuse_unchangeable(world, subscription, configuration)
    if len(asked["items"]) != 1:
        raise invalid_request(
            "You may only update one subscription item.",
            param="flow_data[subscription_update_confirm][items]",
        )
    wanted = asked["items"][0]
    item = _only_item(subscription)
    if wanted["id"] != item["id"]:
        raise world.no_such(
            "subscription_item", wanted["id"], "flow_data[subscription_update_confirm][items][0][id]"
        )
    price_id = wanted.get("price", item["price"])
    quantity = wanted.get("quantity", item["quantity"])
    if price_id == item["price"] and quantity == item["quantity"]:
        raise _cannot_update("there are no changes to confirm")
    if price_id != item["price"]:
        _check_price(world, subscription, configuration, price_id)
    if quantity != item["quantity"]:
        _check_quantity(world, configuration, price_id, quantity)
    discounts = [
        _discount(world, subscription["customer"], one, position)
        for position, one in enumerate(asked.get("discounts", []))
    ]
    return {
        "discounts": discounts or None,
        "items": [{"id": item["id"], "price": price_id, "quantity": quantity}],
        "subscription": subscription["id"],
    }


def _only_item(subscription: StripeObject) -> StripeObject:
    item: StripeObject = subscription["items"]["data"][0]
    return item


def _cannot_update(reason: str) -> StripeError:
    return invalid_request(f"This subscription cannot be updated because {reason}.")


def refuse_unchangeable(world: World, subscription: StripeObject, configuration: StripeObject) -> None:
    """Refuse a subscription that cannot be updated at all. Raises `StripeError`."""
    feature = configuration["features"]["subscription_update"]
    if not feature["enabled"]:
        raise _cannot_update("the subscription update feature in the portal configuration is disabled")
    if not {"price", "quantity"} & set(feature["default_allowed_updates"]):
        raise _cannot_update("the portal configuration has no allowed updates for subscriptions")
    if subscription["status"] in {"canceled", "incomplete", "incomplete_expired"}:
        raise _cannot_update(f"its status is `{subscription['status']}`")
    items = subscription["items"]["data"]
    if len(items) > 1 or subscription["items"]["has_more"]:
        raise invalid_request(
            f"This PortalSession cannot update subscription `{subscription['id']}` because it has "
            "multiple items."
        )
    _refuse_shape(world, subscription, world.get(items[0]["price"]))
    refuse_foreign_schedule(world, subscription, "updated")


def _refuse_shape(world: World, subscription: StripeObject, price: StripeObject) -> None:
    recurring = price["recurring"] or {}
    if recurring.get("usage_type") == "metered" or recurring.get("meter"):
        raise _cannot_update("it has a usage-based price")
    if subscription["collection_method"] == "send_invoice":
        raise _cannot_update("its `collection_method` is `send_invoice`")
    method = effective_method_type(world, subscription)
    if method is not None and method not in UPDATABLE_METHODS:
        raise _cannot_update(f"its default payment method type `{method}` is not supported for updates")
    if price["tax_behavior"] in {None, "unspecified"}:
        raise _cannot_update(f"the `tax_behavior` of its price `{price['id']}` is `unspecified`")


def refuse_foreign_schedule(world: World, subscription: StripeObject, action: str) -> None:
    """Refuse a schedule with a phase ahead that the portal did not attach. Raises `StripeError`."""
    schedule = world.find(subscription["schedule"])
    if schedule is None or schedule["status"] not in {"active", "not_started"}:
        return
    ahead = any(phase["start_date"] > world.clock() for phase in schedule["phases"])
    portal_made = action == "canceled" and schedule["metadata"].get(MADE_BY_PORTAL)
    if ahead and not portal_made:
        raise invalid_request(
            f"This subscription cannot be {action} because it has an update scheduled by the "
            "subscription schedule "
            f"`{schedule['id']}`."
        )


def effective_method_type(world: World, subscription: StripeObject) -> str | None:
    """Return the type of the payment method that pays this subscription; None when there is none."""
    customer = world.get(subscription["customer"])
    settings = customer.get("invoice_settings") or {}
    for reference in (
        subscription["default_payment_method"],
        subscription["default_source"],
        settings.get("default_payment_method"),
        customer.get("default_source"),
    ):
        if reference is not None:
            return _type_of(world.find(reference), reference)
    return None


def _type_of(method: StripeObject | None, reference: str) -> str:
    """Return the type; of legacy sources, a card is a card and a bank account is not an ACH debit."""
    if method is not None and "type" in method:
        return str(method["type"])
    return "card" if reference.startswith("card_") else "bank_account"


def _listed(configuration: StripeObject) -> list[StripeObject]:
    return configuration["features"]["subscription_update"]["products"] or []


def obstacle_to_price(world: World, subscription: StripeObject, target: StripeObject) -> str | None:
    """Return why the portal does not offer this listed price to this subscription; None when it does."""
    current = world.get(_only_item(subscription)["price"])
    recurring = target["recurring"] or {}
    obstacles = (
        (
            not target["active"]
            or target["billing_scheme"] != "per_unit"
            or target["type"] != "recurring"
            or recurring.get("usage_type") != "licensed",
            "only active, per unit licensed prices are supported",
        ),
        (
            target["currency"] != subscription["currency"]
            and subscription["currency"] not in (target.get("currency_options") or {}),
            f"the price `{target['id']}` is in {target['currency']} and the subscription in "
            f"{subscription['currency']}",
        ),
        (
            target["tax_behavior"] != current["tax_behavior"],
            f"the `tax_behavior` of the price `{target['id']}` differs from that of `{current['id']}`",
        ),
    )
    return next((reason for holds, reason in obstacles if holds), None)


def offered_prices(
    world: World, subscription: StripeObject, configuration: StripeObject
) -> list[StripeObject]:
    """Return the prices the portal offers this subscription, in the order of the configuration."""
    feature = configuration["features"]["subscription_update"]
    if "price" not in feature["default_allowed_updates"]:
        return []
    current = _only_item(subscription)["price"]
    listed = [
        world.find(price_id, "price") for entry in _listed(configuration) for price_id in entry["prices"]
    ]
    return [
        price
        for price in listed
        if price is not None
        and price["id"] != current
        and obstacle_to_price(world, subscription, price) is None
    ]


def quantity_bounds(subscription: StripeObject, configuration: StripeObject) -> tuple[int, int | None] | None:
    """Return the smallest and largest quantity the portal offers; None when the quantity is fixed."""
    return bounds_for_price(_only_item(subscription)["price"], configuration)


def bounds_for_price(price_id: str, configuration: StripeObject) -> tuple[int, int | None] | None:
    """Return the quantity bounds of a price by its id."""
    feature = configuration["features"]["subscription_update"]
    if "quantity" not in feature["default_allowed_updates"]:
        return None
    for entry in _listed(configuration):
        adjustable: dict[str, Any] = entry["adjustable_quantity"]
        if price_id in entry["prices"] and adjustable["enabled"]:
            return int(adjustable["minimum"]), adjustable["maximum"]
    return None


def _check_price(
    world: World, subscription: StripeObject, configuration: StripeObject, price_id: str
) -> None:
    param = "flow_data[subscription_update_confirm][items][0][price]"
    target = world.require("price", price_id, param)
    if "price" not in configuration["features"]["subscription_update"]["default_allowed_updates"]:
        raise _cannot_update("the portal configuration does not allow updating the price")
    reason = obstacle_to_price(world, subscription, target)
    if not any(price_id in entry["prices"] for entry in _listed(configuration)):
        item_id = _only_item(subscription)["id"]
        raise invalid_request(
            f"The item `{item_id}` cannot be updated to price `{price_id}` because the configuration "
            f"`{configuration['id']}` does not include the price in its "
            "`features[subscription_update][products]`."
        )
    if reason is not None:
        raise _cannot_update(reason)


def _check_quantity(world: World, configuration: StripeObject, price_id: str, quantity: int | None) -> None:
    if "quantity" not in configuration["features"]["subscription_update"]["default_allowed_updates"]:
        raise _cannot_update("the portal configuration does not allow updating the quantity")
    bounds = bounds_for_price(price_id, configuration)
    if bounds is None or quantity is None:
        raise _cannot_update(f"the quantity of the price `{world.get(price_id)['id']}` is not adjustable")
    smallest, largest = bounds
    if quantity < smallest or (largest is not None and quantity > largest):
        upper = "unlimited" if largest is None else str(largest)
        raise _cannot_update(f"the quantity {quantity} is not between {smallest} and {upper}")


def _discount(world: World, customer: str, asked: Parameters, position: int) -> StripeObject:
    param = f"flow_data[subscription_update_confirm][discounts][{position}]"
    if ("coupon" in asked) == ("promotion_code" in asked):
        raise invalid_request("You must pass exactly one of `coupon` or `promotion_code`.", param=param)
    if "promotion_code" in asked:
        code = world.require("promotion_code", asked["promotion_code"], f"{param}[promotion_code]")
        if not code["active"]:
            raise invalid_request("This promotion code is inactive.", param=f"{param}[promotion_code]")
        if code["restrictions"]["first_time_transaction"] and _has_bought(world, customer):
            raise invalid_request(
                "This promotion code cannot be redeemed because the associated customer has prior "
                "transactions.",
                param=f"{param}[promotion_code]",
            )
        return {"coupon": None, "promotion_code": code["id"]}
    coupon = world.require("coupon", asked["coupon"], f"{param}[coupon]")
    if not coupon["valid"]:
        raise invalid_request(
            f"Coupon {coupon['id']} is expired and cannot be applied.", param=f"{param}[coupon]"
        )
    return {"coupon": coupon["id"], "promotion_code": None}


def _has_bought(world: World, customer: str) -> bool:
    """Any invoice that is not void counts as a transaction."""
    return any(one["customer"] == customer and one["status"] != "void" for one in world.every("invoice"))
