"""Every event of the webhook reference has a rule, and the rules read events as the reference says."""

import re
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.alert import Occurrence, Severity
from bot.alerts.read_events import stored_event
from bot.alerts.replay import preview
from bot.alerts.rule_tables import default_tables, line_of, read_tables
from bot.alerts.rules import AlertRules
from bot.replies.alert import alert_message
from bot.replies.alert_words import said_of
from bot.words import Words

RULES = AlertRules(channel="C0ALERTS")
WORDS = Words()
REFERENCE = [
    *(
        f"customer.subscription.{each}"
        for each in (
            "updated",
            "deleted",
            "paused",
            "resumed",
            "trial_will_end",
            "pending_update_applied",
            "pending_update_expired",
        )
    ),
    *(
        f"subscription_schedule.{each}"
        for each in ("created", "updated", "released", "canceled", "aborted", "expiring", "completed")
    ),
    *(
        f"invoice.{each}"
        for each in (
            "payment_action_required",
            "upcoming",
            "paid",
            "overdue",
            "payment_failed",
            "finalization_failed",
        )
    ),
    "payment_method.attached",
    "payment_method.detached",
    "payment_method.automatically_updated",
    "customer.updated",
    "customer.tax_id.created",
    "billing_portal.session.created",
    "billing_portal.configuration.created",
    "billing_portal.configuration.updated",
    "charge.dispute.created",
    "radar.early_fraud_warning.created",
    "payout.failed",
    "billing.alert.triggered",
]
PRICE = {
    "id": "price_1",
    "unit_amount": 2500,
    "currency": "usd",
    "recurring": {"interval": "month", "interval_count": 1},
}
SUBSCRIPTION = {
    "id": "sub_1",
    "object": "subscription",
    "customer": "cus_1",
    "status": "active",
    "cancel_at": None,
    "cancel_at_period_end": False,
    "cancellation_details": {"reason": None, "feedback": None, "comment": None},
    "items": {"data": [{"id": "si_1", "quantity": 2, "price": PRICE}]},
    "currency": "usd",
}
PAUSED = {**SUBSCRIPTION, "pause_collection": {"behavior": "void"}}
CANCELING = {**SUBSCRIPTION, "cancel_at": 1_800_000_000, "cancel_at_period_end": True}


def occurrences(kind: str, thing: dict[str, Any], previous: dict[str, Any] | None = None) -> list[Occurrence]:
    data = {"object": thing} | ({"previous_attributes": previous} if previous is not None else {})
    raw = {"id": "evt_1", "object": "event", "type": kind, "created": 5, "livemode": False, "data": data}
    event = stored_event(raw, int(time.time()))
    assert event is not None
    return list(RULES.read(event))


def rule_of(kind: str, thing: dict[str, Any], previous: dict[str, Any] | None = None) -> str:
    return occurrences(kind, thing, previous)[0].rule


@pytest.mark.parametrize("kind", REFERENCE)
def test_every_event_of_the_reference_has_a_rule_of_its_own(kind: str) -> None:
    rule = rule_of(kind, {"id": "x_1", "object": "thing"}, {})
    # Of these two it depends on what changed.
    assert rule != "other" or kind in {"customer.subscription.updated", "customer.updated"}


@pytest.mark.parametrize(
    ("thing", "previous", "rule"),
    [
        (CANCELING, {"cancel_at": None, "cancel_at_period_end": False}, "cancellation"),
        (CANCELING, {"cancellation_details": {"feedback": None}}, "cancellation_reason"),
        (SUBSCRIPTION, {"cancel_at": 5, "cancel_at_period_end": True}, "cancellation_undone"),
        (SUBSCRIPTION | {"status": "past_due"}, {"status": "active"}, "subscription_past_due"),
        (SUBSCRIPTION, {"status": "trialing"}, "trial_ended"),
        (SUBSCRIPTION | {"discounts": ["di_1"]}, {"discounts": []}, "coupon_taken"),
        (SUBSCRIPTION, {"items": {"data": []}}, "plan_changed"),
        (
            SUBSCRIPTION | {"pause_collection": {"behavior": "void"}},
            {"pause_collection": None},
            "collection_paused",
        ),
        (SUBSCRIPTION, {"metadata": {}}, "other"),
    ],
)
def test_an_update_of_a_subscription_is_told_apart(
    thing: dict[str, Any], previous: dict[str, Any], rule: str
) -> None:
    assert rule_of("customer.subscription.updated", thing, previous) == rule


def test_the_reason_belongs_to_the_cancellation_and_does_not_count() -> None:
    first, *_ = occurrences("customer.subscription.updated", CANCELING, {"cancel_at": None})
    details = {"reason": "cancellation_requested", "feedback": "unused", "comment": "bye"}
    told = CANCELING | {"cancellation_details": details}
    second, *_ = occurrences("customer.subscription.updated", told, {"cancellation_details": {}})
    assert (first.group_key, first.counts) == (second.group_key, True)
    assert (second.counts, second.facts["feedback"], second.facts["comment"]) == (False, "unused", "bye")
    assert first.amount == 5000


