"""How many calls to Stripe an agent waits for, one after the other."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stand.person import Person
from tests.stand.signing import stripe_header
from tests.stand.stand import Stand, open_stand

SESSION = "POST /v1/billing_portal/sessions"


def calls(stand: Stand, act: Callable[[], object]) -> list[str]:
    before = len(stand.stripe_calls())
    act()
    return stand.stripe_calls()[before:]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with open_stand(tmp_path_factory.mktemp("calls")) as stand:
        yield stand


@pytest.fixture
def agent(stand: Stand) -> Person:
    """Of a process that remembers nothing yet, except the portal's settings."""
    stand.reset()
    stand.on_loop(stand.web.services.account.gateway.recent.drop)
    return stand.person()


@pytest.fixture
def subscription(stand: Stand) -> str:
    world = stand.sandbox.stripe.test
    return str(world.labels["jenny.subscription"])


@pytest.mark.parametrize("verb", ["home", "payment", "details", "cancel", "pause", "update"])
@pytest.mark.parametrize("shown", ["", "why "])
def test_a_button_of_an_answer_that_is_on_the_screen_costs_the_link_alone(
    agent: Person, stand: Stand, subscription: str, verb: str, shown: str
) -> None:
    customer = stand.customer("jenny")
    agent.asks(f"{shown}{customer}")
    subject = subscription if verb in {"cancel", "pause", "update"} else customer
    assert calls(stand, lambda: agent.asks(f"{verb} {subject}")) == [SESSION]


@pytest.mark.parametrize("line", ["cancel {customer}", "switch {subscription} team_monthly"])
def test_the_only_subscription_and_its_quantity_are_read_anew(
    agent: Person, stand: Stand, subscription: str, line: str
) -> None:
    customer = stand.customer("jenny")
    agent.asks(customer)
    made = calls(stand, lambda: agent.asks(line.format(customer=customer, subscription=subscription)))
    assert {f"GET /v1/customers/{customer}", f"GET /v1/subscriptions/{subscription}"} & set(made)


def test_a_button_of_a_picker_costs_the_link_alone(agent: Person, stand: Stand) -> None:
    picker = agent.asks("home twin@example.com")
    assert calls(stand, lambda: agent.presses(picker, picker.labels[0])) == [SESSION]


def test_a_switch_reads_its_price_beside_the_subscription(
    agent: Person, stand: Stand, subscription: str
) -> None:
    line = f"switch {subscription} team_monthly"
    assert together(stand, "subscription", "shop.prices_by_lookup_key", lambda: agent.asks(line))


@pytest.mark.parametrize("verb", ["home", "payment", "details"])
def test_the_link_of_a_typed_customer_id_is_asked_for_beside_the_reading(
    agent: Person, stand: Stand, verb: str
) -> None:
    line = f"{verb} {stand.customer('jenny')}"
    assert together(stand, "customer", "portal.create_session", lambda: agent.asks(line))


def together(stand: Stand, one: str, other: str, act: Callable[[], object]) -> bool:
    """Whether two calls of the gateway are under way at the same time: each waits for the other."""
    gateway: Any = stand.web.services.account.gateway
    barrier = asyncio.Barrier(2)

    def waiting(call: Callable[..., Any]) -> Callable[..., Any]:
        async def both(*arguments: Any, **options: Any) -> Any:
            async with asyncio.timeout(10):
                await barrier.wait()
            return await call(*arguments, **options)

        return both

    with pytest.MonkeyPatch.context() as patch:
        for name in (one, other):
            group, _, method = name.rpartition(".")
            owner = getattr(gateway, group) if group else gateway
            patch.setattr(owner, method, waiting(getattr(owner, method)))
        act()
    return not barrier.broken


def test_what_was_shown_a_moment_ago_and_is_over_since_is_read_again(
    agent: Person, stand: Stand, subscription: str
) -> None:
    agent.asks(subscription)
    held = stand.sandbox.stripe.test.get(subscription)
    before = dict(held)
    stand.on_loop(lambda: held.update(status="canceled", ended_at=held["created"] + 60))
    try:
        answer = agent.asks(f"cancel {subscription}")
    finally:
        stand.on_loop(lambda: held.update(before))
    assert "Here is why" in answer.words
    assert not answer.preformatted


def test_a_customer_of_whom_stripe_says_that_something_changed_is_read_again(
    agent: Person, stand: Stand
) -> None:
    customer = stand.customer("jenny")
    agent.asks(customer)
    event = {
        "id": "evt_moved", "object": "event", "type": "customer.updated", "created": 1, "livemode": False,
        "data": {"object": {"id": customer, "object": "customer"}, "previous_attributes": {"phone": None}},
    }  # fmt: skip
    body = json.dumps(event).encode()
    headers = {"stripe-signature": stripe_header(body)}
    assert stand.bot_http.post("/stripe/webhooks", content=body, headers=headers).status_code == 200
    assert len(calls(stand, lambda: agent.asks(f"payment {customer}"))) == 2


@pytest.mark.parametrize("other", ["portal.default_configuration", "shop.prices_by_lookup_key"])
def test_why_reads_settings_and_price_beside_the_customer(
    agent: Person, stand: Stand, subscription: str, other: str
) -> None:
    stand.on_loop(stand.web.services.account.drop_remembered)
    assert together(stand, "subscription", other, lambda: agent.asks(f"why {subscription} team_monthly"))
