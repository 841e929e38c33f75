"""What an agent reads in one answer holds together."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stand.person import Person
from tests.stand.stand import Stand
from tests.why.conftest import Portalbot

Find = Callable[[str], str]
Configure = Callable[..., None]


@pytest.fixture
def configured(stand: Stand) -> Iterator[Configure]:
    """Set how the default configuration carries changes out; it is put back afterwards."""
    world = stand.sandbox.stripe.test
    update = world.get(world.labels["configuration.default"])["features"]["subscription_update"]
    before = dict(update)

    def configure(**settings: Any) -> None:
        stand.on_loop(lambda: update.update(settings))

    yield configure
    stand.on_loop(lambda: update.update(before))


def rules(verdict: Any) -> list[str]:
    return [finding["rule"] for finding in verdict["findings"]]


def test_a_trial_that_ends_now_has_nothing_on_the_next_invoice(
    portalbot: Portalbot, subscription: Find, configured: Configure
) -> None:
    configured(proration_behavior="create_prorations", trial_update_behavior="end_trial")
    actions = portalbot("why", subscription("trialing"), "qty:3", "--json").json["subscriptions"][0][
        "actions"
    ]
    for scope in ("update", "quantity"):
        assert "SUB_TRIAL_ENDS" in rules(actions[scope])
        assert "next invoice" not in str(actions[scope])


def test_a_downgrade_that_waits_charges_nothing_today(
    portalbot: Portalbot, subscription: Find, configured: Configure
) -> None:
    waits = {"conditions": [{"type": "decreasing_item_amount"}]}
    configured(proration_behavior="always_invoice", schedule_at_period_end=waits, billing_cycle_anchor="now")
    actions = portalbot("why", subscription("noah"), "qty:1", "--json").json["subscriptions"][0]["actions"]
    assert "CFG_SCHEDULES_CHANGE" in rules(actions["quantity"])
    for scope in ("update", "quantity"):
        assert "at once" not in str(actions[scope])
        assert "today" not in str(actions[scope])


@pytest.mark.parametrize("label", ["ending_classic", "ending_flexible"])
def test_one_end_date_is_told_of_a_subscription_that_is_set_to_end(
    portalbot: Portalbot, subscription: Find, label: str
) -> None:
    actions = portalbot("why", subscription(label), "--json").json["subscriptions"][0]["actions"]
    assert rules(actions["cancel"]) == ["ST_CANCEL_SCHEDULED"]


def test_nobody_is_asked_how_long_a_break_should_be_after_the_end(agent: Person, subscription: Find) -> None:
    shown = agent.asks(f"why {subscription('canceled')}")
    assert "has ended and can't be restarted" in shown.words
    assert "how long" not in shown.words


@pytest.mark.parametrize("text", ["{customer}", "why {customer}", "why {subscription}", "home {customer}"])
def test_a_customer_who_pays_twice_for_one_product_is_pointed_out(
    agent: Person, stand: Stand, text: str
) -> None:
    first = stand.on_loop(lambda: str(stand.sandbox.stripe.test.labels["twice.first"]))
    asked = text.format(customer=stand.customer("twice"), subscription=first)
    assert "pays more than once" in agent.asks(asked).words


def test_paying_for_two_products_is_nothing_to_point_out(agent: Person, stand: Stand) -> None:
    assert "pays more than once" not in agent.asks(f"why {stand.customer('several')}").words


def test_what_is_paid_twice_is_in_the_json_without_a_call_more(portalbot: Portalbot, stand: Stand) -> None:
    first = stand.on_loop(lambda: str(stand.sandbox.stripe.test.labels["twice.first"]))
    before = len(stand.stripe_calls())
    report = portalbot("why", first, "cancel", "--json").json
    (finding,) = report["session"]["findings"]
    assert (finding["rule"], finding["severity"]) == ("CUST_DOUBLE_BILLING", "warn")
    assert report["session"]["verdict"] == "allowed"
    assert len(stand.stripe_calls()) - before == 2
