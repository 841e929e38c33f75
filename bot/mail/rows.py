"""Mails, and the "begun" and "done" that keep one from being sent twice.

Every change of state names the state it starts from, so that of two processes that try the same, one does it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from bot.durations import DAY, HOUR, MINUTE
from bot.errors import NotAllowed
from bot.mail.mail import Mail, MailPlace, Session, State, job_key
from bot.mail.requests import mark_requeued
from bot.mail.tables import mails
from bot.redaction import redact
from bot.store.batches import delete_in_batches
from bot.store.database import Database
from bot.store.inserts import insert_new, storable
from bot.store.locks import lock

LONGEST_REPLY = 300
LONGEST_RETRY = HOUR
"""Seconds until the next try at a mail, at most."""


class Mails:
    """Reads and writes the table `mails`. Every method raises Unavailable("database_unavailable")."""

    def __init__(self, database: Database, *, per_day: int = 5, minutes_between: int = 10) -> None:
        """Take the limits per customer (`[mail]` of the settings file)."""
        self._database = database
        self._per_day = per_day
        self._seconds_between = minutes_between * 60

    async def add(self, mail: Mail) -> bool:
        """Queue a mail; False when the same request has queued it already.

        Raises:
            NotAllowed: "mail_too_soon" or "mail_too_many", with `limit`, `retry_at` (Unix seconds) and
                `minutes`.
        """
        row = _row(mail)

        def write(connection: Connection) -> bool:
            lock(connection, f"mails {mail.customer}")
            if connection.scalar(select(mails.c.id).where(mails.c.id == mail.id)) is not None:
                return False
            self._refuse(connection, mail.customer, mail.created_at)
            return insert_new(connection, mails, mails.c.id, row)

        return await self._database.write(write)

    async def check_limits(self, customer: str, now: int) -> None:
        """Raise the NotAllowed that `add` would raise now."""
        await self._database.read(lambda connection: self._refuse(connection, customer, now))

    def _refuse(self, connection: Connection, customer: str, now: int) -> None:
        # A mail the server refused never reached anybody, so it does not count.
        query = (
            select(mails.c.created_at)
            .where(mails.c.customer == customer, mails.c.created_at.between(now - DAY + 1, now + MINUTE))
            .where(mails.c.state != State.FAILED)
            .order_by(mails.c.created_at)
        )
        times = connection.scalars(query).all()
        if times and times[-1] > now - self._seconds_between:
            raise _too_many(
                "mail_too_soon", self._seconds_between // 60, times[-1] + self._seconds_between, now
            )
        if len(times) >= self._per_day:
            raise _too_many("mail_too_many", self._per_day, times[-self._per_day] + DAY, now)

    async def get(self, mail_id: str) -> Mail | None:
        """Return one mail, None when it is unknown."""
        found = await self._read(select(mails).where(mails.c.id == mail_id))
        return found[0] if found else None

    async def of_customer(self, customer: str, limit: int = 3) -> tuple[Mail, ...]:
        """Return the newest mails to one customer, newest first."""
        query = select(mails).where(mails.c.customer == customer)
        return await self._read(query.order_by(mails.c.created_at.desc(), mails.c.id).limit(limit))

    async def due(self, now: int, limit: int) -> tuple[Mail, ...]:
        """Return queued mails that are due at `now` (Unix seconds), the longest-waiting first."""
        # Further ahead than a try can be was written by a clock that was ahead.
        due = or_(mails.c.due_at <= now, mails.c.due_at > now + LONGEST_RETRY)
        query = select(mails).where(mails.c.state == State.QUEUED, due)
        return await self._read(query.order_by(mails.c.due_at, mails.c.id).limit(limit))

    async def untold(self, before: int, limit: int) -> tuple[Mail, ...]:
        """Return mails that ended before `before` (Unix seconds) and whose agent has not been told."""
        # Not "in one of the final ones": SQLite would look through all of these instead of the untold.
        query = select(mails).where(
            mails.c.state.not_in([state for state in State if not state.is_final]),
            mails.c.finished_at <= before,
            mails.c.place.is_not(None),
            mails.c.told.is_distinct_from(mails.c.state),
        )
        return await self._read(query.order_by(mails.c.finished_at).limit(limit))

    async def in_doubt(self) -> tuple[Mail, ...]:
        """Return all parked mails, oldest first; a person has to decide about them."""
        return await self._read(
            select(mails).where(mails.c.state == State.PARKED).order_by(mails.c.created_at)
        )

    async def counts(self) -> Mapping[str, int]:
        """Return the number of mails by the state people know."""
        query = select(mails.c.state, func.count()).group_by(mails.c.state)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        counted = dict.fromkeys((state.shown for state in State), 0)
        for state, count in rows:
            counted[State(state).shown] += count
        return counted

    async def begin(self, mail_id: str, attempt: int, begun_by: str, now: int) -> bool:
        """Mark the mail as being handed over; False when another attempt has, or it is not queued."""
        values = {"state": State.SENDING, "begun_at": now, "begun_by": begun_by}
        return await self._change(_is(mail_id, State.QUEUED, attempt), values)

    async def sent(self, mail_id: str, begun_by: str, reply: str | None, now: int) -> bool:
        """Mark the mail as sent, also when it was parked meanwhile; False when it is not this attempt's."""
        begun = mails.c.state.in_([State.SENDING, State.PARKED]) & (mails.c.begun_by == begun_by)
        values = {
            "state": State.SENT, "finished_at": now, "reply": _reply(reply),
            "text": None, "html": None, "session": None, "code": None,
        }  # fmt: skip
        return await self._change((mails.c.id == mail_id) & begun, values)

    async def retry(self, mail: Mail, begun_by: str, code: str, reply: str | None, due_at: int) -> bool:
        """Queue the mail again for its next attempt, at `due_at` (Unix seconds)."""
        values = {
            "state": State.QUEUED, "attempt": mail.attempt + 1, "due_at": due_at,
            "code": code, "reply": _reply(reply),
        }  # fmt: skip
        return await self._change(_mine_or_queued(mail, begun_by), values)

    async def fail(self, mail: Mail, begun_by: str, code: str, reply: str | None, now: int) -> bool:
        """Mark the mail as failed for good."""
        values = {"state": State.FAILED, "finished_at": now, "code": code, "reply": _reply(reply)}
        return await self._change(_mine_or_queued(mail, begun_by), values)

    async def park(self, mail_id: str, attempt: int, code: str, now: int) -> bool:
        """Park a mail that was begun and never ended: whether it was sent is unknown."""
        values = {"state": State.PARKED, "finished_at": now, "code": code}
        return await self._change(_is(mail_id, State.SENDING, attempt), values)

    async def park_begun_before(self, before: int, now: int) -> int:
        """Park every mail that was begun before `before` (Unix seconds) and not ended; return how many.

        Also one that was begun as far ahead of `now`, by a clock that was.
        """
        longest = now - before
        begun = or_(mails.c.begun_at < before, mails.c.begun_at > now + longest)
        query = update(mails).where(mails.c.state == State.SENDING, begun)
        query = query.values(state=State.PARKED, finished_at=now, code="in_doubt")
        rows = await self._database.write(lambda c: c.execute(query.returning(mails.c.id)).all())
        return len(rows)

    async def resend(
        self,
        mail_id: str,
        actor: str,
        place: MailPlace | None,
        session: Session | None,
        now: int,
        *,
        request_key: str | None = None,
    ) -> Mail | None:
        """Queue a parked or failed mail again, with the same Message-ID; None when it is neither.

        From then on it is the mail of whoever had it sent again. A kept request of this key has its effect
        once: what it has queued already is returned.
        """
        given_up = mails.c.state.in_([State.PARKED, State.FAILED])
        can = (mails.c.id == mail_id) & given_up & mails.c.text.is_not(None)
        values: dict[str, object] = {
            "state": State.QUEUED, "attempt": mails.c.attempt + 1, "due_at": now, "give_up_at": now + DAY,
            "finished_at": None, "code": None, "reply": None, "told": None, "actor": storable(actor),
            "place": asdict(place) if place else None, "session": asdict(session) if session else None,
        }  # fmt: skip
        query = update(mails).where(can).values(**values).returning(mails.c.id)

        def write(connection: Connection) -> bool:
            if request_key is None:
                return connection.execute(query).first() is not None
            return mark_requeued(connection, request_key, lambda: connection.execute(query).first())

        return await self.get(mail_id) if await self._database.write(write) else None

    async def renew(self, mail: Mail, now: int) -> bool:
        """Give a queued mail another attempt number, so that it is enqueued again."""
        return await self._change(
            _is(mail.id, State.QUEUED, mail.attempt), {"attempt": mail.attempt + 1, "due_at": now}
        )

    async def remember_told(self, mail: Mail, told: str, place: MailPlace) -> None:
        """Note which state the agent was told, and where the next one can be told.

        After the last state no address that opens something is kept.
        """
        if mail.state.is_final:
            place = replace(place, response_url=None, view=None)
        await self._change(mails.c.id == mail.id, {"told": told, "place": asdict(place)})

    async def jobs_of(self, customer: str) -> tuple[str, ...]:
        """Return the keys of all jobs that were enqueued for a customer's mails."""
        query = select(mails.c.id, mails.c.attempt).where(mails.c.customer == customer)
        rows = await self._database.read(lambda c: c.execute(query).all())
        return tuple(job_key(row.id, attempt + 1) for row in rows for attempt in range(row.attempt))

    async def forget(self, customer: str) -> int:
        """Delete every mail to a customer; return how many."""
        query = delete(mails).where(mails.c.customer == customer).returning(mails.c.id)
        return len(await self._database.write(lambda c: c.execute(query).all()))

    async def prune(self, before: int) -> int:
        """Delete mails sent or failed before `before` (Unix seconds); return how many."""
        over = mails.c.state.in_([State.SENT, State.FAILED]) & (mails.c.finished_at < before)
        # None ends before it is due, and there is an index for that.
        return await delete_in_batches(
            self._database, mails, select(mails.c.id).where(over, mails.c.due_at < before)
        )

    async def _change(self, condition: ColumnElement[bool], values: Mapping[str, object]) -> bool:
        query = update(mails).where(condition).values(**values).returning(mails.c.id)
        return await self._database.write(lambda c: c.execute(query).first() is not None)

    async def _read(self, query: Any) -> tuple[Mail, ...]:
        rows = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(map(_mail, rows))


