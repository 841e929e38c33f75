"""A request from Slack in the form that all handlers use, and the place where its answer belongs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer belongs.

    `user` is who sees it, `channel` and `thread` (a message's ts) where they are, `response_url` the address
    that Slack gave for answers. With `replaces` the answer replaces the message whose button was pressed;
    `stays` says that this message is there for good, so that nothing private may stand in it. `view` is the
    id of an open modal that shows the answer instead.
    """

    user: str
    channel: str | None = None
    thread: str | None = None
    response_url: str | None = None
    replaces: bool = False
    stays: bool = False
    view: str | None = None


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """One thing that a person did in Slack.

    `team` and `organization` are the ids of the person's workspace and of the organization (Enterprise Grid)
    that it belongs to, empty when Slack does not say. `text` is what was typed,
    chosen or pressed: see the readers in `bot.handlers.requests`. `trigger` opens a modal, within three
    seconds. `key` is the same for each delivery of one request. `fields` are the inputs of a modal by block
    id, `asked_at` is when Slack sent the request (Unix seconds). `reference` stands in every log line about
    it and in its answer, and `key` begins with it.
    """

    place: Place
    team: str
    text: str
    trigger: str = ""
    key: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    asked_at: int = 0
    organization: str = ""
    reference: str = ""
