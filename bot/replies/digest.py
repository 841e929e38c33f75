"""The digest in words: labels instead of Stripe's codes, and what a chart or a table needs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.alerts.alert import Facts
from bot.words import Words
from bot.words.escaping import into_plain

LONGEST_LABEL = 20
"""Characters Slack allows in a chart."""
NAME_WIDTH = 28
Row = tuple[str, int]


def digest_facts(words: Words, facts: Facts) -> Mapping[str, Any]:
    """Return what stands in the blanks; see `bot.alerts.digest.Digest.facts` for what is given."""
    feedback = _labelled(words, facts, "feedback", "feedback")
    reasons = _labelled(words, facts, "reasons", "cancellation_reasons")
    said = [row for row in feedback if row[0]]
    counted: tuple[tuple[str, Sequence[Row]], ...] = (
        ("feedback", _named(words, feedback)),
        ("reasons", _named(words, reasons)),
        ("plans", _named(words, _rows(facts, "plans"))),
        ("coupons", _rows(facts, "coupons")),
    )
    columns = [(str(words.sentence("digest", name)), rows) for name, rows in counted if rows]
    return {
        **facts,
        "lines": _lines(words, facts, facts.get("before") or {}),
        "columns": [{"title": title, "rows": rows} for title, rows in columns],
        "table": "\n\n".join(_table(title, rows) for title, rows in columns),
        "chart": [{"label": _short(label), "value": number} for label, number in said]
        if len(said) > 1
        else [],
        "links": sum(number for verb, number in _rows(facts, "issued") if verb != "email"),
        "mails": sum(number for verb, number in _rows(facts, "issued") if verb == "email"),
        "others": [
            {"name": name.replace("_", " "), "number": number} for name, number in _rows(facts, "others")
        ],
    }


def _lines(words: Words, facts: Facts, before: Facts) -> list[Mapping[str, str]]:
    """Return the lines of the week that say anything, each with what it was the week before."""
    told = (
        ("failed", _amounts("failed")),
        ("recovered", _amounts("recovered")),
        ("lost", _monthly("lost", "cancelled")),
        ("kept", _monthly("kept", "stayed")),
        ("disputes", _amounts("disputes")),
        ("acknowledged", _pages),
    )
    lines: list[Mapping[str, str]] = []
    for name, read in told:
        now, then = read(words, facts), read(words, before)
        if now or then:
            nothing = words.sentence("digest", "value", {"count": 0, "sum": ""})
            lines.append({"name": words.sentence("digest", name), "now": now or nothing, "before": then})
    return lines


_Read = Callable[[Words, Facts], str]


def _amounts(name: str) -> _Read:
    """Read a number of things with what they were worth."""

    def read(words: Words, facts: Facts) -> str:
        found = facts.get(name) or {}
        if not found.get("count"):
            return ""
        return words.sentence(
            "digest", "value", {"count": found["count"], "sum": _sum(words, found["total"])}
        )

    return read


def _monthly(name: str, counted: str) -> _Read:
    """Read what customers who left, or stayed, pay a month."""

    def read(words: Words, facts: Facts) -> str:
        if not facts.get(counted):
            return ""
        named = {"count": facts[counted], "sum": _sum(words, facts.get(name) or ())}
        return words.sentence("digest", "monthly_value", named)

    return read


def _pages(words: Words, facts: Facts) -> str:
    answered = facts.get("answered") or {}
    if not answered.get("pages"):
        return ""
    seconds = answered.get("seconds")
    wait = "" if seconds is None else words.writing.duration(seconds)
    return words.sentence("digest", "acknowledged_value", {**answered, "wait": wait})


def _sum(words: Words, amounts: Iterable[Mapping[str, Any]]) -> str:
    return " + ".join(words.writing.money(each["amount"], each["currency"]) for each in amounts)


def _rows(facts: Facts, name: str) -> list[Row]:
    """Return the labels as they will be seen: one of nothing but blanks is none."""
    rows = facts.get(name) or ()
    return [(str(into_plain(label)).strip() if label else "", int(number)) for label, number in rows]


def _labelled(words: Words, facts: Facts, name: str, group: str) -> list[Row]:
    known = words.keys(group)
    return [
        (str(words.sentence(group, label)) if label in known else label, number)
        for label, number in _rows(facts, name)
    ]


def _named(words: Words, rows: Sequence[Row]) -> list[Row]:
    return [(label or str(words.sentence("digest", "not_said")), number) for label, number in rows]


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _table(title: str, rows: Sequence[Row]) -> str:
    cut = [(label if len(label) <= NAME_WIDTH else f"{label[: NAME_WIDTH - 1]}…", n) for label, n in rows]
    width = max(len(title), *(len(label) for label, _ in cut))
    return "\n".join([title, *(f"{label:<{width}}  {number:>5}" for label, number in cut)])
