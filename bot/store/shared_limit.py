"""One limit for several processes: each holds a share, in a row that it renews.

The shares of one limit never add up to more than it, with one exception: who is new gets a little at once,
and the others make room for it with their next renewal. What nobody needs is given to nobody, so that it is
there at once for whoever does. No call waits for this table: a process goes by the share it was given last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, not_, select, update

from bot.durations import Clock
from bot.store.database import Database
from bot.store.inserts import insert_new
from bot.store.locks import lock
from bot.store.tables import shares

RENEWED_MS: Final = 15_000
"""How often a process renews its share that has enough."""
LEASE_MS: Final = 40_000
"""The share of a process that is gone is free after so long."""
FREED_MS: Final = 1_500
"""What was given up is free after so long: calls begun under it may still count."""


@dataclass(frozen=True, slots=True)
class Wants:
    """What one process wants of a limit, in calls a second: those that people wait for, and the others."""

    urgent: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What a process has (calls a second), and what it is due once the others have made room.

    `slowed` says of each other process what part of its share it used, and how many seconds ago that was.
    """

    calls: float
    due: float
    slowed: tuple[tuple[float, float], ...]


def first_share(limit: float) -> float:
    """Return what a process takes that has no share yet: a tenth, one call a second at least."""
    return min(limit, max(1, int(limit) // 10))


def divide(limit: float, wants: Sequence[Wants]) -> list[float]:
    """Return how many calls a second each should have: whole ones, if that is enough for everybody.

    In this order: one for each, what people wait for, what else is wanted, and what a process has that wants
    little: as much as there would be for each if one more came, which leaves as much for that one.
    """
    count = len(wants)
    if limit < count:
        return [limit / count] * count
    calm = int(limit) // (count + 1)
    given, left = [0] * count, int(limit)
    for most in (
        [1] * count,
        [each.urgent for each in wants],
        [each.urgent + each.other for each in wants],
        [calm] * count,
    ):
        left = _fill(given, most, left)
    return [float(each) for each in given]


def _fill(given: list[int], most: Sequence[int], left: int) -> int:
    """Raise everybody's part to `most` as evenly as it goes; return what is left."""
    order = sorted(range(len(given)), key=lambda one: most[one] - given[one])
    for done, one in enumerate(order):
        more = min(max(0, most[one] - given[one]), left // (len(order) - done))
        given[one] += more
        left -= more
    return left


@dataclass(frozen=True, slots=True)
class _Row:
    process: str
    seen_at_ms: int
    calls: float
    before: float
    urgent: int
    other: int
    part: float

    def held(self, now_ms: int) -> float:
        """Return how much of the limit is not free because of this one."""
        return max(self.calls, self.before) if abs(now_ms - self.seen_at_ms) < FREED_MS else self.calls


class SharedLimit:
    """One process's part in a limit. Every method raises Unavailable("database_unavailable")."""

    def __init__(self, database: Database, name: str, process: str, limit: float, clock_ms: Clock) -> None:
        """`name` says which limit it is, `process` which of those that share it; `limit` is the whole."""
        self._database = database
        self._name, self._process = name, process
        self._limit = limit
        self._clock_ms = clock_ms

    async def renew(self, wants: Wants, part: float = 1.0) -> Share:
        """Say what is wanted, and what part of the share is used; return what this process has from now on.

        Two statements, and three more when it gets more than before.
        """
        now_ms = self._clock_ms()

        def work(connection: Connection) -> Share:
            mine, others = self._read(connection, now_ms)
            share = self._share(mine, others, wants, now_ms)
            if mine is None or share.calls > mine.calls:
                lock(connection, f"shared_limit {self._name}")
                mine, others = self._read(connection, now_ms)
                share = self._share(mine, others, wants, now_ms)
                connection.execute(delete(shares).where(_is_over(now_ms)))
            before = share.calls if mine is None else mine.calls
            self._write(connection, wants, part, share.calls, before, now_ms)
            return share

        return await self._database.write(work, lasting=False, wakes=False)

    async def leave(self) -> None:
        """Give the share back."""
        leaving = delete(shares).where(shares.c.process == self._process)
        await self._database.write(lambda connection: connection.execute(leaving), lasting=False, wakes=False)

    def _share(self, mine: _Row | None, others: Sequence[_Row], wants: Wants, now_ms: int) -> Share:
        # In an order that all processes see, so that all come to the same shares.
        order = sorted([self._process, *(each.process for each in others)])
        wanted_by = {each.process: Wants(each.urgent, each.other) for each in others} | {self._process: wants}
        calls = divide(self._limit, [wanted_by[process] for process in order])
        due = calls[order.index(self._process)]
        free = self._limit - sum(each.held(now_ms) for each in others)
        # Who is new takes half of what is free: more may be coming.
        most = max(free // 2, first_share(self._limit)) if mine is None else max(free, mine.calls)
        slowed = tuple((each.part, max(0, now_ms - each.seen_at_ms) / 1000) for each in others)
        return Share(min(due, most), due, slowed)

    def _read(self, connection: Connection, now_ms: int) -> tuple[_Row | None, list[_Row]]:
        """Return this process's row and those of the others, as far as they are not over."""
        columns = [shares.c[name] for name in _Row.__slots__]
        query = select(*columns).where(shares.c.name == self._name, not_(_is_over(now_ms)))
        rows = {row.process: _Row(*row) for row in connection.execute(query)}
        return rows.pop(self._process, None), list(rows.values())

    def _write(
        self, connection: Connection, wants: Wants, part: float, calls: float, before: float, now_ms: int
    ) -> None:
        row = {
            "seen_at_ms": now_ms,
            "calls": calls,
            "before": before,
            "urgent": wants.urgent,
            "other": wants.other,
            "part": part,
        }
        renewing = update(shares).where(shares.c.process == self._process).values(row)
        if connection.execute(renewing.returning(shares.c.process)).first() is None:
            key = {"name": self._name, "process": self._process}
            insert_new(connection, shares, shares.c.process, {**key, **row})


def _is_over(now_ms: int) -> ColumnElement[bool]:
    # What is ahead of now was written by a clock that was.
    return not_(shares.c.seen_at_ms.between(now_ms - LEASE_MS, now_ms + LEASE_MS))
