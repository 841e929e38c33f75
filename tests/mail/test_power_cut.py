"""A power cut on SQLite: what was synced by then is all there is, and from each such state things go on."""

import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from benchmarks.soak_mail import one_mail
from bot.alerts.alert import Status
from bot.alerts.rotation import Turn
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.mail.mail import State
from bot.mail.rows import Mails
from bot.metrics import Metrics
from bot.store import database as store
from bot.store.audit import AuditTrail
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.store.group_commit import Transaction
from tests.alerts.rows.test_retention import raised
from tests.mail.test_delivery import Office, office
from tests.sqlite import with_tables
from tests.store.test_audit import ENTRY
from tests.store.test_events import EVENT

__all__ = ["office"]


@dataclass
class Disk:
    """What is on the disk after each sync: the files as they were, and what the world had seen before."""

    folder: Path
    seen: list[object] = field(default_factory=list)
    states: list[tuple[Path, int]] = field(default_factory=list)

    def sync(self, file: Path) -> None:
        copy = self.folder / str(len(self.states))
        copy.mkdir(parents=True)
        for each in (file, file.with_name(f"{file.name}-wal")):
            if each.exists():
                shutil.copy(each, copy / each.name)
        self.states.append((copy / file.name, len(self.seen)))

    def cuts(self) -> list[tuple[str, list[object]]]:
        """For a cut right before each next sync: the address of what is left, and what had been seen."""
        later = [seen for _, seen in self.states[1:]] + [len(self.seen)]
        left = zip(self.states, later, strict=True)
        return [(f"sqlite:///{file}", self.seen[:seen]) for (file, _), seen in left]


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """A disk that keeps what was synced: SQLite syncs at the commits of synchronous=FULL and no others."""
    made, original = Disk(tmp_path / "synced"), store._run

    def run(engine: Engine, transactions: Sequence[Transaction], done: list[Any]) -> None:
        original(engine, transactions, done)
        if engine.get_execution_options().get("sqlite_synchronous") == "FULL":
            made.sync(Path(str(engine.url.database)))

    monkeypatch.setattr(store, "_run", run)
    return made


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(with_tables(f"sqlite:///{tmp_path}/kept.db")) as opened:
        yield opened


async def test_no_mail_is_sent_twice_from_any_state_that_a_power_cut_leaves(
    office: Office, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.server.answers = ["250 taken", "451 later", "250 taken", "250 taken", "250 taken"]
    mails = [replace(one_mail(number, office.clock.whole()), customer=f"cus_{number}") for number in range(4)]
    disk.seen = office.server.taken  # type: ignore[assignment]
    for mail in mails:
        await office.mails.add(mail)
        await office.attempts(mail)
    assert len(disk.seen) == 3
    cuts = disk.cuts()
    assert len(cuts) > 10
    for url, before in cuts:
        monkeypatch.undo()
        office.server.taken = []
        async with Database(url) as left:
            again = replace(office, mails=Mails(left), delivery=replace(office.delivery, mails=Mails(left)))
            for mail in mails:
                kept = await again.mails.get(mail.id)
                if kept is not None and not kept.state.is_final:
                    await again.attempts(mail, kept.attempt)
            states = [kept.state for mail in mails if (kept := await again.mails.get(mail.id))]
        sent = [str(each["Message-ID"]) for each in (*before, *office.server.taken)]  # type: ignore[index]
        assert len(sent) == len(set(sent)), f"twice: {sent}"
        assert State.SENDING not in states


async def test_no_line_of_a_shown_link_is_lost(disk: Disk, database: Database) -> None:
    trail = AuditTrail(database, Metrics())
    for number in range(5):
        assert await trail.write(replace(ENTRY, session=f"bps_{number}", request_key=f"key {number}"))
        disk.seen.append(f"bps_{number}")
    for url, seen in disk.cuts():
        async with Database(url) as left:
            lines = await AuditTrail(left, Metrics()).history()
        assert set(seen) <= {line.session for line in lines}


async def test_what_people_did_is_on_the_disk_when_they_are_answered(disk: Disk, database: Database) -> None:
    number = await raised(database, "a")
    await Alerts(database).acknowledge(number, "U1", 5)
    await OnCallRows(database).stand_in([Turn("U1", 1, 2**40)], "U1", 1)
    url, _ = disk.cuts()[-1]
    async with Database(url) as left:
        assert (await Alerts(left).get(number)).status is Status.ACKNOWLEDGED
        assert await OnCallRows(left).overrides(5)


async def test_an_event_is_not_synced_since_catching_up_fetches_it_again(
    disk: Disk, database: Database
) -> None:
    assert await StripeEvents(database).add(EVENT)
    assert disk.states == []


async def test_sqlite_is_told_what_to_sync(database: Database) -> None:
    for lasting, level in ((True, 2), (False, 1), (True, 2)):
        asked = await database.write(
            lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar(), lasting=lasting
        )
        assert asked == level
