"""What a person did in Slack, and where the answer belongs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer belongs: to whom, in which conversation, and through which address.

    `replaces` is true when the answer takes the place of the message whose button was pressed.
    """

    user: str
    channel: str | None = None
    thread: str | None = None
    response_url: str | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """One thing a person did in Slack. `key` is the same when the very same request arrives again.

    `fields` are the values of a modal by block id, `asked_at` is when Slack sent it (Unix seconds).
    """

    place: Place
    team: str
    text: str
    trigger: str
    key: str
    fields: Mapping[str, str] = field(default_factory=dict)
    asked_at: int = 0
