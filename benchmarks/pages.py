"""Pages for whoever is on call, while thousands of notices wait for their turn in the same channel."""

import json
import time
from dataclasses import dataclass

from sqlalchemy import insert, select

from benchmarks.slack_side import SlackSide
from bot.alerts.alert import Severity, Status
from bot.alerts.rows.tables import alert_notes, alerts
from bot.store.database import Database

CHANNEL = "C0ALERTS"
SETTINGS = """
[rotation]
people = ["U0ONE"]
"""
NOTICES = 10_000
"""A channel takes one message a second: these wait for almost three hours."""


@dataclass(frozen=True, slots=True)
class Paged:
    """Seconds from an event's answer to the page in Slack, and to the mention in its thread.

    None: it did not come.
    """

    page: float | None
    mention: float | None


async def let_notices_wait(url: str) -> None:
    """Store alerts of which the channel does not know yet, each of a failed payment."""
    now = int(time.time())
    rows = [
        {
            "rule": "payment_failed",
            "template": "payment_failed",
            "severity": Severity.NOTIFY.value,
            "group_key": f"waiting:{number}",
            "status": Status.OPEN.value,
            "storm": False,
            "livemode": False,
            "facts": {},
            "about": {},
            "object": f"in_waiting{number}",
            "amount": 2000,
            "currency": "usd",
            "count": 1,
            "first_at": now,
            "last_at": now,
            "raised_at": now,
            "changed_at": now,
            "episode": 1,
            "escalated_episode": 0,
            "channel": CHANNEL,
            "revision": 1,
            "posted_revision": 0,
        }
        for number in range(NOTICES)
    ]
    async with Database(url, patience_seconds=60) as database:
        await database.write(lambda connection: connection.execute(insert(alerts), rows))


def dispute(number: int) -> tuple[str, bytes]:
    """A dispute that pages: its id, and the event's body."""
    identifier = f"du_{time.time_ns()}{number}"
    opened = {
        "id": identifier,
        "object": "dispute",
        "charge": f"ch_{identifier}",
        "amount": 2000,
        "currency": "usd",
        "reason": "fraudulent",
        "status": "needs_response",
        "evidence_details": {"due_by": int(time.time()) + 604_800},
    }
    event = {
        "id": f"evt_{identifier}",
        "object": "event",
        "type": "charge.dispute.created",
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": opened},
    }
    return identifier, json.dumps(event).encode()


async def paged(url: str, slack: SlackSide, answered: dict[str, float]) -> list[Paged]:
    """Say how long each page took; `answered` is when each dispute's event was (Unix seconds)."""
    query = (
        select(alerts.c.object, alerts.c.message_ts, alert_notes.c.message_ts)
        .outerjoin_from(
            alerts,
            alert_notes,
            (alert_notes.c.alert_id == alerts.c.id) & (alert_notes.c.template == "alert_mention"),
        )
        .where(alerts.c.object.in_(answered))
    )
    async with Database(url) as database:
        rows = await database.read(lambda connection: connection.execute(query).all())
    places = {dispute_id: (page, mention) for dispute_id, page, mention in rows}

    def after(message: str | None, since: float) -> float | None:
        return slack.posted[message] - since if message in slack.posted else None

    found = []
    for dispute_id, since in answered.items():
        page, mention = places.get(dispute_id, (None, None))
        found.append(Paged(after(page, since), after(mention, since)))
    return found
