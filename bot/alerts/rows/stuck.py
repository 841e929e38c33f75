"""What waits for a channel that does not take messages from the bot: read it, or send it elsewhere."""

from sqlalchemy import Text, cast, exists, or_, select, update

from bot.alerts.alert import UNPOSTED, Alert, Status
from bot.alerts.rows.reading import alert_of, select_alerts
from bot.alerts.rows.tables import alert_notes, alerts
from bot.store.database import Database

MOST_AT_ONCE = 20
"""How many alerts are told directly in one turn."""

_BEHIND = alerts.c.revision > alerts.c.posted_revision
_WAITING_REPLY = exists(
    select(alert_notes.c.id).where(
        alert_notes.c.alert_id == alerts.c.id,
        alert_notes.c.channel.is_(None),
        alert_notes.c.posted_at.is_(None),
    )
)
_EPISODE = "unposted:" + cast(alerts.c.id, Text) + ":" + cast(alerts.c.episode, Text) + ":%"
_TOLD = exists(
    select(alert_notes.c.id).where(
        alert_notes.c.alert_id == alerts.c.id,
        alert_notes.c.template == UNPOSTED,
        alert_notes.c.key.like(_EPISODE),
    )
)


def note_key(alert: Alert, person: str) -> str:
    """Return the key of the direct message to a person about the present episode of an alert."""
    return f"unposted:{alert.id}:{alert.episode}:{person}"


class StuckMessages:
    """Reads and moves them. Every method raises Unavailable("database_unavailable")."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def untold(self, channel: str) -> tuple[Alert, ...]:
        """List open alerts with a message or a reply that waits here, of which nobody was told directly."""
        query = (
            select_alerts()
            .where(
                alerts.c.channel == channel,
                alerts.c.status == Status.OPEN.value,
                or_(_BEHIND, _WAITING_REPLY),
                ~_TOLD,
            )
            .order_by(alerts.c.id)
            .limit(MOST_AT_ONCE)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return tuple(map(alert_of, rows))

    async def move(self, channel: str, to: str, now: int) -> None:
        """Send what waits for `channel` to the channel `to` instead.

        Alerts that are not over are posted anew there, also when an older state of them stands in `channel`.
        """
        here, over = alerts.c.channel == channel, alerts.c.status == Status.RESOLVED.value
        anew = {
            "channel": to,
            "message_channel": None,
            "message_ts": None,
            "posting_at": None,
            "posted_revision": 0,
        }
        replies_of_the_past = alert_notes.c.alert_id.in_(select(alerts.c.id).where(here, over))
        waiting = alert_notes.c.posted_at.is_(None)
        statements = (
            update(alert_notes)
            .where(waiting, alert_notes.c.channel.is_(None), replies_of_the_past)
            .values(posted_at=now),
            update(alerts).where(here, over, _BEHIND).values(posted_revision=alerts.c.revision),
            update(alerts).where(here, ~over, or_(_BEHIND, _WAITING_REPLY)).values(anew),
            update(alert_notes).where(waiting, alert_notes.c.channel == channel).values(channel=to),
        )
        await self._database.write(lambda connection: [connection.execute(each) for each in statements])
