import json
import pickle
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import BadUsage, PortalBlocks, Refused, Unavailable
from bot.portal.link_request import Flow, LinkRequest, Then
from bot.portal.links import PortalLink, create_link, link_json
from bot.portal.stripe_access import StripeGateway
from tests.portal import stripe_objects as made
from tests.portal.stripe_server import StripeServer

PATH = "/v1/billing_portal/sessions"
URL = "https://billing.stripe.com/p/session/test_YWNjdF8x"


def about(flow: Flow, **fields: Any) -> LinkRequest:
    return LinkRequest(flow, customer="cus_1", subscription="sub_1", **fields)


def session(**fields: Any) -> dict[str, Any]:
    return {
        "id": "bps_1",
        "object": "billing_portal.session",
        "configuration": made.configuration(),
        "created": 1_700_000_000,
        "customer": "cus_1",
        "flow": None,
        "livemode": False,
        "locale": "de",
        "url": URL,
        **fields,
    }


async def sent(server: StripeServer, gateway: StripeGateway, request: LinkRequest) -> dict[str, str]:
    server.answer(PATH, session())
    await create_link(gateway, request)
    assert server.paths == [f"POST {PATH}"]
    own = dict(server.asked[0].own)
    assert own.pop("locale") == request.locale
    return own


async def test_a_home_link_is_one_call(stripe_server: StripeServer, gateway: StripeGateway) -> None:
    own = await sent(stripe_server, gateway, LinkRequest(Flow.HOME, customer="cus_1"))
    assert own == {"customer": "cus_1"}
    assert stripe_server.asked[0].expand == ["configuration"]


@pytest.mark.parametrize(
    ("request_", "flow_data"),
    [
        (LinkRequest(Flow.PAYMENT, customer="cus_1"), {"type": "payment_method_update"}),
        (LinkRequest(Flow.DETAILS, customer="cus_1"), {"type": "customer_update"}),
        (
            about(
                Flow.CANCEL,
            ),
            {"type": "subscription_cancel", "subscription_cancel][subscription": "sub_1"},
        ),
        (
            about(Flow.CANCEL, retention_coupon="STAY20"),
            {
                "type": "subscription_cancel",
                "subscription_cancel][subscription": "sub_1",
                "subscription_cancel][retention][type": "coupon_offer",
                "subscription_cancel][retention][coupon_offer][coupon": "STAY20",
            },
        ),
        (
            about(
                Flow.PAUSE,
            ),
            {"type": "subscription_pause", "subscription_pause][subscription": "sub_1"},
        ),
        (
            about(
                Flow.UPDATE,
            ),
            {"type": "subscription_update", "subscription_update][subscription": "sub_1"},
        ),
        (
            about(
                Flow.SWITCH,
                item="si_1",
                price="price_2",
                quantity=3,
                coupon="SAVE",
                promotion_code="promo_1",
            ),
            {
                "type": "subscription_update_confirm",
                "subscription_update_confirm][subscription": "sub_1",
                "subscription_update_confirm][items][0][id": "si_1",
                "subscription_update_confirm][items][0][price": "price_2",
                "subscription_update_confirm][items][0][quantity": "3",
                "subscription_update_confirm][discounts][0][coupon": "SAVE",
                "subscription_update_confirm][discounts][1][promotion_code": "promo_1",
            },
        ),
        (
            LinkRequest(Flow.PAYMENT, customer="cus_1", then=Then.HOME),
            {"type": "payment_method_update", "after_completion][type": "portal_homepage"},
        ),
        (
            LinkRequest(
                Flow.PAYMENT, customer="cus_1", then=Then.RETURN, then_url="https://shop.example/thanks"
            ),
            {
                "type": "payment_method_update",
                "after_completion][type": "redirect",
                "after_completion][redirect][return_url": "https://shop.example/thanks",
            },
        ),
        (
            LinkRequest(Flow.PAYMENT, customer="cus_1", then=Then.THANKS),
            {"type": "payment_method_update", "after_completion][type": "hosted_confirmation"},
        ),
        (
            LinkRequest(Flow.PAYMENT, customer="cus_1", then=Then.THANKS, thanks_message="x" * 600),
            {
                "type": "payment_method_update",
                "after_completion][type": "hosted_confirmation",
                "after_completion][hosted_confirmation][custom_message": "x" * 500,
            },
        ),
    ],
)
async def test_each_flow_sends_exactly_its_own_parameters(
    stripe_server: StripeServer, gateway: StripeGateway, request_: LinkRequest, flow_data: dict[str, str]
) -> None:
    own = await sent(stripe_server, gateway, request_)
    assert own == {"customer": "cus_1", **{f"flow_data[{name}]": value for name, value in flow_data.items()}}


