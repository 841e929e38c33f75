"""Links and what came of them in the database. The rows say what is still to be told, whoever is killed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, RowMapping, case, delete, or_, select, update

from bot.alerts.rows.retention import PostedMessage
from bot.durations import DAY
from bot.outcomes.link_actions import (
    LOOK_BACK_SECONDS,
    WATCHED_SECONDS,
    Action,
    Change,
    LinkActions,
    Session,
    judge,
)
from bot.outcomes.links import AskedFrom, IssuedLink, KnownLink
from bot.outcomes.read_events import CustomerEvent, read_customer_event
from bot.outcomes.tables import customer_changes, portal_links
from bot.store.batches import delete_in_batches
from bot.store.database import Database
from bot.store.events import StoredEvent
from bot.store.inserts import insert_new, storable_json

SETTLING_SECONDS = 10
"""How long after an event its link is looked at: a cancellation and its reason are told together."""
LEASE_SECONDS = 60
"""How long a process has to tell of a link before another tries; also the pause after Slack would not."""
TOLD_WITHIN_SECONDS = DAY
"""After that nobody is told any more; the history still learns of it."""
LATE_SECONDS = 4 * DAY
"""Stripe delivers an event for up to three days."""
MOST_AT_ONCE = 5
"""How many links a process takes at once, since it tells of them one after the other."""


def add_link(connection: Connection, link: IssuedLink) -> None:
    """Keep a link, in the transaction that writes its audit line."""
    row: dict[str, object] = storable_json(asdict(link)) | {"due_at": link.at + WATCHED_SECONDS + 1}
    insert_new(connection, portal_links, portal_links.c.id, row)


def keep_event(connection: Connection, event: StoredEvent) -> None:
    """Keep what an event says of a customer, in the transaction that stores the event.

    Changes are kept only of customers with a link that they may have come through.
    """
    said = read_customer_event(event)
    if said is None:
        return
    around = (
        portal_links.c.customer == said.customer,
        portal_links.c.at.between(event.created - LOOK_BACK_SECONDS, event.created + LOOK_BACK_SECONDS),
    )
    # A lease is made longer, never shorter: who holds it may be telling of the link right now.
    soon, due = event.received_at + SETTLING_SECONDS, portal_links.c.due_at
    is_leased = due.between(soon, event.received_at + 2 * LEASE_SECONDS)
    touched = update(portal_links).where(*around).values(due_at=case((is_leased, due + 1), else_=soon))
    is_watched = connection.execute(touched.returning(portal_links.c.id)).first() is not None
    if said.session is None and not is_watched:
        return
    rows = [
        {"id": f"{event.id}#{number}", "customer": said.customer, "at": at, "kind": kind, "facts": facts}
        for number, (kind, at, facts) in enumerate(_facts_of(said))
    ]
    for row in rows:  # an event may be kept for a shorter time than this, and come once more
        insert_new(connection, customer_changes, customer_changes.c.id, storable_json(row))


def actions_of_links(connection: Connection, sessions: Sequence[str]) -> Mapping[str, tuple[str | None, Any]]:
    """Return the outcome of links in a word, and what was done, as they are kept, by the session's id."""
    query = select(portal_links.c.id, portal_links.c.outcome, portal_links.c.course).where(
        portal_links.c.id.in_(sessions)
    )
    return {row.id: (row.outcome, row.course) for row in connection.execute(query)}


