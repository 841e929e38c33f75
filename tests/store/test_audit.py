"""The trail keeps every line once, in order, unchanged, and never a credential."""

import asyncio
import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Delete, Update, delete, text, update

from bot.errors import Unavailable
from bot.metrics import Metrics
from bot.store.audit import AuditEntry, AuditTrail, history_json
from bot.store.database import Database
from bot.store.tables import audit
from tests.store.conftest import everything

URL = "https://billing.stripe.com/p/session/live_S3cret"
ENTRY = AuditEntry(
    at=1_800_000_000,
    actor="U1",
    role="agent",
    verb="cancel",
    customer="cus_1",
    subscription="sub_1",
    flow="subscription_cancel",
    session="bps_1",
    channel="C1",
    reason="ticket 42",
    outcome="issued",
    code=None,
    duration_ms=250,
    livemode=True,
)
SHORT = AuditEntry(at=1, actor="cli:alex", verb="why", outcome="answered", livemode=False)


@pytest.fixture
def trail(database: Database) -> AuditTrail:
    return AuditTrail(database, Metrics())


async def test_a_line_is_read_as_it_was_written(trail: AuditTrail) -> None:
    for entry in (ENTRY, SHORT):
        assert await trail.write(entry)
    assert await trail.history() == (SHORT, ENTRY)


async def test_history_is_newest_first_and_by_customer_and_actor(trail: AuditTrail) -> None:
    entries = [
        replace(ENTRY, at=1_800_000_000 + n, customer=f"cus_{n % 2}", actor=f"U{n % 3}") for n in range(12)
    ]
    for entry in entries:
        await trail.write(entry)
    newest = entries[::-1]
    assert await trail.history(limit=5) == tuple(newest[:5])
    assert await trail.history(customer="cus_1") == tuple(e for e in newest if e.customer == "cus_1")
    assert await trail.history(actor="U2") == tuple(e for e in newest if e.actor == "U2")
    both = await trail.history(customer="cus_1", actor="U2")
    assert both == tuple(e for e in newest if (e.customer, e.actor) == ("cus_1", "U2"))
    assert await trail.history(customer="cus_9") == ()


async def test_a_request_delivered_again_is_written_once(trail: AuditTrail) -> None:
    entry = replace(ENTRY, request_key="key")
    results = await asyncio.gather(*(trail.write(entry) for _ in range(10)))
    assert sorted(results) == [False] * 9 + [True]
    assert await trail.write(replace(ENTRY, request_key="another"))
    assert await trail.write(ENTRY)
    assert await trail.write(ENTRY)  # without a key every line is its own
    assert len(await trail.history()) == 4


@pytest.mark.parametrize(
    "field", ["reason", "session", "customer", "actor", "verb", "channel", "flow", "code"]
)
async def test_a_credential_in_any_field_is_taken_out_before_it_is_stored(
    trail: AuditTrail, database: Database, field: str
) -> None:
    for credential in (URL, URL.replace("/", "%2F"), json.dumps(URL).replace("/", "\\/"), "sk_live_S3cret"):
        changed: dict[str, Any] = {field: f"see {credential} !"}
        await trail.write(replace(ENTRY, **changed))
    stored = await everything(database, "audit")
    assert "S3cret" not in stored
    assert stored.count("[redacted]") == 4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(reason=st.text())
async def test_no_text_a_person_types_keeps_a_line_from_being_written(trail: AuditTrail, reason: str) -> None:
    assert await trail.write(replace(ENTRY, reason=f"{reason}\0\ud800"))


async def test_history_json_has_the_promised_keys() -> None:
    assert history_json([ENTRY]) == [
        {
            "at": 1_800_000_000,
            "actor": "U1",
            "role": "agent",
            "verb": "cancel",
            "customer": "cus_1",
            "subscription": "sub_1",
            "flow": "subscription_cancel",
            "session": "bps_1",
            "reason": "ticket 42",
            "outcome": "issued",
            "mail_state": None,
        }
    ]


FORGOTTEN = dict.fromkeys(("customer", "subscription", "session", "channel", "reason", "request_key"))
CHANGES = {
    "delete": delete(audit),
    "other outcome": update(audit).values(outcome="nothing happened"),
    "empty one column": update(audit).values(customer=None),
    "only mark as forgotten": update(audit).values(forgotten_at=1),
    "forget and change the actor": update(audit).values(**FORGOTTEN, forgotten_at=1, actor="U2"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_the_database_refuses_to_change_or_delete_a_line(
    trail: AuditTrail, database: Database, change: Delete | Update
) -> None:
    await trail.write(ENTRY)
    with pytest.raises(Unavailable):
        await database.write(lambda connection: connection.execute(change))
    assert await trail.history() == (ENTRY,)


@pytest.mark.postgres
async def test_postgresql_refuses_to_truncate(postgres_url: str) -> None:
    async with Database(postgres_url) as database:
        await AuditTrail(database, Metrics()).write(ENTRY)
        with pytest.raises(Unavailable):
            await database.write(lambda connection: connection.execute(text("TRUNCATE audit")))
        assert len(await AuditTrail(database, Metrics()).history()) == 1


def test_every_column_but_the_internal_ones_is_in_an_entry() -> None:
    assert set(audit.c.keys()) - set(asdict(ENTRY)) == {"id", "forgotten_at"}
