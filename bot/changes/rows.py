"""Changes in the database.

Every step names the state it starts from, so that of two who try the same, one does it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    case,
    delete,
    insert,
    null,
    or_,
    select,
    update,
)

from bot.changes.change import ANSWERED_WITHIN, Change, ChangePlace, Proposed, State
from bot.changes.owner import has_ended, own_name
from bot.changes.tables import portal_changes
from bot.errors import NotFound, PortalBlocks
from bot.store.audit import AuditEntry, add_line
from bot.store.database import Database
from bot.store.inserts import storable_json
from bot.store.locks import lock

LEASE_SECONDS = 60
"""How long a process may take to carry out a change before another looks what became of it."""
TELLING_SECONDS = 20
"""How long telling may take before another process tries; also the pause after Slack would not have it."""
MOST_AT_ONCE = 50
_TOLD = tuple(state for state in State if state not in {State.SHOWN, State.APPROVED})
"""States that people are told of; APPROVED becomes another one in a moment."""


class ChangeRows:
    """Reads and writes changes. Every method raises Unavailable when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, proposed: Proposed, now: int) -> Change:
        """Keep a change; a request that is delivered twice has one row."""
        row: dict[str, object] = _storable(asdict(proposed)) | {
            "key": f"portalbot-change-{secrets.token_hex(16)}",
            "created_at": now,
            "expires_at": now + ANSWERED_WITHIN,
        }
        if proposed.state is State.APPROVED:
            row |= {"decided_by": proposed.actor, "decided_at": now}

        def work(connection: Connection) -> Change:
            if proposed.request_key is not None:
                lock(connection, "portal_changes")
                same = portal_changes.c.request_key == proposed.request_key
                known = connection.execute(select(portal_changes).where(same)).mappings().first()
                if known is not None:
                    return _change(known)
            added = insert(portal_changes).values(row).returning(portal_changes)
            return _change(connection.execute(added).mappings().one())

        return await self._database.write(work)

    async def add_draft(self, proposed: Proposed, before: Mapping[str, Any], now: int) -> Change:
        """Keep a draft: `before` is the whole configuration, and nothing is filled in yet."""
        return await self.add(replace(proposed, before=before, after={}), now)

    async def redraft(self, number: int, after: Mapping[str, Any]) -> Change:
        """Keep what is filled in so far. Raises PortalBlocks("change_answered") when it is no draft."""
        return await self.end(number, State.SHOWN, State.SHOWN, None, after=dict(after))

    async def get(self, number: int) -> Change:
        """Return a change. Raises NotFound("no_such_change")."""
        query = select(portal_changes).where(portal_changes.c.id == number)
        row = await self._database.read(lambda connection: connection.execute(query).mappings().first())
        if row is None:
            raise NotFound("no_such_change", change=number)
        return _change(row)

    async def with_key(self, key: str) -> Change | None:
        """Return the change that Stripe was asked for with this idempotency key."""
        query = select(portal_changes).where(portal_changes.c.key == key)
        row = await self._database.read(lambda connection: connection.execute(query).mappings().first())
        return None if row is None else _change(row)

    async def end(
        self, number: int, start: State, end: State, line: AuditEntry | None, **values: object
    ) -> Change:
        """Move a change from one state to another, and write `line` in the same transaction.

        Raises PortalBlocks("change_answered") when it is not in `start` any more, NotFound.
        """
        own = (portal_changes.c.id == number) & (portal_changes.c.state == start)
        moving = update(portal_changes).where(own).values(state=end, **_storable(values))

        def work(connection: Connection) -> Change | None:
            row = connection.execute(moving.returning(portal_changes)).mappings().first()
            if row is not None and line is not None:
                add_line(connection, line)
            return None if row is None else _change(row)

        moved = await self._database.write(work)
        if moved is None:
            present = await self.get(number)
            raise PortalBlocks("change_answered", state=present.state.value, by=present.decided_by)
        return moved

    async def take(self, number: int, now: int) -> Change | None:
        """Begin to carry out an approved change; None when this one is being carried out already.

        Raises PortalBlocks("change_in_progress") while another change of the same configuration is.
        """
        table = portal_changes

        def work(connection: Connection) -> Change | None:
            configuration = connection.scalar(select(table.c.configuration).where(table.c.id == number))
            lock(connection, f"portal_changes:{configuration}")
            query = select(table).where(
                table.c.state == State.APPROVED, table.c.configuration == configuration
            )
            approved = [_change(row) for row in connection.execute(query).mappings()]
            if any(_is_running(each, now) for each in approved if each.id != number):
                raise PortalBlocks("change_in_progress")
            mine = next((each for each in approved if each.id == number), None)
            if mine is None or _is_running(mine, now):
                return None
            values = {"begun_at": now, "begun_by": own_name()}
            taking = update(table).where(table.c.id == number).values(values).returning(table)
            return _change(connection.execute(taking).mappings().one())

        return await self._database.write(work)

    async def note(self, number: int, **values: object) -> None:
        """Note where the request stands in Slack, and who knows what of it."""
        noting = update(portal_changes).where(portal_changes.c.id == number).values(**_storable(values))
        await self._database.write(lambda connection: connection.execute(noting))

    async def applied(
        self, number: int, now: int, version: str, after: Mapping[str, Any], line: AuditEntry
    ) -> Change:
        """Note that Stripe has made the change, and write `line` in the same transaction.

        `version` and `after` are as Stripe has it now. What the change undoes is undone with it, and older
        changes of the configuration can no longer be undone.
        """
        values = {
            "state": State.APPLIED,
            "finished_at": now,
            "result_version": version,
            "after": storable_json(after),
        }

        def work(connection: Connection) -> Change:
            own = (portal_changes.c.id == number) & (portal_changes.c.state == State.APPROVED)
            connection.execute(update(portal_changes).where(own).values(values))
            row = _change(_one(connection, number))
            add_line(connection, line)
            present = portal_changes.c.configuration == row.configuration
            connection.execute(_settling(present & portal_changes.c.id.not_in((number, row.undo_of or 0))))
            if row.undo_of is not None:
                undone = (portal_changes.c.id == row.undo_of) & (portal_changes.c.state == State.APPLIED)
                by = {"state": State.UNDONE, "decided_by": row.actor, "decided_at": now}
                connection.execute(update(portal_changes).where(undone).values(by))
                # Who undoes a change of their own need not be told so twice.
                own = (portal_changes.c.id == row.undo_of) & (portal_changes.c.actor == row.actor)
                connection.execute(update(portal_changes).where(own).values(told=State.UNDONE))
            return row

        return await self._database.write(work)

    async def settle(self, now: int) -> None:
        """Take Undo away from changes that were made a day ago."""
        late = portal_changes.c.finished_at <= now - ANSWERED_WITHIN
        if await self._changes(and_(portal_changes.c.state == State.APPLIED, late)):
            await self._database.write(lambda connection: connection.execute(_settling(late)))

    async def waiting(self, now: int) -> tuple[Change, ...]:
        """Return approved changes that nobody is carrying out, the oldest first."""
        approved = await self._changes(portal_changes.c.state == State.APPROVED)
        return tuple(each for each in approved if not _is_running(each, now))

    async def overdue(self, now: int) -> tuple[Change, ...]:
        """Return requests that nobody has answered for a day."""
        asked = portal_changes.c.state == State.ASKED
        return await self._changes(and_(asked, portal_changes.c.expires_at <= now))

    async def untold(self, now: int) -> tuple[Change, ...]:
        """Return changes of which the channel, or who asked, knows an older state."""
        table = portal_changes
        idle = or_(table.c.told_at.is_(None), ~table.c.told_at.between(now - TELLING_SECONDS, now))
        behind = table.c.shown.is_not(None) & (table.c.shown != table.c.state)
        unknown = table.c.told.is_not(None) & (table.c.told != table.c.state)
        return await self._changes(and_(table.c.state.in_(_TOLD), idle, or_(behind, unknown)))

    async def begin_telling(self, number: int, now: int) -> bool:
        """Claim a change that is going to be told; False while another process tells it."""
        table = portal_changes
        idle = or_(table.c.told_at.is_(None), ~table.c.told_at.between(now - TELLING_SECONDS, now))
        claiming = update(table).where(table.c.id == number, idle).values(told_at=now).returning(table.c.id)
        return await self._database.write(lambda connection: connection.execute(claiming).first()) is not None

    async def forget(self, customer: str) -> int:
        """Take a customer out of the changes that were asked for because of them; return how many.

        Where whoever asked is told stays until a request has ended: nothing of the customer is in it.
        """
        table = portal_changes
        place = case((table.c.state.in_((State.ASKED, State.APPROVED)), table.c.place), else_=null())
        about = update(table).where(table.c.customer == customer)
        emptied = about.values(customer=None, place=place).returning(table.c.id)
        return len(await self._database.write(lambda connection: connection.scalars(emptied).all()))

    async def prune(self, before: int, shown_before: int) -> int:
        """Delete changes made before `before`, and drafts made before `shown_before`; return how many."""
        only_shown = portal_changes.c.state == State.SHOWN
        forgotten = and_(only_shown, portal_changes.c.created_at < shown_before)
        ended = portal_changes.c.state.not_in((State.ASKED, State.APPROVED))
        old = delete(portal_changes).where(or_(forgotten, and_(ended, portal_changes.c.created_at < before)))
        deleting = old.returning(portal_changes.c.id)
        return len(await self._database.write(lambda connection: connection.scalars(deleting).all()))

    async def _changes(self, condition: ColumnElement[bool]) -> tuple[Change, ...]:
        query = select(portal_changes).where(condition).order_by(portal_changes.c.id).limit(MOST_AT_ONCE)
        rows = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(map(_change, rows))


