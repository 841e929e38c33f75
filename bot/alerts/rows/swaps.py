"""Swaps of turns on call that one person asks for and the other accepts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from bot.alerts.alert import Facts
from bot.alerts.rotation import Turn
from bot.alerts.rows.notes import add_note
from bot.alerts.rows.tables import oncall_overrides, oncall_swaps
from bot.errors import BadUsage
from bot.store.database import Rows


@dataclass(frozen=True, slots=True)
class Swap:
    """A swap that `by` has asked `other` for; `turns` are who is on call when, if it is accepted."""

    id: int
    by: str
    other: str
    turns: tuple[Turn, ...]

    def facts(self) -> Facts:
        """Return what its messages say."""
        return {"swap": self.id, "by": self.by, "other": self.other, "turns": _written(self.turns)}


class SwapRows(Rows):
    """Reads and writes them. Every method raises Unavailable when the database does not answer."""

    async def ask(self, by: str, other: str, turns: Sequence[Turn], now: int) -> Swap:
        """Ask somebody, once for the same turns; they are told directly."""
        row = {
            "by": by,
            "other": other,
            "turns": _written(turns),
            "created_at": now,
            "expires_at": min(each.ends_at for each in turns),
        }

        def work(connection: Connection) -> Swap:
            between = (oncall_swaps.c.by == by, oncall_swaps.c.other == other)
            waiting = _waiting(connection, now, *between)
            asked = next((swap for swap in waiting if swap.turns == tuple(turns)), None)
            if asked is not None:
                return asked
            number = connection.scalar(insert(oncall_swaps).values(row).returning(oncall_swaps.c.id))
            swap = Swap(int(number or 0), by, other, tuple(turns))
            add_note(connection, None, f"swap_asked:{swap.id}", "oncall_swap_asked", swap.facts(), now, other)
            return swap

        return await self._database.write(work)

    async def waiting(self, now: int) -> tuple[Swap, ...]:
        """List swaps that nobody has answered, and that still can be."""
        return await self._database.read(lambda connection: _waiting(connection, now))

    async def answer(
        self, number: int, person: str, *, accepted: bool, now: int, channel: str | None
    ) -> None:
        """Note the answer of who was asked, change the turns and tell everybody.

        An accepted swap is announced in `channel`, and to who asked when there is none. Raises
        BadUsage("swap_answered") when it is answered or over.
        """

        def work(connection: Connection) -> None:
            asked = (oncall_swaps.c.id == number, oncall_swaps.c.other == person)
            swap = next(iter(_waiting(connection, now, *asked)), None)
            noting = update(oncall_swaps).where(*asked, oncall_swaps.c.answered_at.is_(None))
            noted = noting.values(answered_at=now, accepted=accepted).returning(oncall_swaps.c.id)
            if swap is None or connection.execute(noted).first() is None:
                raise BadUsage("swap_answered")
            if accepted:
                rows = [{**each, "by": swap.by, "created_at": now} for each in _written(swap.turns)]
                connection.execute(insert(oncall_overrides), rows)
            template = "oncall_swapped" if accepted else "oncall_swap_declined"
            place = (channel or swap.by) if accepted else swap.by
            add_note(connection, None, f"swap_answered:{swap.id}", template, swap.facts(), now, place)

        await self._database.write(work)


def _waiting(connection: Connection, now: int, *only: ColumnElement[bool]) -> tuple[Swap, ...]:
    table = oncall_swaps
    open_ones = (table.c.answered_at.is_(None), table.c.expires_at > now)
    query = select(table).where(*open_ones, *only).order_by(table.c.id)
    return tuple(
        Swap(row["id"], row["by"], row["other"], tuple(Turn(**each) for each in row["turns"]))
        for row in connection.execute(query).mappings()
    )


def _written(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    return [asdict(each) for each in turns]
