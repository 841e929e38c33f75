"""The weekly digest: every cancellation counted once, whatever else happened to it, and told once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.alerts.alert import Effect, Note, Occurrence, Severity
from bot.alerts.digest import Digest, digest_of
from bot.alerts.read_events import read_event
from bot.alerts.rotation import Handover
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.tables import alerts
from bot.alerts.rows.week import Happening, read_happenings
from bot.alerts.rules import AlertRules
from bot.alerts.settings import DigestTable
from bot.alerts.weekly import WeeklyDigest
from bot.metrics import Metrics
from bot.replies.alert import note_message
from bot.store.audit import AuditEntry, AuditTrail
from bot.store.database import Database
from bot.words import Words
from sandbox.slack.block_checker import check_message
from tests.alerts.examples import example
from tests.alerts.oncall_parts import CHANNEL, Clock, notes

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = int(datetime(2026, 11, 16, 9, tzinfo=BERLIN).timestamp())
NEXT_MONDAY = int(datetime(2026, 11, 23, 9, tzinfo=BERLIN).timestamp())
WORDS = Words()
TABLE = DigestTable(at=(Handover(0, time(9)),), timezone=BERLIN)


def happened(
    rule: str = "cancellation",
    effect: Effect = Effect.RAISED,
    subscription: str | None = "sub_1",
    facts: Mapping[str, Any] | None = None,
    amount: int | None = 2000,
    currency: str | None = "usd",
) -> Happening:
    family = "cancellation" if "cancellation" in rule or "lost" in rule else rule
    key = f"{family}:{subscription}"
    return Happening(rule, effect.value, key, MONDAY, subscription, amount, currency, facts or {})


def test_a_cancellation_with_its_reason_counts_once() -> None:
    digest = digest_of([
        happened(facts={"reason": "cancellation_requested", "plan": "Pro", "feedback": None}),
        happened("cancellation_reason", Effect.MERGED, facts={"feedback": "too_expensive", "plan": None}),
        happened("cancellation_at_once", Effect.COUNTED, facts={}),
    ])  # fmt: skip
    assert (digest.cancelled, digest.stayed) == (1, 0)
    assert digest.feedback == [("too_expensive", 1)]
    assert digest.reasons == [("cancellation_requested", 1)]
    assert digest.plans == [("Pro", 1)]
    assert digest.lost == {"usd": 2000}


def test_who_changes_their_mind_is_kept_and_who_changes_it_again_is_lost() -> None:
    undone = happened("cancellation_undone", Effect.RESOLVED)
    kept = digest_of([happened(), undone])
    assert (kept.cancelled, kept.stayed, kept.lost, kept.kept) == (0, 1, {}, {"usd": 2000})
    lost = digest_of([happened(), undone, happened()])
    assert (lost.cancelled, lost.stayed, lost.lost, lost.kept) == (1, 0, {"usd": 2000}, {})


def test_an_end_that_came_as_planned_is_counted_by_itself_and_nobody_stayed() -> None:
    effects = (Effect.RESOLVED, Effect.MERGED, Effect.COLLECTED)
    ended = [happened("cancellation_done", each, subscription=each.value) for each in effects]
    digest = digest_of(ended)
    assert (digest.cancelled, digest.stayed, digest.others) == (0, 0, [("cancellation_done", 3)])


def test_a_coupon_keeps_a_customer_unless_they_cancel_after_all() -> None:
    coupon = happened("coupon_taken", Effect.COLLECTED, facts={"coupons": ["STAY20"]})
    assert digest_of([coupon]).kept == {"usd": 2000}
    assert digest_of([coupon]).coupons == [("STAY20", 1)]
    assert digest_of([coupon, happened()]).kept == {}


def test_amounts_are_kept_apart_by_currency() -> None:
    other = happened(subscription="sub_2", amount=900, currency="jpy")
    assert digest_of([happened(), other]).lost == {"jpy": 900, "usd": 2000}


def test_other_things_are_counted_by_rule_and_nothing_is_empty() -> None:
    plan_changed = happened("plan_changed", Effect.COLLECTED)
    assert digest_of([plan_changed, plan_changed]).others == [("plan_changed", 2)]
    assert digest_of([]).is_empty
    assert not digest_of([], {"home": 1}).is_empty


@pytest.mark.parametrize("week", [
    [happened()], [happened(), happened("cancellation_undone", Effect.RESOLVED)],
    [happened("coupon_taken", Effect.COLLECTED, facts={"coupons": ["STAY20"]})],
    [happened("plan_changed", Effect.COLLECTED)],
])  # fmt: skip
def test_a_week_in_which_one_thing_happened_is_worth_telling(week: list[Happening]) -> None:
    assert not digest_of(week).is_empty


def test_a_refund_that_two_events_tell_counts_once_and_two_refunds_twice() -> None:
    def told(rule: str, charge: str) -> Happening:
        return replace(happened(rule, Effect.COLLECTED), group_key=f"refund:{charge}")

    both = [told("refund", "ch_1"), told("charge_refunded", "ch_1")]
    assert digest_of(both).others == [("refund", 1)]
    assert digest_of([*both, *both, told("charge_refunded", "ch_2")]).others == [
        ("refund", 2), ("charge_refunded", 1),
    ]  # fmt: skip


def test_a_reason_of_the_merchants_own_is_counted_by_its_text_where_that_was_read() -> None:
    chosen = happened("cancellation_reason", Effect.MERGED, facts={"feedback_option": "fo_1"})
    read = replace(chosen, about={"options": {"fo_1": "Moving to Mars"}})
    assert digest_of([read]).feedback == [("Moving to Mars", 1)]
    assert digest_of([chosen]).feedback == [("fo_1", 1)]


EVENTS = st.builds(
    happened,
    st.sampled_from([
        "cancellation", "cancellation_undone", "coupon_taken", "plan_changed", "dispute", "payment_failed",
    ]),
    st.sampled_from(Effect),
    st.sampled_from(["sub_1", "sub_2", "sub_3", None]),
    st.fixed_dictionaries({}, optional={
        "feedback": st.text(max_size=60), "reason": st.none() | st.text(max_size=30),
        "plan": st.text(max_size=80),
        "coupons": st.lists(st.text(max_size=60), max_size=3), "status": st.sampled_from(["paid", "void"]),
    }),
    st.none() | st.integers(0, 10**9),
    st.sampled_from(["usd", "jpy", "kwd", None]),
)  # fmt: skip


def note(digest: Digest) -> Note:
    facts = {"since": MONDAY, "until": NEXT_MONDAY, **digest.facts()}
    return Note(1, None, "k", CHANNEL, "digest", facts, MONDAY, None)


@settings(deadline=None, max_examples=50)
@given(st.lists(EVENTS, max_size=12))
def test_whatever_happened_slack_takes_the_message_and_the_plain_one(events: list[Happening]) -> None:
    words = WORDS
    digest = digest_of(events)
    seen = {
        each.subscription or each.group_key for each in events if each.group_key.startswith("cancellation:")
    }
    assert digest.cancelled + digest.stayed == len(seen)
    for plainly in (False, True):
        message = note_message(words, note(digest), None, plainly=plainly)
        content = {
            "text": message.text,
            "blocks": message.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        assert check_message(content, public=True) == []


def test_the_chart_has_numbers_and_the_plain_form_a_table() -> None:
    digest = digest_of([
        happened(subscription=f"sub_{number}", facts={"feedback": "too_expensive" if number else "unused"})
        for number in range(4)
    ])  # fmt: skip
    shown = note_message(WORDS, note(digest), None)
    (chart,) = [block for block in shown.blocks if block["type"] == "data_visualization"]
    assert chart["chart"]["segments"] == [
        {"label": "too expensive", "value": 3}, {"label": "no longer needed", "value": 1},
    ]  # fmt: skip
    plain = note_message(WORDS, note(digest), None, plainly=True)
    assert not [block for block in plain.blocks if block["type"] == "data_visualization"]
    assert "too expensive" in str(plain.blocks)


def weekly(database: Database, clock: Clock, table: DigestTable = TABLE) -> WeeklyDigest:
    return WeeklyDigest(
        database=database, alerts=Alerts(database), table=table, channel=CHANNEL,
        channel_of={"dispute": "C0MONEY"}.get, clock=clock.whole,
    )  # fmt: skip


async def collected(database: Database, key: str, at: int, rule: str = "plan_changed") -> None:
    occurrence = Occurrence(
        key=key, type="customer.subscription.updated", at=at, rule=rule, severity=Severity.DIGEST,
        group_key=f"{rule}:{key}", template="plan_changed", livemode=False,
    )  # fmt: skip
    await Alerts(database).raise_or_count(occurrence, at)


async def test_each_channel_is_told_its_week_once(database: Database) -> None:
    await collected(database, "evt_0", MONDAY - 1)
    await collected(database, "evt_1", MONDAY)
    await collected(database, "evt_2", NEXT_MONDAY - 1)
    await collected(database, "evt_3", NEXT_MONDAY)
    await collected(database, "evt_4", MONDAY + 5, "dispute")
    entry = AuditEntry(at=MONDAY + 9, actor="U1", verb="home", outcome="issued", livemode=False)
    await AuditTrail(database, Metrics()).write(entry)
    await AuditTrail(database, Metrics()).write(replace(entry, at=MONDAY - 9))
    clock = Clock(NEXT_MONDAY + 3)
    for _ in range(3):
        await weekly(database, clock).tell()
        clock.now += 60
    found = {note.channel: note for note in await notes(database)}
    assert set(found) == {CHANNEL, "C0MONEY"}
    assert found[CHANNEL].facts["others"] == [["plan_changed", 2]]
    assert found[CHANNEL].facts["issued"] == [["home", 1]]
    assert found["C0MONEY"].facts["disputes"]["count"] == 1
    assert found["C0MONEY"].facts["issued"] == []


@pytest.mark.parametrize("late", [-1, 2 * 86_400 + 1])
async def test_before_its_time_and_long_after_nothing_is_told(database: Database, late: int) -> None:
    await collected(database, "evt_1", MONDAY)
    await weekly(database, Clock(NEXT_MONDAY + late)).tell()
    assert await notes(database) == []


async def test_a_quiet_week_and_no_schedule_are_not_told(database: Database) -> None:
    await weekly(database, Clock(NEXT_MONDAY)).tell()
    await collected(database, "evt_1", MONDAY)
    await weekly(database, Clock(NEXT_MONDAY), DigestTable(at=(), timezone=ZoneInfo("UTC"))).tell()
    assert await notes(database) == []
    assert datetime.fromtimestamp(NEXT_MONDAY, UTC).hour == 8


async def test_only_links_that_were_issued_are_counted_and_not_what_was_refused_or_only_looked_at(
    database: Database,
) -> None:
    entry = AuditEntry(at=MONDAY, actor="U1", verb="home", outcome="issued", livemode=False)
    for verb, outcome in (
        ("home", "issued"), ("cancel", "issued"), ("home", "issued"), ("email", "issued"),
        ("home", "refused"), ("update", "refused"), ("card", "answered"), ("home", "choice"),
        ("email", "made"),
    ):  # fmt: skip
        await AuditTrail(database, Metrics()).write(replace(entry, verb=verb, outcome=outcome))
    await weekly(database, Clock(NEXT_MONDAY)).tell()
    (note,) = await notes(database)
    assert note.facts["issued"] == [["home", 2], ["cancel", 1], ["email", 1]]


async def test_the_digest_reads_what_the_alert_knows(database: Database) -> None:
    occurrence = Occurrence(
        key="evt_1", type="customer.subscription.updated", at=MONDAY, rule="cancellation",
        severity=Severity.NOTIFY, group_key="cancellation:sub_1", template="cancellation", livemode=False,
        facts={"feedback_option": "fo_1"},
    )  # fmt: skip
    await Alerts(database).raise_or_count(occurrence, MONDAY)
    about = {"options": {"fo_1": "Moving to Mars"}}
    await database.write(lambda connection: connection.execute(update(alerts).values(about=about)))
    (found,) = await read_happenings(database, MONDAY, NEXT_MONDAY)
    assert found.about == about


async def test_a_renewal_is_not_in_the_digest(database: Database) -> None:
    for name in ("Renewal since 2025-03-31", "Metadata of an item"):
        read = read_event({**example(name)[0], "created": MONDAY}, MONDAY)
        assert read is not None
        for each in AlertRules().read(read):
            await Alerts(database).raise_or_count(each, MONDAY)
    assert digest_of(await read_happenings(database, MONDAY, NEXT_MONDAY)).is_empty
