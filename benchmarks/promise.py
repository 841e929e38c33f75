"""The lines of RESULTS.md: what was measured, what is promised of it, and what there is to compare it with.

A part of the benchmark is a function that returns a `Part`, named in `benchmarks.__main__.PARTS`:

    return Part("With full tables", [at_most("history, p99", 100, times.p99, "ms")], "Filled with …")
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.load import Times


@dataclass(frozen=True, slots=True)
class Row:
    """One line; the texts carry their units. `kept` is None where nothing is promised."""

    what: str
    measured: str
    promised: str = ""
    kept: bool | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the table.

    `how` says in a few sentences how it was measured; `headline` is what the page begins with.
    """

    title: str
    rows: Sequence[Row]
    how: str = ""
    headline: str = ""


def at_most(what: str, limit: float, measured: float, unit: str, digits: int = 0, *, beside: str = "") -> Row:
    """Promise that a figure stays at or under a limit."""
    return Row(what, f"{measured:,.{digits}f} {unit}", f"≤ {limit:,g} {unit}", measured <= limit, beside)


def at_least(what: str, limit: float, measured: float, unit: str, *, beside: str = "") -> Row:
    """Promise that a figure reaches a limit."""
    return Row(what, f"{measured:,.0f} {unit}", f"≥ {limit:,g} {unit}", measured >= limit, beside)


def none_of(what: str, count: int) -> Row:
    """Promise that something never happens."""
    return Row(what, f"{count:,}" if count else "none", "none", not count)


def waited(
    what: str,
    times: Times,
    *,
    median: float | None = None,
    p99: float | None = None,
    longest: float | None = None,
    more: str = "",
    beside: str = "",
) -> Row:
    """Say how long something took, with what is promised (milliseconds) of its median, p99 and longest."""
    limits = {"median": median, "p99": p99, "longest": longest}
    figures = {"median": times.median, "p99": times.p99, "longest": times.longest}
    promised = {name: limit for name, limit in limits.items() if limit is not None}
    return Row(
        what,
        ", ".join(filter(None, (in_words(times), more))),
        ", ".join(f"{name} ≤ {limit:,g} ms" for name, limit in promised.items()),
        all(figures[name] <= limit for name, limit in promised.items()) if promised else None,
        beside,
    )


def in_words(times: Times) -> str:
    """Say median, p99 and the longest."""
    return f"median {_ms(times.median)}, p99 {_ms(times.p99)}, longest {_ms(times.longest)} ms"


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds < 10 else f"{milliseconds:,.0f}"


def one_table(parts: Iterable[Part]) -> str:
    """Write all parts as one Markdown table."""
    lines: list[tuple[str, ...]] = []
    for part in parts:
        lines.append((f"**{part.title}**", "", "", "", ""))
        lines += [(row.what, row.measured, row.promised, _kept(row), row.beside) for row in part.rows]
    return table(("what", "measured", "promised", "kept", "to compare"), lines)


def _kept(row: Row) -> str:
    return "" if row.kept is None else "yes" if row.kept else "NO"


def table(head: tuple[str, ...], rows: Iterable[Iterable[object]]) -> str:
    """Write a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)
