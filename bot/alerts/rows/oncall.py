"""Who stands in for whom, what an escalation tells whom, and what all processes together do once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, insert, or_, select, update

from bot.alerts.alert import Alert, Facts
from bot.alerts.rotation import Turn
from bot.alerts.rows.notes import add_note
from bot.alerts.rows.reading import changed, locked
from bot.alerts.rows.tables import alerts, oncall_overrides
from bot.durations import DAY, MINUTE
from bot.errors import BadUsage
from bot.store.database import Rows
from bot.store.inserts import insert_new
from bot.store.tables import recurring

KEPT_SECONDS = 14 * DAY
"""How long an override that is over is still read: a hand-over note looks at who was on call before."""


MOST_READ = 200
"""How many overrides are read at most: pressing a button a thousand times slows down nobody.

What is over is left out first, and then what is oldest.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """A note to be sent: to `channel`, or into the alert's thread without one."""

    key: str
    template: str
    facts: Facts
    channel: str | None = None


class OnCallRows(Rows):
    """Reads and writes them. Every method raises Unavailable("database_unavailable")."""

    async def overrides(self, now: int) -> tuple[Turn, ...]:
        """List overrides that count now or later, and those that ended lately, as they were made."""
        table = oncall_overrides
        ahead = and_(_begun(now), table.c.starts_at > now)
        begins = case((ahead, table.c.starts_at - DAY), else_=table.c.starts_at)
        query = (
            select(table.c.id, table.c.person, begins.label("starts_at"), table.c.ends_at)
            .where(table.c.ends_at > now - KEPT_SECONDS)
            .order_by((table.c.ends_at > now).desc(), table.c.id.desc())
            .limit(MOST_READ)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return tuple(
            Turn(row.person, row.starts_at, row.ends_at) for row in sorted(rows, key=lambda row: row.id)
        )

    async def stand_in(self, overrides: Sequence[Turn], by: str, now: int) -> None:
        """Add overrides, all or none. The same person's older ones end that a new one goes on for."""
        rows = [{**asdict(each), "by": by, "created_at": now} for each in overrides]
        table = oncall_overrides

        def work(connection: Connection) -> None:
            for each in overrides:
                if each.starts_at <= now:
                    replaced = (table.c.person == each.person, table.c.ends_at.between(now + 1, each.ends_at))
                    connection.execute(update(table).where(*replaced, _begun(now)).values(ends_at=now))
            connection.execute(insert(table), rows)

        await self._database.write(work)

    async def hand_back(self, person: str, now: int) -> None:
        """End what somebody stands in for now. Raises BadUsage("nothing_to_hand_back")."""
        table = oncall_overrides
        ending = (
            update(table)
            .where(table.c.person == person, _begun(now), table.c.ends_at > now)
            .values(ends_at=now)
            .returning(table.c.id)
        )

        def work(connection: Connection) -> None:
            if not connection.execute(ending).all():
                raise BadUsage("nothing_to_hand_back")

        await self._database.write(work)

    async def tell_while_open(
        self, alert_id: int, episode: int, messages: Sequence[Message], now: int
    ) -> bool:
        """Have messages sent unless somebody has taken the alert; decided and written in one transaction.

        The alert's own message is then behind: it says what comes next. False when somebody has taken it, so
        that nothing of this episode is to be sent any more.
        """

        def work(connection: Connection) -> bool:
            alert = locked(connection, alerts.c.id == alert_id)
            if alert is None or not is_waiting(alert, episode):
                return False
            for each in messages:
                add_note(connection, alert_id, each.key, each.template, each.facts, now, each.channel)
            if alert.escalated_at is not None:
                changed(connection, alert, alert.changed_at, {})
            return True

        return await self._database.write(work)

    async def tell_once(self, told: Mapping[int, int], message: Message, now: int) -> None:
        """Send one message about several alerts (episode by id), and remember that it was about them."""

        def work(connection: Connection) -> None:
            add_note(connection, None, message.key, message.template, message.facts, now, message.channel)
            for alert_id, episode in told.items():
                marking = update(alerts).where(alerts.c.id == alert_id, alerts.c.escalated_episode < episode)
                connection.execute(marking.values(escalated_episode=episode))

        await self._database.write(work)

    async def is_my_turn(self, name: str, now: int, seconds: int) -> bool:
        """Claim what is done once in so many seconds; False when somebody did it since."""

        def work(connection: Connection) -> bool:
            if insert_new(connection, recurring, recurring.c.id, {"id": name, "last_at": now}):
                return True
            due = or_(recurring.c.last_at <= now - seconds, recurring.c.last_at > now + MINUTE)
            taking = update(recurring).where(recurring.c.id == name, due).values(last_at=now)
            return connection.execute(taking.returning(recurring.c.id)).first() is not None

        return await self._database.write(work, lasting=False)


def _begun(now: int) -> ColumnElement[bool]:
    """Select overrides that have begun; who takes over does so at once, also by a clock that was ahead."""
    table = oncall_overrides
    return or_(table.c.starts_at <= now, table.c.starts_at == table.c.created_at)


def is_waiting(alert: Alert | None, episode: int) -> bool:
    """Say whether nobody has taken the alert, and it has not been opened anew since."""
    return alert is not None and alert.needs_somebody and alert.episode == episode
