"""What stands behind a Details button: ids, codes and evidence, for whoever looks into the matter.

The button carries them itself, so that they can be shown by any process and after any restart.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import BadUsage
from bot.replies.button import LONGEST_VALUE, Button
from bot.words import Words

ACTION = "details"
LONGEST_TITLE = 90


@dataclass(frozen=True, slots=True)
class Detail:
    """One matter: what it is, names and values about it, and the page that says so (empty when none does)."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    page: str = ""


def details_button(words: Words, details: Sequence[Detail]) -> list[Button]:
    """The button with what of these fits into it, as a list; empty when there is nothing to show."""
    known = [each for each in details if each.facts or each.page]
    return [Button("1", words.sentence("buttons", "details"), _packed(known), action=ACTION)] if known else []


def details_view(words: Words, value: str) -> dict[str, Any]:
    """The window for the value of such a button. Raises BadUsage for one that this version did not make."""
    return words.view("details", details=_unpacked(value))


def ids_detail(words: Words, **ids: str | None) -> Detail:
    """Stripe's ids of what a message is about, by what they are of."""
    known = tuple((name.replace("_", " "), value) for name, value in ids.items() if value)
    return Detail(words.sentence("details", "ids"), known)


def _packed(details: Sequence[Detail]) -> str:
    """As JSON; what does not fit is cut off at the end."""
    kept = list(details)
    while True:
        rows = [[_short(each.title), [list(fact) for fact in each.facts], each.page] for each in kept]
        packed = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        if len(packed) <= LONGEST_VALUE:
            return packed
        last = kept.pop()
        if last.facts:
            kept.append(Detail(last.title, last.facts[:-1], last.page))


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"


def _unpacked(value: str) -> list[Detail]:
    try:
        return [
            Detail(str(title), tuple((str(name), str(held)) for name, held in facts), str(page))
            for title, facts, page in json.loads(value)
        ]
    except (ValueError, TypeError):
        raise BadUsage("old_button") from None
