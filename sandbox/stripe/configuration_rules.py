"""What saving a portal configuration is refused for.

The texts for plan changes without payment methods, for a missing product list and for prices of the wrong
kind were seen in public; the others follow what Stripe documents, in Stripe's manner.
"""

from collections.abc import Callable
from typing import Any

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import StripeError, invalid_request
from sandbox.stripe.parameters import Parameters, missing
from sandbox.stripe.urls import check_url
from sandbox.stripe.world import World

MOST_PRODUCTS = 10
LONGEST_HEADLINE = 60
DAYS = {"day": 1, "week": 7, "month": 30.4375, "year": 365.25}
LONGEST_PAUSE_DAYS = 3 * DAYS["year"]
UPDATE = "features[subscription_update]"
CANCEL = "features[subscription_cancel]"
PAUSE = "features[subscription_pause]"


def check_configuration(world: World, wanted: StripeObject, params: Parameters) -> None:
    """Refuse a configuration that Stripe would not save.

    `wanted` is what it would become, `params` what was asked for. Raises `StripeError`.
    """
    if wanted["is_default"] and not wanted["active"]:
        raise invalid_request("The default configuration cannot be deactivated.", param="active")
    _check_profile(world, wanted, params)
    features = wanted["features"]
    asked = params.get("features", {})
    checks: tuple[Callable[[], None], ...] = (
        lambda: _check_methods(world, features["payment_method_update"]),
        lambda: _check_cancel(world, features["subscription_cancel"]),
        lambda: _check_pause(features["subscription_pause"]),
        lambda: _check_update(world, features, asked.get("subscription_update", {})),
    )
    for one in checks:
        one()


def _check_profile(world: World, wanted: StripeObject, params: Parameters) -> None:
    headline = wanted["business_profile"]["headline"]
    if headline and len(headline) > LONGEST_HEADLINE:
        shown = f"{headline[:10]}...{headline[-10:]}"
        raise invalid_request(
            f"Invalid string: {shown}; must be at most {LONGEST_HEADLINE} characters",
            param="business_profile[headline]",
        )
    profile = params.get("business_profile", {})
    for name in ("privacy_policy_url", "terms_of_service_url"):
        check_url(world, profile.get(name) or None, f"business_profile[{name}]", redirects=False)
    check_url(world, params.get("default_return_url") or None, "default_return_url")


def _check_methods(world: World, feature: StripeObject) -> None:
    chosen = feature["payment_method_configuration"]
    if chosen is not None:
        param = "features[payment_method_update][payment_method_configuration]"
        world.require("payment_method_configuration", chosen, param)


def _check_cancel(world: World, feature: StripeObject) -> None:
    behavior, mode = feature["proration_behavior"], feature["mode"]
    param = f"{CANCEL}[proration_behavior]"
    if behavior == "always_invoice":
        raise invalid_request(f"Invalid {param}: must be one of create_prorations or none", param=param)
    if behavior != "none" and mode != "immediately":
        raise invalid_request(
            f"`{param}` can only be `{behavior}` when `{CANCEL}[mode]` is `immediately`.", param=param
        )
    reason = feature["cancellation_reason"]
    if reason["enabled"] and not reason["options"] and not reason["feedback_options"]:
        raise missing(f"{CANCEL}[cancellation_reason][options]")
    for position, option_id in enumerate(reason["feedback_options"] or []):
        param = f"{CANCEL}[cancellation_reason][feedback_options][{position}]"
        if world.require("billing.feedback_option", option_id, param)["status"] != "active":
            raise invalid_request(f"The feedback option `{option_id}` is inactive.", param=param)


def _check_pause(feature: StripeObject) -> None:
    duration = feature["duration"]
    param = f"{PAUSE}[duration][interval_options]"
    if duration["type"] == "interval_options" and not duration["interval_options"]:
        raise missing(param)
    for position, option in enumerate(duration["interval_options"]):
        count = option["interval_count"]
        if count < 1:
            raise _too_small(f"{param}[{position}][interval_count]", 1)
        if count * DAYS[option["interval"]] > LONGEST_PAUSE_DAYS:
            raise invalid_request(
                "The pause duration cannot be longer than three years.", param=f"{param}[{position}]"
            )


def _check_update(world: World, features: StripeObject, asked: Parameters) -> None:
    feature = features["subscription_update"]
    products = feature["products"] or []
    if feature["enabled"]:
        if not features["payment_method_update"]["enabled"]:
            raise invalid_request(
                "Cannot enable subscription updates while payment method update is disabled."
            )
        if not products:
            raise missing(f"{UPDATE}[products]")
        if not feature["default_allowed_updates"] and "default_allowed_updates" not in asked:
            raise missing(f"{UPDATE}[default_allowed_updates]")
    if len(products) > MOST_PRODUCTS:
        raise invalid_request(
            f"Array {UPDATE}[products] exceeded maximum {MOST_PRODUCTS} allowed elements.",
            param=f"{UPDATE}[products]",
        )
    # The whole list is looked at on every save: a price that was archived meanwhile stands in the way.
    seen: set[str] = set()
    for position, entry in enumerate(products):
        _check_product(world, entry, f"{UPDATE}[products][{position}]", seen)


def _check_product(world: World, entry: StripeObject, param: str, seen: set[str]) -> None:
    product = world.require("product", entry["product"], f"{param}[product]")
    if product["id"] in seen:
        raise invalid_request(
            f"The product `{product['id']}` is listed more than once.", param=f"{param}[product]"
        )
    seen.add(product["id"])
    intervals: set[tuple[Any, Any]] = set()
    for position, price_id in enumerate(entry["prices"]):
        where = f"{param}[prices][{position}]"
        recurring = _offered(world, price_id, product, where)
        interval = (recurring["interval"], recurring["interval_count"])
        if interval in intervals:
            raise invalid_request(
                f"The product `{product['id']}` cannot have multiple prices with the same billing interval.",
                param=where,
            )
        intervals.add(interval)
    _check_quantity(entry["adjustable_quantity"], f"{param}[adjustable_quantity]")


def _offered(world: World, price_id: str, product: StripeObject, param: str) -> StripeObject:
    """Return how often a price recurs. Raises `StripeError` for one that cannot be offered."""
    price = world.require("price", price_id, param)
    if price["product"] != product["id"]:
        raise invalid_request(
            f"The price `{price_id}` does not belong to the product `{product['id']}`.", param=param
        )
    recurring: StripeObject = price["recurring"] or {}
    licensed = recurring.get("usage_type") == "licensed"
    if not (price["active"] and licensed and price["billing_scheme"] == "per_unit"):
        raise invalid_request("Only active, per unit licensed prices are supported.", param=param)
    return recurring


def _check_quantity(quantity: StripeObject, param: str) -> None:
    lowest, highest = quantity["minimum"], quantity["maximum"]
    if lowest < 0:
        raise _too_small(f"{param}[minimum]", 0)
    if highest is not None and highest < max(lowest, 1):
        raise _too_small(f"{param}[maximum]", max(lowest, 1))


def _too_small(param: str, least: int) -> StripeError:
    return invalid_request(
        f"This value must be greater than or equal to {least}.",
        param=param,
        code="parameter_invalid_integer",
    )
