import pytest

from bot.errors import NotFound
from bot.portal.candidates import SeveralSubscriptions
from bot.portal.lookup import Lookup
from bot.portal.stripe_access import StripeGateway
from tests.portal import stripe_objects as made
from tests.portal.finding import find
from tests.portal.stripe_server import StripeServer


async def test_several_current_subscriptions_are_a_choice(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    held = [made.subscription("sub_1"), made.subscription("sub_2", status="past_due")]
    stripe_server.answer("/v1/customers/cus_1", made.customer(subscriptions=held))
    found = await find(lookup, "cus_1")
    with pytest.raises(SeveralSubscriptions) as raised:
        await lookup.subscription_for_flow(found)
    assert [each.id for each in raised.value.candidates] == ["sub_1", "sub_2"]
    assert len(stripe_server.asked) == 1


async def test_without_current_subscriptions_one_call_tells_what_ended(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.answer("/v1/customers/cus_1", made.customer(subscriptions=[]))
    stripe_server.lists(
        "/v1/subscriptions",
        made.subscription("sub_1", status="canceled", ended_at=5),
        made.subscription("sub_2", status="canceled", ended_at=9),
        has_more=True,
    )
    found = await find(lookup, "cus_1")
    with pytest.raises(NotFound) as raised:
        await lookup.subscription_for_flow(found)
    assert raised.value.code == "only_ended_subscriptions"
    assert (raised.value.facts["subscription"], raised.value.facts["count"]) == ("sub_2", 2)
    assert stripe_server.asked[1].own == {"customer": "cus_1", "status": "all", "limit": "100"}
    assert len(stripe_server.asked) == 2


async def test_a_customer_without_any_subscription_is_told_so(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.answer("/v1/customers/cus_1", made.customer(subscriptions=[]))
    stripe_server.lists("/v1/subscriptions")
    with pytest.raises(NotFound, match="no_subscription"):
        await lookup.subscription_for_flow(await find(lookup, "cus_1"))


async def test_subscriptions_that_were_not_in_the_answer_are_loaded(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.answer("/v1/customers/cus_1", made.customer(subscriptions=None))
    stripe_server.lists("/v1/subscriptions", made.subscription("sub_9", status="trialing"))
    found = await find(lookup, "cus_1")
    assert (await lookup.subscription_for_flow(found)).id == "sub_9"
    assert len(stripe_server.asked) == 2


async def test_five_hundred_subscriptions_are_read_page_by_page(
    stripe_server: StripeServer, lookup: Lookup, gateway: StripeGateway
) -> None:
    for page in range(5):
        objects = [made.subscription(f"sub_{page * 100 + n}") for n in range(100)]
        stripe_server.lists("/v1/subscriptions", *objects, has_more=page < 4)
    stripe_server.answer("/v1/customers/cus_1", made.customer(subscriptions=None))
    customer = await gateway.customer("cus_1")
    seen = [each.id async for each in lookup.every_subscription_of(customer)]
    assert seen == [f"sub_{n}" for n in range(500)]
    assert [asked.own.get("starting_after") for asked in stripe_server.asked[1:]] == [
        None,
        "sub_99",
        "sub_199",
        "sub_299",
        "sub_399",
    ]