def test_the_last_failed_attempt_is_a_page_in_the_same_alert() -> None:
    invoice = {"id": "in_1", "object": "invoice", "attempt_count": 1, "next_payment_attempt": 99}
    first, *_ = occurrences("invoice.payment_failed", invoice)
    last, *_ = occurrences(
        "invoice.payment_failed", invoice | {"attempt_count": 4, "next_payment_attempt": None}
    )
    paid, *_ = occurrences("invoice.paid", invoice)
    assert (first.severity, last.severity) == (Severity.NOTIFY, Severity.PAGE)
    assert first.group_key == last.group_key == paid.group_key
    assert paid.resolves


def test_a_portal_session_keeps_no_address() -> None:
    session = {
        "id": "bps_1",
        "object": "billing_portal.session",
        "customer": "cus_1",
        "url": "https://x/p/session/test_A",
    }
    (read,) = occurrences("billing_portal.session.created", session)
    assert "session/test" not in str(read)
    assert read.severity is Severity.DIGEST


def test_the_settings_file_changes_a_rule_by_name_and_adds_others_before_all() -> None:
    own = [
        {"name": "payout_failed", "severity": "notify"},
        {"name": "mine", "event": "payout.*", "severity": "page", "template": "other"},
    ]
    tables, problems = read_tables(own)
    assert problems == []
    assert tables[0].name == "mine"
    assert next(each for each in tables if each.name == "payout_failed").severity is Severity.NOTIFY
    assert len(tables) == len(default_tables()) + 1


def test_what_is_wrong_is_named_with_its_line() -> None:
    text = """[limits]

[[alert]]
name = "a"
event = "x.y"
severity = "loud"
template = "other"

[[alert]]
name = "b"
event = "x.y"
severity = "page"
when = "object.a >"
template = "other"
joins = "nobody"
"""
    _, problems = read_tables(tomllib.loads(text)["alert"])
    assert [(line_of(text, each), each.key) for each in problems] == [
        (6, "severity"),
        (13, "when"),
        (15, "joins"),
    ]


@pytest.mark.parametrize("condition", ["object.__class__.__mro__", "object.a * 2", "1/0", "object.a.b.c > 3"])
def test_a_condition_that_cannot_be_evaluated_is_no(condition: str) -> None:
    rules = AlertRules(
        [{"name": "odd", "event": "a.b", "when": condition, "severity": "page", "template": "other"}]
    )
    event = stored_event(
        {
            "id": "e",
            "object": "event",
            "type": "a.b",
            "created": 1,
            "livemode": False,
            "data": {"object": {"id": "x"}},
        },
        1,
    )
    assert event is not None
    assert [each.rule for each in rules.read(event)] == ["other"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
KINDS = [
    "subscription",
    "invoice",
    "dispute",
    "payout",
    "billing_portal.configuration",
    "customer",
    "payment_method",
    "billing.alert_triggered",
    "radar.early_fraud_warning",
    "subscription_schedule",
]
FIELDS = [
    "items",
    "cancel_at",
    "cancellation_details",
    "amount_due",
    "currency",
    "discounts",
    "phases",
    "customer",
    "number",
    "reason",
    "alert",
    "parent",
    "features",
    "status",
    "due_date",
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(REFERENCE),
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=6),
    st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=4),
)
def test_no_event_however_odd_stops_the_rules_or_the_words(
    kind: str, thing: str, fields: dict[str, Any], previous: dict[str, Any]
) -> None:
    for each in occurrences(kind, {"id": "x_1", "object": thing, **fields}, previous):
        alert_message(WORDS, preview(each))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_nothing_a_customer_writes_becomes_markup(text: str) -> None:
    details = {"reason": "cancellation_requested", "feedback": "other", "comment": f"<!channel> <@U1> {text}"}
    (read, *_) = occurrences(
        "customer.subscription.updated",
        CANCELING | {"cancellation_details": details},
        {"cancellation_details": {}},
    )
    shown = str(alert_message(WORDS, preview(read)).blocks)
    assert "<!channel>" not in shown
    assert "<@U1>" not in shown


@pytest.mark.parametrize("template", sorted({str(table["template"]) for table in default_tables()}))
def test_every_template_can_be_said_without_any_fact(template: str) -> None:
    (read,) = occurrences("payout.failed", {"id": "po_1", "object": "payout"})
    title = said_of(WORDS, preview(replace(read, template=template, facts={"by": "U1"}))).plain_title
    assert title
    assert "None" not in title


def test_the_documented_rules_are_accepted() -> None:
    page = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text()
    documented = re.search(r"```toml\n(.*?)```", page, re.S)
    assert documented
    assert read_tables(tomllib.loads(documented[1])["alert"])[1] == []
