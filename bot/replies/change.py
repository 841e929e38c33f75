"""A change of the portal's settings in Slack: its window, the request, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.changes.change import ANSWERED_WITHIN, Change, State
from bot.errors import Refused
from bot.portal.configuring.difference import Line, agrees
from bot.portal.configuring.table import BY_PATH, Shape
from bot.portal.models import Price
from bot.replies.configuration_changes import entry_of, title_of, value_of
from bot.replies.price import price_name
from bot.words import Message, Words

CHANGE_CALLBACK = "setting_change"
MOST_LINES = 20
MOST_ENTRIES, LONGEST_ENTRY, LONGEST_IDS, LONGEST_PLAN = 12, 150, 70, 40
"""Entries of a list; characters of one, of the ids in it, of a plan's name: Slack takes 3,000 in a text."""
MOST_EFFECTS = 10
LONGEST_NAME = 60
"""Characters of a customer's name: escaped it is five times as long."""


@dataclass(frozen=True, slots=True)
class ChangeButton:
    """What can be done about a change; `value` is its number."""

    action: str
    label: str
    value: str
    primary: bool = False
    confirm: str = ""


class ChangeReplies:
    """Makes the windows and messages about changes."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def reading_view(self) -> dict[str, Any]:
        """Return the window for the moment in which the configuration is read."""
        return self._words.view("change_reading")

    def refused_view(self, refused: Refused) -> dict[str, Any]:
        """Return the window that says why there is nothing to change."""
        sentence = self._words.markup("refusals", refused.code, refused.facts)
        return self._words.view("change_said", sentence=sentence, stripe_said=refused.stripe_said)

    def preview_view(self, change: Change, metadata: str, *, may_change: bool) -> dict[str, Any]:
        """Return the window with the difference, what it means, and a button to go on."""
        return self._words.view(
            "change_preview", metadata=metadata, may_change=may_change, **self._facts(change)
        )

    def going_view(self, change: Change) -> dict[str, Any]:
        """Return the window that says that it was taken, and where to look."""
        key = "asked" if change.state is State.ASKED else "going"
        return self._words.view("change_said", sentence=self._said(change, key), stripe_said=None)

    def request(self, change: Change, now: int, customer: str = "") -> Message:
        """Return the request as it stands in the channel, with how it was answered.

        `customer` is the name of whom it was asked for, where it is known.
        """
        return self._words.message(
            "change_request",
            who=customer[:LONGEST_NAME],
            outcome="" if change.state is State.ASKED else self._said(change, now=now),
            buttons=self._request_buttons(change, now),
            **self._facts(change),
        )

    def told(self, change: Change, now: int) -> Message:
        """Return what whoever wanted a change is told of it."""
        buttons = []
        if change.state is State.ASKED:
            buttons = [self._button(change, "withdraw")]
        elif change.can_be_undone(now) and change.actor == change.decided_by:
            buttons = [self._button(change, "undo", confirm=True)]
        sentence = self._said(change, now=now)
        return self._words.message("change_told", sentence=sentence, buttons=buttons, **self._facts(change))

    def _request_buttons(self, change: Change, now: int) -> list[ChangeButton]:
        if change.state is State.ASKED:
            return [
                self._button(change, "approve", primary=True, confirm=True),
                self._button(change, "decline"),
                self._button(change, "withdraw"),
            ]
        return [self._button(change, "undo", confirm=True)] if change.can_be_undone(now) else []

    def _button(
        self, change: Change, action: str, *, primary: bool = False, confirm: bool = False
    ) -> ChangeButton:
        label = self._words.sentence("changes", action, part="button")
        asked = self._words.sentence("changes", action, part="confirm") if confirm else ""
        return ChangeButton(action, label, str(change.id), primary, asked)

    def _said(self, change: Change, key: str = "", now: int = 0) -> str:
        facts = {
            "name": change.name or change.configuration,
            "actor": change.actor,
            "by": change.decided_by,
            "at_once": change.decided_by == change.actor,
            "until": change.expires_at,
            "undo_until": (change.finished_at or 0) + ANSWERED_WITHIN if change.can_be_undone(now) else None,
            "reason": self._reason(change),
            "is_undo": change.undo_of is not None,
        }
        state = State.APPLIED if change.state is State.SETTLED else change.state
        return self._words.markup("changes", key or state.value, facts)

    def _reason(self, change: Change) -> str:
        code = change.code or "refused"
        if change.undo_of is not None and code == "configuration_changed":
            code = "undo"
        known = code in self._words.keys("changes_failed")
        reason = self._words.sentence("changes_failed", code if known else "refused")
        return f"{reason} Stripe: {change.said}" if change.said else reason

    def _facts(self, change: Change) -> dict[str, object]:
        effects = change.effects or {}
        prices = {name: Price.of(each) for name, each in effects.get("prices", {}).items()}
        lines = [self._line(line, prices) for line in change.lines]
        return {
            "name": change.name or change.configuration,
            "configuration": change.configuration,
            "livemode": change.livemode,
            "actor": change.actor,
            "customer": change.customer,
            "lines": lines[:MOST_LINES],
            "more": max(0, len(lines) - MOST_LINES),
            "replaces": any(BY_PATH[line.path].shape.is_list for line in change.lines),
            "sample": effects.get("sample"),
            "effects": [self._effect(each) for each in effects.get("effects", ())[:MOST_EFFECTS]],
            "used_by": effects.get("used_by"),
        }

    def _line(self, line: Line, prices: Mapping[str, Price]) -> dict[str, object]:
        """A setting and what becomes of it: of a list what is put in and taken out, else both values."""
        title = title_of(self._words, line.path)
        facts: dict[str, Any] = {
            "title": title,
            "added": (),
            "removed": (),
            "before": "",
            "after": "",
            "more": 0,
        }
        if BY_PATH[line.path].shape.is_list:
            before, after = line.before or (), line.after
            new = [each for each in after if not any(agrees(line.path, [each], [old]) for old in before)]
            gone = [each for each in before if not any(agrees(line.path, [one], [each]) for one in after)]
            written = self._entries(line.path, [*new, *gone], prices)
            added, removed = written[: len(new)], written[len(new) :]
            shown = added[:MOST_ENTRIES], removed[: MOST_ENTRIES - len(added[:MOST_ENTRIES])]
            more = len(added) + len(removed) - sum(map(len, shown))
            return facts | {"added": shown[0], "removed": shown[1], "more": more}
        before_value, after_value = (
            value_of(self._words, line.path, each) for each in (line.before, line.after)
        )
        return facts | {"before": before_value, "after": after_value}

    def _entries(self, path: str, values: Sequence[Any], prices: Mapping[str, Price]) -> list[str]:
        """Write entries of a list; products that read alike get the ids in which they differ."""
        written = [self._entry(path, each, prices) for each in values]
        if BY_PATH[path].shape is not Shape.PRODUCTS or len(set(written)) == len(written):
            return written
        held = [(each["product"], *each["prices"]) for each in values]
        return [
            _with_ids(text, ids, [other for same, other in zip(written, held, strict=True) if same == text])
            for text, ids in zip(written, held, strict=True)
        ]

    def _entry(self, path: str, value: Any, prices: Mapping[str, Price]) -> str:
        if BY_PATH[path].shape is not Shape.PRODUCTS:
            return entry_of(self._words, path, value)[:LONGEST_ENTRY]
        names = [
            price_name(self._words, prices[each]) if each in prices else f"`{each}`"
            for each in value["prices"]
        ]
        return entry_of(self._words, path, {**value, "product": "", "prices": names})[:LONGEST_ENTRY]

    def _effect(self, effect: Mapping[str, Any]) -> str:
        return self._words.sentence(
            "effects",
            str(effect["action"]),
            {
                "able": effect["able"],
                "count": effect["count"],
                "plans": [str(plan)[:LONGEST_PLAN] for plan in effect["plans"]],
            },
        )


def _with_ids(text: str, ids: Sequence[str], alike: Sequence[Sequence[str]]) -> str:
    """Append the ids that not all entries have that read `alike`, within the length of an entry."""
    own = ", ".join(each for each in ids if not all(each in other for other in alike))[:LONGEST_IDS]
    return f"{text[: LONGEST_ENTRY - len(own) - 5]} (`{own}`)" if own else text
