"""Trigger ids: the right to open a modal, once, within three seconds."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

LIFETIME = 3.0
"""Seconds, https://docs.slack.dev/interactivity/handling-user-interaction."""


class TriggerError(Exception):
    """A trigger that cannot be used; `code` is Slack's own word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Trigger:
    """Who pressed something, when, and in which modal if it was one."""

    user: str
    issued: float
    view_id: str | None = None
    used: bool = False


class Triggers:
    """Issues triggers and lets each be used once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, view_id: str | None = None) -> str:
        """Return a new trigger id."""
        trigger_id = f"{int(self._clock() * 1000)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user, self._clock(), view_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use a trigger up.

        Raises:
            TriggerError: unknown, too old or used already, in Slack's words.
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise TriggerError("invalid_trigger_id")
        if trigger.used:
            raise TriggerError("exchanged_trigger_id")
        if self._clock() - trigger.issued > LIFETIME:
            raise TriggerError("expired_trigger_id")
        trigger.used = True
        return trigger
