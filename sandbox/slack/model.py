"""The things a Slack workspace is made of, as far as one bot meets them."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
"""A decoded JSON object, as it came over the wire."""

TEAM_ID = "T0SANDBOX"
TEAM_DOMAIN = "sandbox-workspace"
TEAM_NAME = "Sandbox workspace"
APP_ID = "A0PORTALBOT"
BOT_ID = "B0PORTALBOT"
BOT_USER = "U0PORTALBOT"
SLACKBOT = "USLACKBOT"
VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105 - a field of the payload, not a secret


@dataclass(frozen=True, slots=True)
class User:
    """A member of the workspace; `tz` is an IANA zone name, `locale` the language they have set in Slack."""

    id: str
    name: str
    real_name: str
    tz: str
    title: str
    email: str
    is_bot: bool = False
    is_guest: bool = False
    locale: str = "en-US"


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation. `members` includes the bot where it was invited."""

    id: str
    name: str
    topic: str
    members: frozenset[str]
    is_im: bool = False

    @property
    def is_public(self) -> bool:
        """Whether more people than one agent and the bot read it."""
        return not self.is_im


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group such as @support-agents."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


@dataclass(slots=True)
class Draft:
    """What somebody wants to post: the parts of a message that the sender decides."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None


@dataclass(slots=True)
class Message:
    """A message as it stands in a channel. `only_for` is set on ephemeral ones.

    `kind` is `message`, `command` (the line that shows what was typed, with the stopwatch), or
    `failure` (Slack's own complaint about the app).
    """

    ts: str
    channel: str
    author: str
    draft: Draft
    only_for: str | None = None
    kind: str = "message"
    edited: bool = False
    reactions: dict[str, int] = field(default_factory=dict)
    ack_ms: int | None = None
    problems: tuple[str, ...] = ()

    @property
    def thread_ts(self) -> str | None:
        """The message this one answers, if it stands in a thread."""
        return self.draft.thread_ts

    def visible_to(self, user: str) -> bool:
        """Return whether this user sees the message at all."""
        return self.only_for is None or self.only_for == user

    def to_slack(self) -> Json:
        """Return the message as Slack's API and payloads show it."""
        shown: Json = {
            "type": "message",
            "user": self.author,
            "ts": self.ts,
            "text": self.draft.text,
            "team": TEAM_ID,
        }
        if self.author == BOT_USER:
            shown |= {"bot_id": BOT_ID, "app_id": APP_ID}
        for name in ("blocks", "attachments", "thread_ts", "metadata"):
            if value := getattr(self.draft, name):
                shown[name] = value
        if self.edited:
            shown["edited"] = {"user": self.author, "ts": self.ts}
        return shown

    def to_json(self) -> Json:
        """Return the message with what only the sandbox knows, for tests."""
        return self.to_slack() | {
            "channel": self.channel,
            "only_for": self.only_for,
            "kind": self.kind,
            "ack_ms": self.ack_ms,
            "problems": list(self.problems),
        }