def _is_running(change: Change, now: int) -> bool:
    """Return whether a process carries it out; one that is killed is waited for only on other machines."""
    # A clock that was set back leaves a time to come, which nobody can have begun at.
    begun = change.begun_at is not None and now - LEASE_SECONDS < change.begun_at <= now
    return begun and not has_ended(change.begun_by)


def _one(connection: Connection, number: int) -> Mapping[Any, Any]:
    return connection.execute(select(portal_changes).where(portal_changes.c.id == number)).mappings().one()


def _settling(which: ColumnElement[bool]) -> Update:
    """Take Undo away from those that have it; nobody who knows that it was made is told so again."""
    told = case((portal_changes.c.told == State.APPLIED, State.SETTLED.value), else_=portal_changes.c.told)
    made = portal_changes.c.state == State.APPLIED
    return update(portal_changes).where(made, which).values(state=State.SETTLED, told=told)


def _storable(values: Mapping[str, object]) -> dict[str, object]:
    return {name: storable_json(value) for name, value in values.items()}


def _change(row: Mapping[Any, Any]) -> Change:
    values: dict[str, Any] = {str(name): value for name, value in row.items()}
    values["state"] = State(values["state"])
    values["place"] = ChangePlace(**values["place"]) if values["place"] else None
    return Change(**values)