class OutcomeRows:
    """Reads and writes them. Every method raises Unavailable when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_due(self, now: int) -> tuple[KnownLink, ...]:
        """Take links that are to be looked at, for `LEASE_SECONDS`, with what came of them until now."""

        def work(connection: Connection) -> tuple[KnownLink, ...]:
            # A time that a wrong clock wrote holds up nothing.
            late = portal_links.c.due_at > now + WATCHED_SECONDS + LEASE_SECONDS
            due = portal_links.c.due_at.is_not(None) & or_(portal_links.c.due_at <= now, late)
            ids = connection.scalars(
                select(portal_links.c.id)
                .where(due)
                .order_by(portal_links.c.due_at)
                .limit(MOST_AT_ONCE)
                .with_for_update(skip_locked=True)
            ).all()
            taking = update(portal_links).where(portal_links.c.id.in_(ids)).values(due_at=now + LEASE_SECONDS)
            rows = connection.execute(taking.returning(portal_links)).mappings().all() if ids else []
            return tuple(self._judged(connection, row, now) for row in rows)

        return await self._database.write(work, lasting=False)

    def _judged(self, connection: Connection, row: RowMapping, now: int) -> KnownLink:
        known = _known(row)
        link = known.link
        sessions, changes = _around(connection, link)
        return replace(known, actions=judge(link.id, sessions, changes, now))

    async def renew(self, link: str, taken: int, now: int) -> bool:
        """Take a link anew that was taken at `taken`; False when it is another's or an event came since."""
        mine = (portal_links.c.id == link, portal_links.c.due_at == taken + LEASE_SECONDS)
        taking = update(portal_links).where(*mine).values(due_at=now + LEASE_SECONDS)

        def work(connection: Connection) -> bool:
            held = connection.execute(taking.returning(portal_links.c.id)).first() is not None
            if not held:
                _look_soon(connection, link, taken, now)
            return held

        return await self._database.write(work, lasting=False)

    async def note(self, known: KnownLink, now: int) -> None:
        """Keep what is known of a taken link; look again at its end, or for an event that came meanwhile."""
        link = known.link
        end = link.at + WATCHED_SECONDS + 1
        values = {
            "outcome": known.outcome,
            "course": _written(known.actions),
            "told": known.told,
            "place": asdict(link.place) if link.place else None,
        }

        def work(connection: Connection) -> None:
            mine = portal_links.c.id == link.id
            connection.execute(update(portal_links).where(mine).values(values))
            done = update(portal_links).where(mine, portal_links.c.due_at == now + LEASE_SECONDS)
            connection.execute(done.values(due_at=end if end > now else None))
            _look_soon(connection, link.id, now, now)

        await self._database.write(work, lasting=False)

    async def of_customer(self, customer: str, since: int, limit: int) -> tuple[KnownLink, ...]:
        """Return the customer's newest links, newest first, with what was last seen of them."""
        query = (
            select(portal_links)
            .where(portal_links.c.customer == customer, portal_links.c.at >= since)
            .order_by(portal_links.c.at.desc())
            .limit(limit)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(_known(row) for row in rows)

    async def prune(self, links_before: int, now: int) -> None:
        """Delete old links, and what nothing can be late for any more."""
        old = select(portal_links.c.id).where(portal_links.c.at < links_before)
        await delete_in_batches(self._database, portal_links, old)
        over = select(customer_changes.c.id).where(customer_changes.c.at < now - LATE_SECONDS)
        await delete_in_batches(self._database, customer_changes, over)
        forgetting = (
            update(portal_links)
            .where(portal_links.c.at < now - LATE_SECONDS, portal_links.c.place.is_not(None))
            # Where a direct message stands is kept for whoever has it deleted.
            .where(portal_links.c.place["direct_ts"].as_string().is_(None))
            .values(place=None)
        )
        await self._database.write(lambda connection: connection.execute(forgetting), lasting=False)

    async def messages_of(self, customer: str) -> tuple[PostedMessage, ...]:
        """List the direct messages about a customer's links."""
        query = select(portal_links.c.place).where(
            portal_links.c.customer == customer, portal_links.c.place.is_not(None)
        )
        found = await self._database.read(lambda connection: connection.scalars(query).all())
        places = [AskedFrom(**each) for each in found]
        return tuple(
            PostedMessage(each.direct_channel, each.direct_ts)
            for each in places
            if each.direct_channel and each.direct_ts
        )

    async def forget(self, customer: str) -> None:
        """Erase what is kept of a customer's links."""

        def work(connection: Connection) -> None:
            for table in (portal_links, customer_changes):
                connection.execute(delete(table).where(table.c.customer == customer))

        await self._database.write(work)


def _look_soon(connection: Connection, link: str, taken: int, now: int) -> None:
    """End a lease, of `taken`, that an event has made longer: the link is looked at again soon."""
    until = taken + LEASE_SECONDS
    later = (portal_links.c.id == link, portal_links.c.due_at.between(until + 1, until + LEASE_SECONDS - 1))
    connection.execute(update(portal_links).where(*later).values(due_at=now + SETTLING_SECONDS))


def _facts_of(said: CustomerEvent) -> list[tuple[str, int, dict[str, Any]]]:
    if said.session is not None:
        return [("session", said.session.at, asdict(said.session))]
    return [("change", each.at, _facts_of_change(each)) for each in said.changes]


def _around(connection: Connection, link: IssuedLink) -> tuple[list[Session], list[Change]]:
    """Read the customer's sessions and changes around a link; its own session is always among them."""
    span = (link.at - LOOK_BACK_SECONDS, link.at + WATCHED_SECONDS)
    kept = select(customer_changes.c.kind, customer_changes.c.facts).where(
        customer_changes.c.customer == link.customer, customer_changes.c.at.between(*span)
    )
    sessions: dict[str, Session] = {}
    changes = []
    for kind, facts in connection.execute(kept):
        if kind == "session":
            sessions[facts["id"]] = Session(**facts)
        else:
            changes.append(_change(facts))
    issued = select(portal_links.c.id, portal_links.c.at).where(
        portal_links.c.customer == link.customer, portal_links.c.at.between(*span)
    )
    for session, at in connection.execute(issued):
        sessions.setdefault(session, Session(session, at, heard=False))
    return list(sessions.values()), changes


def read_actions(kept: Mapping[str, Any] | None) -> LinkActions:
    """Read what came of a link as it is kept; nothing of None."""
    if not kept:
        return LinkActions()
    through, since = (tuple(map(_change, kept[part])) for part in ("through", "since"))
    return LinkActions(through, since, kept["over"])


def told_of(actions: LinkActions) -> str:
    """Return what somebody knows who was told of them, to be compared."""
    return json.dumps(_written(actions), sort_keys=True)


def _written(actions: LinkActions) -> dict[str, Any]:
    parts = {part: list(map(_facts_of_change, getattr(actions, part))) for part in ("through", "since")}
    written: dict[str, Any] = storable_json({**parts, "over": actions.over})
    return written


def _facts_of_change(change: Change) -> dict[str, Any]:
    """Write a change; rows call its action `deed`, and what was told is compared with theirs."""
    facts = asdict(change)
    return {"deed": facts.pop("action"), **facts}


def _change(facts: Mapping[str, Any]) -> Change:
    fields = {name: value for name, value in facts.items() if name != "deed"}
    return Change(Action(facts["deed"]), **fields)


def _known(row: RowMapping) -> KnownLink:
    place = AskedFrom(**row["place"]) if row["place"] else None
    names = ("id", "at", "customer", "actor", "verb", "livemode", "recovers")
    link = IssuedLink(**{name: row[name] for name in names}, place=place)
    return KnownLink(link, read_actions(row["course"]), row["outcome"], row["told"])
