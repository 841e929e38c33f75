"""A promise beside what was measured: only what a user can feel is promised."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of the table; the texts carry their units."""

    what: str
    promised: str
    measured: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page, and what it promises."""

    body: str
    promises: tuple[Promise, ...] = ()


def at_most(what: str, limit: float, measured: float, unit: str, digits: int = 0) -> Promise:
    """Promise that a figure stays at or under a limit."""
    return Promise(what, f"≤ {limit:g} {unit}", f"{measured:.{digits}f} {unit}", measured <= limit)


def at_least(what: str, limit: float, measured: float, unit: str) -> Promise:
    """Promise that a figure reaches a limit."""
    return Promise(what, f"≥ {limit:g} {unit}", f"{measured:.0f} {unit}", measured >= limit)


def none_of(what: str, count: int) -> Promise:
    """Promise that something never happens."""
    return Promise(what, "none", str(count) if count else "none", not count)


def promise_table(promises: Iterable[Promise]) -> str:
    """Promised and measured side by side, in Markdown."""
    rows = [(each.what, each.promised, each.measured, "yes" if each.kept else "NO") for each in promises]
    return table(("what", "promised", "measured", "kept"), rows)


def table(head: tuple[str, ...], rows: Iterable[Iterable[object]]) -> str:
    """Write a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)
