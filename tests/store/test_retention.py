"""Age and a person's request are the only ways out of the trail, and they take no more than they should."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from benchmarks.soak_mail import one_mail
from bot.errors import Unavailable
from bot.mail.rows import Mails
from bot.metrics import Metrics
from bot.store.audit import AuditTrail
from bot.store.batches import in_batches, next_size, return_free_pages
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.store.link_limits import LinkLimits
from bot.store.retention import empty_events, forget_customer, prune_audit, prune_events, prune_old
from bot.store.tables import audit
from tests.sqlite import with_tables
from tests.store.conftest import everything
from tests.store.test_audit import ENTRY
from tests.store.test_events import EVENT
from tests.stored_events import mark_handled, unhandled


async def test_pruning_deletes_what_is_older_and_nothing_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.batches.LARGEST", 4)
    monkeypatch.setattr("bot.store.batches.FIRST", 4)
    trail = AuditTrail(database, Metrics())
    for at in range(10, 20):
        await trail.write(replace(ENTRY, at=at))
    assert await prune_audit(database, before=16) == 6
    assert [entry.at for entry in await trail.history()] == [19, 18, 17, 16]
    assert await prune_audit(database, before=16) == 0


async def test_after_pruning_the_trail_is_closed_again(database: Database) -> None:
    await AuditTrail(database, Metrics()).write(replace(ENTRY, at=10))
    await prune_audit(database, before=5)
    with pytest.raises(Unavailable):
        await database.write(lambda connection: connection.execute(delete(audit)))
    assert len(await AuditTrail(database, Metrics()).history()) == 1


async def test_forgetting_keeps_the_line_without_the_person(database: Database) -> None:
    trail = AuditTrail(database, Metrics())
    other = replace(ENTRY, customer="cus_2")
    await trail.write(replace(ENTRY, request_key="key"))
    await trail.write(other)
    await LinkLimits(database).reserve("U1", "cus_1", True, 1)
    assert await forget_customer(database, "cus_1", now=5) == 1
    kept = replace(ENTRY, customer=None, subscription=None, session=None, channel=None, reason=None)
    assert await trail.history() == (other, kept)
    assert await forget_customer(database, "cus_1", now=6) == 0
    assert await everything(database, "link_grants") == "[]"


async def test_forgetting_empties_the_persons_events_but_remembers_their_ids(database: Database) -> None:
    events = StripeEvents(database)
    other = replace(EVENT, id="evt_2", payload={"customer": "cus_11"})
    await events.add(EVENT)
    await events.add(other)
    await empty_events(database, "cus_1")
    assert await unhandled(database) == (replace(EVENT, payload={}), other)
    assert not await events.add(EVENT)


async def test_only_old_and_handled_events_are_pruned(database: Database) -> None:
    events = StripeEvents(database)
    for name, received in (("evt_1", 10), ("evt_2", 10), ("evt_3", 30)):
        await events.add(replace(EVENT, id=name, created=received, received_at=received))
    for name in ("evt_1", "evt_3"):
        await mark_handled(database, name, 40)
    assert await prune_events(database, before=20) == 1
    assert [event.id for event in await unhandled(database)] == ["evt_2"]
    assert not await events.add(replace(EVENT, id="evt_3"))


async def test_pruning_goes_by_days_and_zero_keeps_for_ever(database: Database) -> None:
    now = 100 * 86_400
    events = StripeEvents(database)
    for day in (1, 50, 99):
        await AuditTrail(database, Metrics()).write(replace(ENTRY, at=day * 86_400))
        await events.add(replace(EVENT, id=f"evt_{day}", created=day * 86_400, received_at=day * 86_400))
        await mark_handled(database, f"evt_{day}", now)
    assert await prune_old(database, audit_days=0, event_days=0, now=now) == (0, 0)
    assert await prune_old(database, audit_days=60, event_days=10, now=now) == (1, 2)


async def test_a_parked_mail_stays_however_old_it_is_until_a_person_decides(database: Database) -> None:
    mails, late = Mails(database), 10_000 * 86_400
    parked, failed, sent, waiting = [one_mail(number, 10) for number in range(4)]
    for mail in (parked, failed, sent, waiting):
        assert await mails.add(mail)
    for mail in (parked, failed, sent):
        assert await mails.begin(mail.id, 0, "here", 11)
    assert await mails.park(parked.id, 0, "in_doubt", 12)
    assert await mails.fail(failed, "here", "refused", None, 12)
    assert await mails.sent(sent.id, "here", None, 12)
    assert await mails.prune(before=12) == 0
    assert await mails.prune(before=late) == 2
    assert [mail.id for mail in await mails.in_doubt()] == [parked.id]
    assert [mail.id for mail in await mails.due(late, limit=9)] == [waiting.id]
    assert await mails.resend(parked.id, "U1", None, None, late)


async def test_links_that_no_limit_counts_any_more_are_pruned(database: Database) -> None:
    limits = LinkLimits(database)
    await limits.reserve("U1", "cus_1", True, 1)
    await limits.reserve("U2", "cus_2", True, 10_000)
    await prune_old(database, audit_days=0, event_days=0, now=10_001)
    assert "cus_1" not in await everything(database, "link_grants")
    assert "cus_2" in await everything(database, "link_grants")


@pytest.mark.parametrize("rows", [7, 8])
async def test_many_events_go_and_are_emptied_in_small_transactions(
    database: Database, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    for bound in ("FIRST", "LARGEST", "PAGE"):
        monkeypatch.setattr(f"bot.store.batches.{bound}", 4)
    events = StripeEvents(database)
    for number in range(rows):
        payload = {"customer": f"cus_{number % 2}"}
        event = replace(EVENT, id=f"evt_{number}", created=number, payload=payload)
        await events.add(replace(event, received_at=number))
        await mark_handled(database, f"evt_{number}", 1)
    await empty_events(database, "cus_1")
    kept = await everything(database, "stripe_events")
    assert (kept.count("cus_0"), kept.count("cus_1")) == ((rows + 1) // 2, 0)
    assert await prune_events(database, before=6) == 6
    assert (await everything(database, "stripe_events")).count("evt_") == rows - 6


async def test_who_looks_for_a_customers_events_makes_nobody_wait_who_writes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.batches.PAGE", 2)
    for number in range(7):
        await StripeEvents(database).add(replace(EVENT, id=f"evt_{number}"))
    writes, write = [0], Database.write

    async def counted(self: Database, *work: Any, **how: Any) -> object:
        writes[0] += 1
        return await write(self, *work, **how)

    monkeypatch.setattr(Database, "write", counted)
    await empty_events(database, "cus_nobody")
    assert writes == [0]


@pytest.mark.parametrize(
    ("size", "seconds", "then"),
    [(100, 0.01, 100), (100, 0.0125, 80), (100, 1, 50), (100, 0.005, 200), (1500, 0, 2000), (15, 1, 10)],
)
def test_a_batch_is_as_large_as_ten_milliseconds_allow(size: int, seconds: float, then: int) -> None:
    assert next_size(size, seconds) == then


async def test_batches_that_are_quick_grow(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.batches.AIM", 60)
    sizes: list[int] = []

    def batch(_connection: object, _place: object, size: int) -> tuple[bool | None, int]:
        sizes.append(size)
        return (True if len(sizes) < 3 else None), 1

    assert await in_batches(database, batch) == 3
    assert sizes == [100, 200, 400]


async def test_a_file_shrinks_when_much_was_deleted(tmp_path: Path) -> None:
    file = tmp_path / "portalbot.db"
    async with Database(with_tables(f"sqlite:///{file}")) as database:
        events = StripeEvents(database)
        for number in range(40):
            payload = {"text": "x" * 50_000}
            await events.add(replace(EVENT, id=f"evt_{number}", created=1, received_at=1, payload=payload))
            await mark_handled(database, f"evt_{number}", 1)
        assert await prune_events(database, before=6) == 40
        await return_free_pages(database)
    assert file.stat().st_size < 600_000
