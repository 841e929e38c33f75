"""What a portal session with a flow is refused for.

Written from what Stripe documents about the portal's limitations and from error texts that were seen in
public. Where the exact text is not known the sentence is in Stripe's manner.
"""

from collections.abc import Callable
from typing import Any

from sandbox.stripe import update_rules
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import StripeError, invalid_request
from sandbox.stripe.parameters import Parameters, missing
from sandbox.stripe.world import World

FLOWS = {
    "subscription_cancel",
    "subscription_pause",
    "subscription_update",
    "subscription_update_confirm",
}
"""The flow types that need a sub-object of the same name."""


def check_flow(
    world: World, customer: StripeObject, configuration: StripeObject, params: Parameters
) -> StripeObject | None:
    """Return the `flow` of the new session, or None for the home page.

    Raises `StripeError` when Stripe would refuse it.
    """
    flow_data = params.get("flow_data")
    if flow_data is None:
        return None
    kind = flow_data["type"]
    for name in FLOWS & flow_data.keys() - {kind}:
        raise invalid_request(
            f"`flow_data[{name}]` can only be set when `flow_data[type]` is `{name}`.",
            param=f"flow_data[{name}]",
        )
    checks: dict[str, Callable[[], StripeObject]] = {
        "payment_method_update": lambda: _payment_method(configuration),
        "customer_update": lambda: _details(configuration),
        "subscription_cancel": lambda: _cancel(world, customer, configuration, params),
        "subscription_pause": lambda: _pause(world, customer, configuration, params),
        "subscription_update": lambda: update_rules.update(
            world, _subscription(world, customer, params), configuration
        ),
        "subscription_update_confirm": lambda: update_rules.confirm(
            world,
            _subscription(world, customer, params),
            configuration,
            flow_data["subscription_update_confirm"],
        ),
    }
    if kind in FLOWS and kind not in flow_data:
        raise missing(f"flow_data[{kind}]")
    return _flow(kind, checks[kind](), flow_data.get("after_completion"))


def _flow(kind: str, detail: StripeObject, after_completion: dict[str, Any] | None) -> StripeObject:
    completion = {"type": "hosted_confirmation", **(after_completion or {})}
    chosen = completion["type"]
    for name in {"hosted_confirmation", "redirect"} & completion.keys() - {chosen}:
        raise invalid_request(
            f"`flow_data[after_completion][{name}]` can only be set when "
            "`flow_data[after_completion][type]` is "
            f"`{name}`.",
            param=f"flow_data[after_completion][{name}]",
        )
    if chosen == "redirect" and "redirect" not in completion:
        raise missing("flow_data[after_completion][redirect]")
    message = completion.get("hosted_confirmation", {}).get("custom_message")
    if message is not None and len(message) > 500:
        raise invalid_request(
            f"Invalid string: {message[:10]}...{message[-10:]}; must be at most 500 characters",
            param="flow_data[after_completion][hosted_confirmation][custom_message]",
        )
    hosted = {"custom_message": message} if chosen == "hosted_confirmation" else None
    flow: StripeObject = {
        "after_completion": {
            "hosted_confirmation": hosted,
            "redirect": completion.get("redirect"),
            "type": chosen,
        },
        "customer_update": None,
        **dict.fromkeys(sorted(FLOWS)),
        "type": kind,
    }
    return flow if kind == "payment_method_update" else {**flow, kind: detail}


def _disabled(action: str, feature: str) -> StripeError:
    return invalid_request(
        f"This subscription cannot be {action} because the {feature} feature in the portal "
        "configuration is disabled."
    )


def _payment_method(configuration: StripeObject) -> StripeObject:
    if not configuration["features"]["payment_method_update"]["enabled"]:
        raise invalid_request(
            "The payment method cannot be updated because the payment method update feature in the portal "
            "configuration is disabled."
        )
    return {}


def _details(configuration: StripeObject) -> StripeObject:
    feature = configuration["features"]["customer_update"]
    if not feature["enabled"]:
        raise invalid_request(
            "This customer cannot be updated because the customer update feature in the portal "
            "configuration is "
            "disabled."
        )
    if not feature["allowed_updates"]:
        raise invalid_request(
            "This customer cannot be updated because the portal configuration has no allowed updates "
            "for customers."
        )
    return {}


def _subscription(world: World, customer: StripeObject, params: Parameters) -> StripeObject:
    flow_data = params["flow_data"]
    param = f"flow_data[{flow_data['type']}][subscription]"
    wanted = flow_data[flow_data["type"]]["subscription"]
    subscription = world.require("subscription", wanted, param)
    if subscription["customer"] != customer["id"]:
        raise invalid_request(
            f"The subscription `{wanted}` does not belong to the customer `{customer['id']}`.", param=param
        )
    obo = params.get("on_behalf_of")
    if obo is not None and subscription["on_behalf_of"] != obo:
        raise invalid_request(
            f"The subscription `{wanted}` is not associated with the account `{obo}` given in "
            "`on_behalf_of`.",
            param=param,
        )
    return subscription


def _cancel(
    world: World, customer: StripeObject, configuration: StripeObject, params: Parameters
) -> StripeObject:
    subscription = _subscription(world, customer, params)
    if not configuration["features"]["subscription_cancel"]["enabled"]:
        raise _disabled("canceled", "subscription cancel")
    if subscription["status"] in {"canceled", "incomplete_expired"}:
        raise invalid_request("This subscription cannot be canceled because it is already canceled.")
    if subscription["cancel_at_period_end"] or subscription["cancel_at"] is not None:
        raise invalid_request(
            "This subscription cannot be canceled because it is already set to be canceled at period end."
        )
    update_rules.refuse_foreign_schedule(world, subscription, "canceled")
    retention = params["flow_data"]["subscription_cancel"].get("retention")
    if retention is not None:
        param = "flow_data[subscription_cancel][retention][coupon_offer][coupon]"
        valid_coupon(world, retention["coupon_offer"]["coupon"], param)
    return {"retention": retention, "subscription": subscription["id"]}


def valid_coupon(world: World, coupon_id: str, param: str) -> StripeObject:
    """Return the coupon, which must exist and be redeemable. Raises `StripeError`."""
    coupon = world.require("coupon", coupon_id, param)
    if not coupon["valid"]:
        raise invalid_request(
            f"Coupon {coupon_id} is expired and cannot be applied.", param=param, code="coupon_expired"
        )
    return coupon


def _pause(
    world: World, customer: StripeObject, configuration: StripeObject, params: Parameters
) -> StripeObject:
    subscription = _subscription(world, customer, params)
    if not configuration["features"]["subscription_pause"]["enabled"]:
        raise _disabled("paused", "subscription pause")
    reason = pause_obstacle(subscription)
    if reason is not None:
        raise invalid_request(f"This subscription cannot be paused because {reason}.")
    return {"subscription": subscription["id"]}


def pause_obstacle(subscription: StripeObject) -> str | None:
    """Return why this subscription cannot be paused, as the end of a sentence; None when it can."""
    status = subscription["status"]
    if status in {"paused", "incomplete", "incomplete_expired", "canceled"}:
        return f"its status is `{status}`"
    on_trial = any(item["current_trial"] for item in subscription["items"]["data"])
    obstacles = (
        (status == "trialing" or on_trial, "it is in a trial"),
        (subscription["billing_mode"]["type"] == "classic", "its `billing_mode` is `classic`"),
        (subscription["schedule"] is not None, "it is managed by a subscription schedule"),
        (subscription["collection_method"] == "send_invoice", "its `collection_method` is `send_invoice`"),
    )
    return next((reason for holds, reason in obstacles if holds), None)