async def test_every_other_parameter_arrives(stripe_server: StripeServer, gateway: StripeGateway) -> None:
    request = LinkRequest(
        Flow.HOME,
        customer="cus_1",
        configuration="bpc_9",
        locale="fr-CA",
        return_url="https://shop.example/account",
        on_behalf_of="acct_9",
        recover_until=1_700_600_000,
        idempotency_key="command-1",
        stripe_account="acct_8",
    )
    assert await sent(stripe_server, gateway, request) == {
        "customer": "cus_1",
        "configuration": "bpc_9",
        "return_url": "https://shop.example/account",
        "on_behalf_of": "acct_9",
        "after_expiration[type]": "customer_login",
        "after_expiration[customer_login][expires_at]": "1700600000",
    }
    headers = stripe_server.asked[0].headers
    assert (headers["Idempotency-Key"], headers["Stripe-Account"]) == ("command-1", "acct_8")


async def test_an_account_goes_in_the_place_of_the_customer(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    own = await sent(stripe_server, gateway, LinkRequest(Flow.HOME, customer_account="acct_1"))
    assert own == {"customer_account": "acct_1"}


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (LinkRequest(Flow.HOME), "link_needs_customer"),
        (LinkRequest(Flow.CANCEL, customer="cus_1"), "link_needs_subscription"),
        (
            about(
                Flow.SWITCH,
            ),
            "link_needs_item",
        ),
        (LinkRequest(Flow.HOME, customer="cus_1", then=Then.HOME), "then_needs_flow"),
        (LinkRequest(Flow.PAYMENT, customer="cus_1", then=Then.RETURN), "then_needs_return_url"),
    ],
)
async def test_what_is_missing_is_said_before_any_call(
    stripe_server: StripeServer, gateway: StripeGateway, request_: LinkRequest, code: str
) -> None:
    with pytest.raises(BadUsage, match=code):
        await create_link(gateway, request_)
    assert stripe_server.asked == []


async def made_link(server: StripeServer, gateway: StripeGateway, **fields: Any) -> PortalLink:
    server.answer(PATH, session(**fields))
    return await create_link(
        gateway,
        about(
            Flow.CANCEL,
        ),
    )


async def test_the_json_is_the_contracts(stripe_server: StripeServer, gateway: StripeGateway) -> None:
    link = await made_link(stripe_server, gateway)
    assert json.loads(json.dumps(link_json(link))) == {
        "url": URL,
        "session": "bps_1",
        "customer": "cus_1",
        "subscription": "sub_1",
        "flow": "subscription_cancel",
        "configuration": "bpc_1",
        "livemode": False,
        "created": 1_700_000_000,
        "expires_at": 1_700_000_300,
        "locale": "de",
    }


async def test_a_home_link_has_no_flow(stripe_server: StripeServer, gateway: StripeGateway) -> None:
    link = replace(await made_link(stripe_server, gateway), flow=Flow.HOME)
    assert link_json(link)["flow"] is None


async def test_the_answers_configuration_comes_along_when_stripe_expands_it(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    link = await made_link(stripe_server, gateway)
    assert link.configuration_details is not None
    assert link.configuration_details.subscription_update.enabled is True


async def test_an_unexpanded_configuration_is_an_id(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    link = await made_link(stripe_server, gateway, configuration="bpc_7")
    assert (link.configuration, link.configuration_details) == ("bpc_7", None)


async def test_a_link_cannot_be_written_down_by_accident(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    link = await made_link(stripe_server, gateway)
    assert not re.search("session/test", f"{link} {link!r} {[link]}")
    assert link.url.reveal() == URL
    with pytest.raises(TypeError):
        pickle.dumps(link)


@pytest.mark.parametrize("fields", [{"url": None}, {"id": None}, {"created": "now"}])
async def test_an_answer_without_a_link_is_a_refusal(
    stripe_server: StripeServer, gateway: StripeGateway, fields: dict[str, Any]
) -> None:
    with pytest.raises(Unavailable, match="stripe_unreadable"):
        await made_link(stripe_server, gateway, **fields)


async def test_stripes_refusal_comes_with_its_own_words(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    words = "This subscription cannot be updated because the subscription update feature in the portal "
    words += "configuration is disabled."
    stripe_server.refuse(PATH, 400, words)
    with pytest.raises(Refused) as raised:
        await create_link(
            gateway,
            about(
                Flow.UPDATE,
            ),
        )
    assert isinstance(raised.value, PortalBlocks)
    assert (raised.value.code, raised.value.stripe_said) == ("update_off", words)
