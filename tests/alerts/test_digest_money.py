"""The digest's figures: what failed and came back, disputes, how soon pages were taken, week by week."""

import weakref
from dataclasses import replace

import pytest

from bot.alerts.alert import Effect, Note, Occurrence, Severity
from bot.alerts.digest import digest_of
from bot.alerts.digest_money import Amounts, answered
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.week import Happening, Page
from bot.replies.alert import note_message
from bot.store.database import Database
from tests.alerts.oncall_parts import CHANNEL, Clock, notes
from tests.alerts.test_digest import MONDAY, NEXT_MONDAY, WORDS, happened, weekly


def failure(invoice: str, amount: int, effect: Effect = Effect.RAISED, status: str = "open") -> Happening:
    key = f"payment_failed:{invoice}"
    facts = {"status": status, "kind": "invoice"}
    return Happening("payment_failed", effect.value, key, MONDAY, None, amount, "usd", facts)


def test_an_invoice_that_failed_three_times_counts_once_with_what_is_open_now() -> None:
    week = [failure("in_1", 5_000), failure("in_1", 3_000, Effect.COUNTED), failure("in_2", 700)]
    assert digest_of(week).money.failed == Amounts(2, {"usd": 3_700})


def test_what_was_paid_after_all_is_recovered_and_what_was_voided_is_not() -> None:
    paid = failure("in_1", 0, Effect.RESOLVED, "paid")
    voided = failure("in_2", 700, Effect.RESOLVED, "void")
    week = [failure("in_1", 5_000), paid, failure("in_2", 700), voided]
    assert digest_of(week).money.recovered == Amounts(1, {"usd": 5_000})


def test_a_dispute_counts_once_whatever_became_of_it() -> None:
    won = happened("dispute_closed", Effect.RESOLVED)
    money = digest_of([happened("dispute"), replace(won, group_key="dispute:sub_1")]).money
    assert money.disputes == Amounts(1, {"usd": 2_000})


@pytest.mark.parametrize(("taken", "found"), [
    ((60, 240, None), {"pages": 3, "nobody": 1, "seconds": 150}),
    ((None,), {"pages": 1, "nobody": 1, "seconds": None}), ((), {"pages": 0, "nobody": 0, "seconds": None}),
])  # fmt: skip
def test_half_of_the_pages_were_taken_within(taken: tuple[int | None, ...], found: object) -> None:
    pages = [Page(CHANNEL, MONDAY, None if each is None else MONDAY + each) for each in taken]
    assert answered(pages) == found


async def test_the_week_is_told_beside_the_week_before(database: Database) -> None:
    week = 7 * 86_400
    for number, at in enumerate((MONDAY - week, MONDAY, MONDAY + 60)):
        occurrence = Occurrence(
            key=f"evt_{number}", type="invoice.payment_failed", at=at, rule="payment_failed",
            severity=Severity.PAGE, group_key=f"payment_failed:in_{number}", template="payment_failed",
            livemode=False, amount=6_000, currency="usd", facts={"status": "open"}, channel=CHANNEL,
        )  # fmt: skip
        await Alerts(database).raise_or_count(occurrence, at)
    await weekly(database, Clock(NEXT_MONDAY)).tell()
    (told,) = await notes(database)
    said = str(
        note_message(WORDS, Note(1, None, told.key, CHANNEL, "digest", told.facts, MONDAY, None), None).blocks
    )
    assert "*Payments failed:* 2, $120.00 (the week before: 1, $60.00)" in said
    assert "*Time to acknowledge:* 2 pages, 2 not taken (the week before: 1 page" in said


def test_what_was_lost_is_told_with_how_soon_pages_were_taken_beside_the_week_before() -> None:
    lost = digest_of([happened(subscription="sub_1"), happened(subscription="sub_2")]).facts()
    answers = {"pages": 3, "nobody": 1, "seconds": 240}
    facts = {"since": MONDAY, "until": NEXT_MONDAY, **lost, "answered": answers}
    before = {**digest_of([]).facts(), "answered": {"pages": 1, "nobody": 0, "seconds": 60}}
    shown = Note(1, None, "k", CHANNEL, "digest", {**facts, "before": before}, MONDAY, None)
    said = str(note_message(WORDS, shown, None).blocks)
    assert "*Lost:* 2, $40.00 a month\\n" in said
    median = "median 4 minutes, 3 pages, 1 not taken (the week before: median 1 minute, 1 page)"
    assert f"*Time to acknowledge:* {median}" in said


async def test_what_happened_the_week_before_is_let_go_before_the_week_is_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Kept(Happening):
        """One that can be seen to be gone."""

    earlier: list[weakref.ref[Happening]] = []
    held: list[bool] = []

    async def read(*_: object) -> tuple[Happening, ...]:
        held.extend(each() is not None for each in earlier)
        one = Kept("plan_changed", Effect.COLLECTED.value, "plan_changed:1", MONDAY, None, None, None, {})
        earlier.append(weakref.ref(one))
        return (one,)

    monkeypatch.setattr("bot.alerts.weekly.read_happenings", read)
    await weekly(database, Clock(NEXT_MONDAY)).tell()
    assert held == [False]
    assert len(await notes(database)) == 1
