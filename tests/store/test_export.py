"""An export holds every row once, and can be written as JSON lines."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from bot.errors import BadUsage
from bot.metrics import Metrics
from bot.process.exported import EXPORTED
from bot.store import batches
from bot.store.audit import AuditTrail
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.store.export import export_lines
from bot.store.retention import forget_customer
from bot.store.tables import stripe_events
from tests.store.test_audit import ENTRY
from tests.store.test_events import EVENT


async def exported_rows(database: Database, **asked: Any) -> list[dict[str, Any]]:
    blocks = [block async for block in export_lines(database, EXPORTED, **asked)]
    return [json.loads(line) for line in "".join(blocks).splitlines()]


async def test_every_row_is_exported_once_with_table_and_id(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PAGE", 2)
    for at in range(5):
        await AuditTrail(database, Metrics()).write(replace(ENTRY, at=at))
    for name in ("evt_b", "evt_a", "evt_c"):
        await StripeEvents(database).add(replace(EVENT, id=name))
    rows = await exported_rows(database)
    assert [row["at"] for row in rows if row["table"] == "audit"] == [0, 1, 2, 3, 4]
    assert [row["id"] for row in rows if row["table"] == "events"] == ["evt_a", "evt_b", "evt_c"]
    assert len({(row["table"], row["id"]) for row in rows}) == len(rows) == 8
    assert rows[-1]["payload"] == EVENT.payload


async def exported(database: Database, **asked: Any) -> list[tuple[str, object]]:
    return [(row["table"], row["id"]) for row in await exported_rows(database, **asked)]


async def test_an_export_goes_on_after_any_of_its_lines(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PAGE", 2)
    for at in range(3):
        await AuditTrail(database, Metrics()).write(replace(ENTRY, at=at))
    for name in ("evt_a", "evt_b"):
        await StripeEvents(database).add(replace(EVENT, id=name))
    everything = await exported(database)
    for number, (table, row) in enumerate(everything):
        assert await exported(database, after=f"{table}:{row}") == everything[number + 1 :]
    for unknown in ("audit", "audit:x", "audit_pruning:1", "events:"):
        with pytest.raises(BadUsage):
            await exported(database, after=unknown)


async def test_an_export_since_holds_what_is_new_and_what_changed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PAGE", 2)
    for at in (1, 100, 2, 3, 4, 101):
        await AuditTrail(database, Metrics()).write(replace(ENTRY, at=at))
    assert [row for _, row in await exported(database, since=100)] == [2, 6]
    await forget_customer(database, str(ENTRY.customer), 102)
    assert len(await exported(database, since=102)) == 6


async def test_an_empty_database_exports_nothing(database: Database) -> None:
    assert await exported_rows(database) == []


async def test_what_opens_a_door_does_not_leave_the_house(database: Database) -> None:
    secrets = {
        "client_secret": "pi_1_secret_2", "url": "https://billing.stripe.com/p/session/live_1",
        "note": "https://hooks.slack.com/commands/T0/1/abc and xoxb-1-2",
    }  # fmt: skip
    payload = {"data": {"object": {**secrets, "receipt_email": "jenny@example.com"}}}
    row = {
        "id": "evt_1", "type": "x", "created": 1, "livemode": True, "received_at": 1, "payload": payload,
    }  # fmt: skip
    await database.write(lambda connection: connection.execute(stripe_events.insert().values(row)))
    (exported,) = await exported_rows(database)
    shown = exported["payload"]["data"]["object"]
    assert shown["receipt_email"] == "jenny@example.com"
    assert "/p/session/" not in str(shown)
    for secret in ("pi_1_secret_2", "live_1", "T0/1/abc", "xoxb-1"):
        assert secret not in str(shown)


async def test_json_that_somebody_stored_in_several_lines_leaves_in_one(database: Database) -> None:
    insert = text(
        "INSERT INTO stripe_events (id, type, created, livemode, received_at, payload)"
        " VALUES ('evt_1', 'x', 1, :no, 1, :payload)"
    )
    values = {"no": False, "payload": '{\n  "name": "M\\u00fcller"\n}'}
    await database.write(lambda connection: connection.execute(insert, values))
    (exported,) = await exported_rows(database)
    assert exported["payload"] == {"name": "Müller"}
    assert exported["livemode"] is False
    assert exported["handled_at"] is None
