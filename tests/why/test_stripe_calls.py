"""How many calls to Stripe an explanation costs."""

import json
from collections.abc import Callable

import pytest

from tests.stand.person import Person
from tests.stand.signing import stripe_header
from tests.stand.stand import Stand
from tests.why.conftest import Portalbot

PRICES = "GET /v1/prices"
Find = Callable[[str], str]


def calls(stand: Stand, act: Callable[[], object]) -> list[str]:
    """The calls of one act; where prices that would work are named, the list calls for them are apart."""
    before = len(stand.stripe_calls())
    act()
    return stand.stripe_calls()[before:]


@pytest.mark.parametrize("target", ["cancel", "pause", "qty:2"])
def test_a_known_subscription_costs_two_calls_cold(
    portalbot: Portalbot, stand: Stand, subscription: Find, target: str
) -> None:
    assert len(calls(stand, lambda: portalbot("why", subscription("noah"), target, "--json"))) == 2


@pytest.mark.parametrize("label", ["multi", "metered", "invoiced", "scheduled", "canceled"])
def test_where_every_switch_is_blocked_no_price_is_read(
    portalbot: Portalbot, stand: Stand, subscription: Find, label: str
) -> None:
    assert len(calls(stand, lambda: portalbot("why", subscription(label), "--json"))) == 2


def test_a_target_price_that_works_costs_a_third(
    portalbot: Portalbot, stand: Stand, subscription: Find, price: Find
) -> None:
    target = price("team_monthly")
    assert len(calls(stand, lambda: portalbot("why", subscription("jenny"), target, "--json"))) == 3


def test_alternatives_cost_one_call_for_each_listed_product_at_most(
    portalbot: Portalbot, stand: Stand, subscription: Find, price: Find
) -> None:
    target = price("inclusive_monthly")
    made = calls(stand, lambda: portalbot("why", subscription("jenny"), target, "--json"))
    assert made.count(PRICES) == 9
    assert len(made) == 3 + 9


def test_many_subscriptions_cost_pages_and_read_the_prices_once(portalbot: Portalbot, stand: Stand) -> None:
    made = calls(stand, lambda: portalbot("why", stand.customer("crowd"), "--json"))
    assert made.count("GET /v1/subscriptions") == 5
    assert made.count(PRICES) == 9
    assert len(made) == 1 + 1 + 5 + 9


def test_with_a_warm_cache_a_known_subscription_costs_one_call(
    agent: Person, stand: Stand, subscription: Find
) -> None:
    agent.asks(f"why {subscription('jenny')}")
    assert len(calls(stand, lambda: agent.asks(f"why {subscription('noah')}"))) == 1


@pytest.mark.parametrize("kind", ["price.updated", "product.updated", "billing_portal.configuration.updated"])
def test_what_is_kept_is_dropped_when_stripe_says_that_it_changed(
    agent: Person, stand: Stand, subscription: Find, kind: str
) -> None:
    agent.asks(f"why {subscription('jenny')}")
    event = {
        "id": f"evt_{kind}",
        "object": "event",
        "type": kind,
        "created": 1,
        "livemode": False,
        "data": {"object": {}},
    }
    body = json.dumps(event).encode()
    sent = stand.bot_http.post(
        "/stripe/webhooks", content=body, headers={"stripe-signature": stripe_header(body)}
    )
    assert sent.status_code == 200
    made = calls(stand, lambda: agent.asks(f"why {subscription('noah')}"))
    assert len(made) == 2 + 9
