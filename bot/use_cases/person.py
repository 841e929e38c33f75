"""Whoever asks, from Slack or from a terminal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Authorise = Callable[[str], Awaitable[str]]
"""Given a verb's name, the role that allows it. Raises NotAllowed."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, for the audit trail: a Slack user id, or `cli:<operating system user>`.

    `request_key` is the same when the very same request arrives again, None when that cannot happen.
    `asked_at` is when it was asked (Unix seconds), which a repeated request does not change.
    """

    id: str
    authorise: Authorise
    asked_at: int
    channel: str | None = None
    request_key: str | None = None


def at_the_terminal(user: str, now: int) -> Person:
    """Somebody who runs the command line; who may do that is the operating system's business."""

    async def authorise(_verb: str) -> str:
        return "cli"

    return Person(f"cli:{user}", authorise, now)
