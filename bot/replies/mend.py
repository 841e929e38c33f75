"""What mends a check of the self-check: which settings it is about, and the page of the documentation."""

from dataclasses import dataclass

from bot.check import Check
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Mend:
    """`settings` are names to set or to look at, empty when none helps; `page` is a file, with its anchor."""

    settings: str
    page: str


def mend_of(words: Words, check: Check) -> Mend | None:
    """Return what mends a check; None for one that is fine."""
    if check.result == "ok":
        return None
    parts = (words.sentence("check_mends", check.name, part=part) for part in ("settings", "page"))
    return Mend(*map(str, parts))