def _is(mail_id: str, state: State, attempt: int) -> ColumnElement[bool]:
    return (mails.c.id == mail_id) & (mails.c.state == state) & (mails.c.attempt == attempt)


def _mine_or_queued(mail: Mail, begun_by: str) -> ColumnElement[bool]:
    """Select the mail while this attempt may end it: queued, or begun by it and perhaps parked since."""
    begun = mails.c.state.in_([State.SENDING, State.PARKED]) & (mails.c.begun_by == begun_by)
    same = (mails.c.id == mail.id) & (mails.c.attempt == mail.attempt)
    return same & ((mails.c.state == State.QUEUED) | begun)


def _too_many(code: str, limit: int, retry_at: int, now: int) -> NotAllowed:
    return NotAllowed(code, limit=limit, retry_at=retry_at, minutes=max(1, -((now - retry_at) // 60)))


def _reply(text: str | None) -> str | None:
    return storable(redact(text))[:LONGEST_REPLY] if text else None


def _row(mail: Mail) -> dict[str, object]:
    row = asdict(mail)
    return {name: storable(value) if isinstance(value, str) else value for name, value in row.items()}


def _mail(row: Mapping[Any, Any]) -> Mail:
    values: dict[str, Any] = {str(name): value for name, value in row.items() if name != "begun_by"}
    values["state"] = State(values["state"])
    values["session"] = Session(**values["session"]) if values["session"] else None
    values["place"] = MailPlace(**values["place"]) if values["place"] else None
    return Mail(**values)


def states_of(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Return the states people know by the key of an audit line: a request key, or mail id and attempt."""
    ids = {key: key.partition(" ")[0] for key in keys}
    query = select(mails.c.id, mails.c.request_key, mails.c.state)
    query = query.where(or_(mails.c.request_key.in_(keys), mails.c.id.in_(ids.values())))
    known = {}
    for mail_id, request_key, state in connection.execute(query):
        known[mail_id] = known[request_key] = State(state).shown
    return {key: known[each] for key, mail_id in ids.items() for each in (key, mail_id) if each in known}


def park_unfinished(connection: Connection, now: int) -> int:
    """Park every mail that is not out, and return how many: a restored one may have been sent meanwhile."""
    waiting = mails.c.state.in_([State.QUEUED, State.SENDING])
    query = update(mails).where(waiting).values(state=State.PARKED, finished_at=now, code="restored")
    return len(connection.execute(query.returning(mails.c.id)).all())
