"""The status line says what Stripe keeps beside `status`."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.portal.models import Product, Subscription
from bot.portal.product_catalog import ProductCatalog
from bot.replies.plan import plan_line
from bot.words import Words
from tests.portal import stripe_objects as made

WORDS = Words()
TEAM = made.price("price_2", product="prod_2", currency="usd", unit_amount=2_500)
NOVEMBER, DECEMBER, JANUARY, FEBRUARY = 1_794_744_000, 1_797_336_000, 1_800_014_400, 1_802_692_800


def item(**fields: Any) -> dict[str, Any]:
    return {
        "id": "si_1",
        "object": "subscription_item",
        "quantity": 1,
        "price": made.price(currency="usd", unit_amount=1_000),
        "current_period_start": NOVEMBER,
        "current_period_end": DECEMBER,
        **fields,
    }


def subscription(items: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    held = {"object": "list", "data": items or [item()], "has_more": False}
    return made.subscription(items=held, currency="usd", **fields)


def catalog() -> ProductCatalog:
    known = ProductCatalog()
    known.learn("prod_1", Product("prod_1", "Starter"))
    known.learn("prod_2", Product("prod_2", "Team"))
    known.named(
        Subscription.of(
            subscription(
                [item(price=made.price("price_2", product="prod_2", currency="usd", unit_amount=2_500))]
            )
        )
    )
    return known


def status(source: dict[str, Any]) -> str:
    """As a person sees it: dates without their markup."""
    line = plan_line(WORDS, catalog().named(Subscription.of(source)))
    return re.sub(r"<!date\^\d+\^[^|]*\|([^>]*)>", r"\1", line.status)


def schedule(**fields: Any) -> dict[str, Any]:
    phases = [
        {
            "start_date": NOVEMBER,
            "end_date": DECEMBER,
            "items": [{"price": "price_1", "quantity": 1}],
        },
        {"start_date": DECEMBER, "end_date": FEBRUARY, "items": [{"price": "price_2", "quantity": 1}]},
    ]
    return {
        "id": "sub_sched_1",
        "object": "subscription_schedule",
        "status": "active",
        "end_behavior": "release",
        "current_phase": {"start_date": NOVEMBER, "end_date": DECEMBER},
        "phases": phases,
        **fields,
    }


def test_an_active_subscription_renews() -> None:
    assert status(subscription()) == "active · renews 15 December 2026"


@pytest.mark.parametrize(
    ("behavior", "invoices"),
    [
        ("void", "invoices are voided"),
        ("keep_as_draft", "invoices stay drafts"),
        ("mark_uncollectible", "invoices are marked uncollectible"),
    ],
)
def test_a_paused_collection_is_paused_until_a_date_and_does_not_renew(behavior: str, invoices: str) -> None:
    said = status(subscription(pause_collection={"behavior": behavior, "resumes_at": JANUARY}))
    assert said == f"active · payments paused until 15 January 2027, {invoices}"


def test_a_collection_paused_without_an_end_waits_for_somebody() -> None:
    said = status(subscription(pause_collection={"behavior": "void", "resumes_at": None}))
    assert said == "active · payments paused until somebody resumes them, invoices are voided"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cancel_at": JANUARY}, "active · ends 15 January 2027"),
        ({"cancel_at_period_end": True}, "active · ends 15 December 2026"),
        ({"status": "past_due", "cancel_at": JANUARY}, "payment overdue · ends 15 January 2027"),
        (
            {"status": "trialing", "trial_end": DECEMBER, "cancel_at": JANUARY},
            "in trial until 15 December 2026 · ends 15 January 2027",
        ),
        (
            {"status": "canceled", "ended_at": DECEMBER, "cancel_at": DECEMBER},
            "canceled · ended 15 December 2026",
        ),
    ],
)
def test_what_ends_does_not_renew(fields: dict[str, Any], said: str) -> None:
    assert status(subscription(**fields)) == said


def test_an_end_whose_date_is_not_in_the_answer_is_said_all_the_same() -> None:
    without = item(current_period_end=None)
    assert status(subscription([without], cancel_at_period_end=True)) == "active · ends with the paid period"


def test_a_scheduled_change_is_named_with_its_day() -> None:
    assert status(subscription(schedule=schedule())) == (
        "active · renews 15 December 2026 · changes to Team at $25.00 a month on 15 December 2026"
    )


def test_a_scheduled_change_to_a_price_nobody_has_read_is_said_without_its_id() -> None:
    line = plan_line(WORDS, ProductCatalog().named(Subscription.of(subscription(schedule=schedule()))))
    assert "changes plan on" in line.status
    assert "price_2" not in line.status


def test_a_scheduled_quantity_is_said() -> None:
    phases = schedule()["phases"]
    phases[1]["items"] = [{"price": "price_1", "quantity": 5}]
    assert "quantity becomes 5 on 15 December 2026" in status(subscription(schedule=schedule(phases=phases)))


def test_a_schedule_that_cancels_at_its_end_is_an_end() -> None:
    said = status(subscription(schedule=schedule(end_behavior="cancel")))
    assert said.startswith("active · ends 15 February 2027 · changes to Team")


@pytest.mark.parametrize("over", ["released", "canceled", "completed"])
def test_a_schedule_that_is_over_says_nothing(over: str) -> None:
    assert status(subscription(schedule=schedule(status=over))) == "active · renews 15 December 2026"


def test_a_schedule_in_its_last_phase_announces_nothing() -> None:
    last = {"start_date": DECEMBER, "end_date": FEBRUARY}
    assert "changes" not in status(subscription(schedule=schedule(current_phase=last)))


def test_a_schedule_that_is_only_named_may_change_it() -> None:
    assert status(subscription(schedule="sub_sched_1")).endswith("a schedule is attached and may change it")


def test_a_planned_pause_is_said() -> None:
    pause = {"pause": {"pause_at": JANUARY, "status": {"type": "scheduled"}}}
    said = status(subscription(schedule=schedule(pause_schedules=[pause])))
    assert said.endswith("a pause is planned for 15 January 2027")


def test_a_pending_update_is_named_with_its_last_day() -> None:
    pending = {"expires_at": DECEMBER, "subscription_items": [item(price=TEAM)]}
    assert status(subscription(pending_update=pending)).endswith(
        "a change to Team at $25.00 a month waits for its payment until 15 December 2026"
    )


def test_a_paid_trial_on_an_item_is_said() -> None:
    said = status(subscription([item(current_trial={"end_date": DECEMBER})]))
    assert said == "active · on a trial offer until 15 December 2026 · renews 15 December 2026"


def test_why_a_subscription_is_paused_is_said_where_stripe_says_it() -> None:
    details = {"paused": {"subscription": {"type": "trial_end_without_payment_method"}}}
    said = status(subscription(status="paused", status_details=details))
    assert said == "paused since its trial ended without a payment method"


def test_a_status_that_is_new_is_said_as_stripe_says_it() -> None:
    assert status(subscription(status="winter_break")) == "winter break"
    without = subscription()
    del without["status"]
    assert status(without) == "status unknown"


ENDS = st.sampled_from(["cancel", "release"])
MOMENT = st.one_of(st.none(), st.integers(0, 4_000_000_000))


@given(
    st.sampled_from(["active", "past_due", "trialing", "paused", "unpaid", "canceled", "a_new_one"]),
    MOMENT,
    st.booleans(),
    st.one_of(st.none(), st.fixed_dictionaries({"behavior": st.text(max_size=9), "resumes_at": MOMENT})),
    st.one_of(
        st.none(),
        st.just("sub_sched_1"),
        st.builds(schedule, end_behavior=ENDS),
    ),
)
def test_whatever_is_paused_or_ends_never_renews(
    name: str, cancel_at: int | None, at_period_end: bool, pause: dict[str, Any] | None, attached: object
) -> None:
    said = status(
        subscription(
            status=name,
            cancel_at=cancel_at,
            cancel_at_period_end=at_period_end,
            pause_collection=pause,
            schedule=attached,
        )
    )
    assert said
    if cancel_at or at_period_end or pause is not None or name not in {"active", "past_due"}:
        assert "renews" not in said
    if pause is not None and name != "canceled":
        assert "paused until" in said
