"""A change to a portal configuration, and the states it goes through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.durations import DAY
from bot.portal.configuring.difference import Line
from bot.portal.configuring.table import BY_PATH

ANSWERED_WITHIN = DAY
"""Seconds that a request waits for an answer, and that a change can be undone."""


class State(StrEnum):
    """Where a change stands.

    A request is ASKED until somebody answers. What is APPROVED is going to be done, also after a restart.
    """

    SHOWN = "shown"
    """Shown in a window to somebody who has not said yes or no."""
    ASKED = "asked"
    APPROVED = "approved"
    APPLIED = "applied"
    SETTLED = "settled"
    """Made, and past being undone: a day is over, or the configuration was changed again."""
    FAILED = "failed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ChangePlace:
    """Where somebody is told what became of their request: in Slack, at `response_url` while it lives.

    `checklist` is the command that draws the list anew in which a button was pressed, and `checklist_url` the
    response URL that has it replaced.
    """

    user: str
    channel: str | None = None
    thread: str | None = None
    response_url: str | None = None
    replaces: bool = False
    checklist: str = ""
    checklist_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A change that is wanted, before it has a row; `before` and `after` are values by path.

    `actor` is who wants it, `version` the configuration's `updated` that the difference was made from.
    """

    livemode: bool
    configuration: str
    name: str | None
    actor: str
    version: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    state: State
    customer: str | None = None
    rule: str | None = None
    effects: Mapping[str, Any] | None = None
    request_key: str | None = None
    undo_of: int | None = None
    place: ChangePlace | None = field(default=None, repr=False)
    told: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Proposed):
    """One change. Times are Unix seconds.

    `decided_by` is who approved, declined or withdrew it: of a change made at once the actor. `code` and
    `said` are why it failed, in our words' key and in Stripe's words.
    """

    id: int
    key: str
    created_at: int
    expires_at: int
    decided_by: str | None = None
    decided_at: int | None = None
    begun_at: int | None = None
    finished_at: int | None = None
    code: str | None = None
    said: str | None = None
    result_version: str | None = None
    channel: str | None = None
    ts: str | None = None
    shown: str | None = None
    told_at: int | None = None
    begun_by: str | None = field(default=None, repr=False)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the difference, in the order of the table of settings."""
        return tuple(
            Line(path, self.before.get(path), self.after[path]) for path in BY_PATH if path in self.after
        )

    @property
    def is_at_the_terminal(self) -> bool:
        """Return whether it was wanted at a terminal, where nobody waits once the command has ended."""
        return self.actor.startswith("cli:")

    @property
    def is_restorable(self) -> bool:
        """Return whether every setting can be put back: what Stripe did not say cannot be said to it."""
        return all(
            value is not None or BY_PATH[path].can_be_empty
            for path, value in self.before.items()
            if path in self.after
        )

    def can_be_undone(self, now: int) -> bool:
        """Return whether Undo is offered."""
        in_time = now < (self.finished_at or 0) + ANSWERED_WITHIN
        return self.state is State.APPLIED and in_time and self.is_restorable
