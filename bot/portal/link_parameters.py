"""From a `LinkRequest` to the parameters of Stripe's call, typed by the SDK's own description of them."""

from typing import TYPE_CHECKING, Final

from bot.errors import BadUsage
from bot.portal.link_request import Flow, LinkRequest, Then

if TYPE_CHECKING:
    from stripe.params.billing_portal import (
        SessionCreateParams,
        SessionCreateParamsFlowData,
        SessionCreateParamsFlowDataAfterCompletion,
        SessionCreateParamsFlowDataSubscriptionCancel,
        SessionCreateParamsFlowDataSubscriptionUpdateConfirm,
        SessionCreateParamsFlowDataSubscriptionUpdateConfirmDiscount,
        SessionCreateParamsFlowDataSubscriptionUpdateConfirmItem,
    )

LONGEST_THANKS: Final = 500


def session_parameters(request: LinkRequest) -> "SessionCreateParams":
    """Return the parameters; the configuration is expanded to tell the agent what the customer may do there.

    Its products are not: that path is documented nowhere for a create, and a refused expansion is a refused
    link. Raises `BadUsage` when something the flow needs is missing, before any call.
    """
    parameters: SessionCreateParams = {"locale": request.locale, "expand": ["configuration"]}
    if request.customer_account is not None:
        parameters["customer_account"] = request.customer_account
    elif request.customer is not None:
        parameters["customer"] = request.customer
    else:
        raise BadUsage("link_needs_customer")
    if request.configuration is not None:
        parameters["configuration"] = request.configuration
    if request.return_url is not None:
        parameters["return_url"] = request.return_url
    if request.on_behalf_of is not None:
        parameters["on_behalf_of"] = request.on_behalf_of
    if request.recover_until is not None:
        parameters["after_expiration"] = {
            "type": "customer_login",
            "customer_login": {"expires_at": request.recover_until},
        }
    if request.flow is not Flow.HOME:
        parameters["flow_data"] = _flow_data(request)
    elif request.then is not None:
        raise BadUsage("then_needs_flow")
    return parameters


def _flow_data(request: LinkRequest) -> "SessionCreateParamsFlowData":
    data: SessionCreateParamsFlowData = {"type": request.flow.value}
    match request.flow:
        case Flow.CANCEL:
            data["subscription_cancel"] = _cancel(request)
        case Flow.PAUSE:
            data["subscription_pause"] = {"subscription": _subscription(request)}
        case Flow.UPDATE:
            data["subscription_update"] = {"subscription": _subscription(request)}
        case Flow.SWITCH:
            data["subscription_update_confirm"] = _confirm(request)
        case _:
            pass
    if request.then is not None:
        data["after_completion"] = _after_completion(request, request.then)
    return data


def _subscription(request: LinkRequest) -> str:
    if request.subscription is None:
        raise BadUsage("link_needs_subscription", flow=request.flow.value)
    return request.subscription


def _cancel(request: LinkRequest) -> "SessionCreateParamsFlowDataSubscriptionCancel":
    cancel: SessionCreateParamsFlowDataSubscriptionCancel = {"subscription": _subscription(request)}
    if request.retention_coupon is not None:
        cancel["retention"] = {"type": "coupon_offer", "coupon_offer": {"coupon": request.retention_coupon}}
    return cancel


def _confirm(request: LinkRequest) -> "SessionCreateParamsFlowDataSubscriptionUpdateConfirm":
    if request.item is None:
        raise BadUsage("link_needs_item")
    item: SessionCreateParamsFlowDataSubscriptionUpdateConfirmItem = {"id": request.item}
    if request.price is not None:
        item["price"] = request.price
    if request.quantity is not None:
        item["quantity"] = request.quantity
    confirm: SessionCreateParamsFlowDataSubscriptionUpdateConfirm = {
        "subscription": _subscription(request),
        "items": [item],
    }
    discounts = _discounts(request)
    if discounts:
        confirm["discounts"] = discounts
    return confirm


def _discounts(
    request: LinkRequest,
) -> "list[SessionCreateParamsFlowDataSubscriptionUpdateConfirmDiscount]":
    discounts: list[SessionCreateParamsFlowDataSubscriptionUpdateConfirmDiscount] = []
    if request.coupon is not None:
        discounts.append({"coupon": request.coupon})
    if request.promotion_code is not None:
        discounts.append({"promotion_code": request.promotion_code})
    return discounts


def _after_completion(request: LinkRequest, then: Then) -> "SessionCreateParamsFlowDataAfterCompletion":
    match then:
        case Then.HOME:
            return {"type": "portal_homepage"}
        case Then.RETURN:
            if request.then_url is None:
                raise BadUsage("then_needs_return_url")
            return {"type": "redirect", "redirect": {"return_url": request.then_url}}
        case Then.THANKS:
            if not request.thanks_message:
                return {"type": "hosted_confirmation"}
            message = request.thanks_message[:LONGEST_THANKS]
            return {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": message}}
