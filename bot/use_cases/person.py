"""The person who gives a command, from Slack or at a terminal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.errors import NotAllowed
from bot.outcomes.links import AskedFrom

Authorise = Callable[[str], Awaitable[str]]
"""Returns the role in which the person may use a verb, given its name. Raises NotAllowed."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who gives a command.

    `id` stands in the audit trail: a Slack user id, or `cli:<operating system user>`. `asked_at` is when they
    asked (Unix seconds), the same for each delivery of one request. `channel` and `thread` (a message's ts)
    are where in Slack, `answers_to` is where they hear of it later, and `response_url` the address that Slack
    gave for answers. `request_key` is None where requests are not repeated.
    """

    id: str
    authorise: Authorise
    asked_at: int
    channel: str | None = None
    thread: str | None = None
    request_key: str | None = None
    answers_to: AskedFrom | None = None
    response_url: str | None = field(default=None, repr=False)


async def may(person: Person, verb: str) -> bool:
    """Return whether somebody may use a verb; no when their role cannot be looked up."""
    try:
        await person.authorise(verb)
    except NotAllowed:
        return False
    return True


def at_the_terminal(user: str, now: int) -> Person:
    """Return the person who runs the command line.

    They may do everything: the operating system let them in.
    """

    async def authorise(_verb: str) -> str:
        return "cli"

    return Person(f"cli:{user}", authorise, now)
