"""Forgetting a customer while things go on: what happens in the meantime leaves no trace either."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from benchmarks.soak_mail import one_mail
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.retention import PostedMessage
from bot.alerts.rows.tables import alerts
from bot.alerts.rules import AlertRules
from bot.errors import Unavailable
from bot.mail.rows import Mails
from bot.metrics import Metrics
from bot.store.audit import AuditTrail
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.store.retention import forget_customer
from bot.use_cases import erasure
from bot.use_cases.erasure import CustomerEraser, DeleteMessage, Erased
from tests.alerts.rows.test_retention import raised
from tests.sqlite import with_tables
from tests.store.conftest import everything
from tests.store.test_events import EVENT
from tests.stored_events import unhandled

DISPUTE = {
    "id": "dp_1", "object": "dispute", "amount": 2000, "currency": "usd", "customer": "cus_1",
    "reason": "fraudulent", "status": "needs_response",
}  # fmt: skip


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(with_tables(f"sqlite:///{tmp_path}/portalbot.db")) as opened:
        yield opened


async def erase(database: Database, delete_message: DeleteMessage | None = None) -> Erased:
    async def no_jobs(_keys: Sequence[str]) -> None:
        return None

    eraser = CustomerEraser(database, AuditTrail(database, Metrics()), delete_message, no_jobs)
    return await eraser.erase("cus_1", actor="cli:me", now=5, livemode=False)


async def post(database: Database, key: str, ts: str) -> None:
    """Raise an alert about the customer that stands in Slack."""
    number = await raised(database, key)
    place = {"message_channel": "C1", "message_ts": ts}
    await database.write(lambda c: c.execute(update(alerts).where(alerts.c.id == number).values(place)))


async def test_an_event_that_waits_meanwhile_becomes_no_alert(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = {"id": EVENT.id, "data": {"object": DISPUTE}}
    await StripeEvents(database).add(replace(EVENT, type="charge.dispute.created", payload=payload))

    async def handled_meanwhile(*given: Any) -> int:
        await Alerts(database).handle_next(AlertRules(channel="C1").read, 6)
        return await forget_customer(*given)

    monkeypatch.setattr(erasure, "forget_customer", handled_meanwhile)
    await erase(database)
    assert await unhandled(database) == ()
    for table in ("stripe_events", "alerts", "alert_events"):
        assert "dp_1" not in await everything(database, table)


async def test_a_message_that_is_posted_while_others_are_deleted_is_deleted_too(database: Database) -> None:
    await post(database, "a", "1.1")
    deleted: list[PostedMessage] = []

    async def delete(message: PostedMessage) -> bool:
        if not deleted:
            await post(database, "b", "2.2")
        deleted.append(message)
        return True

    gone = await erase(database, delete)
    assert deleted == [PostedMessage("C1", "1.1"), PostedMessage("C1", "2.2")]
    assert (gone.messages, gone.alerts) == (2, 2)


async def test_an_erasure_that_was_interrupted_says_what_is_gone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Mails(database).add(replace(one_mail(1, 0), customer="cus_1"))

    async def fail(*_: object) -> int:
        raise Unavailable("database_unavailable", retry=True)

    monkeypatch.setattr(erasure, "forget_customer", fail)
    with pytest.raises(Unavailable, match="forget_interrupted") as refused:
        await erase(database)
    assert refused.value.facts["mails"] == 1
    monkeypatch.undo()
    assert (await erase(database)).mails == 0
