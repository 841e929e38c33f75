"""What an alert is, and what happens to make one. Times are Unix seconds, amounts in the smallest unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from bot.durations import DAY

Facts = Mapping[str, Any]
"""What the words of an alert are filled with: plain JSON, picked field by field, never a whole payload."""


class Severity(StrEnum):
    """What a rule asks for: wake somebody, tell the channel, put it into the digest, or nothing."""

    PAGE = "page"
    NOTIFY = "notify"
    DIGEST = "digest"
    IGNORE = "ignore"


class Status(StrEnum):
    """Where an alert stands. A snoozed one opens again by itself."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Effect(StrEnum):
    """What one occurrence did. `SUPERSEDED`: it arrived after the event that had ended it already."""

    RAISED = "raised"
    COUNTED = "counted"
    MERGED = "merged"
    COLLAPSED = "collapsed"
    RESOLVED = "resolved"
    SUPERSEDED = "superseded"
    MUTED = "muted"
    COLLECTED = "collected"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Something that happened, as a rule reads it.

    `key` is Stripe's event id, or another text that is the same whenever the same thing is reported: an
    occurrence has its effect once per key. Occurrences with one `group_key` are one alert while that is not
    resolved. `template` is a key of `messages/alerts.yaml`. `at` is when it happened; order is not assured.
    `counts` is False for what only adds facts (the reason of a cancellation), `resolves` ends the group's
    alert. `note` is the template of the thread reply when it brings a new fact to an alert that exists.
    With `at_least` it has an effect only when so many events of its type happened `within` seconds; `of`
    names the rules whose occurrences count for that, empty means all. `by_state`: its severity is that of
    the object's state, so that a later one may also make the alert less urgent. `follows` adds to the last
    alert of its group although that is over, and raises one only when there never was any.
    """

    key: str
    type: str
    at: int
    rule: str
    severity: Severity
    group_key: str
    template: str
    livemode: bool
    channel: str | None = None
    facts: Facts = field(default_factory=dict)
    customer: str | None = None
    subscription: str | None = None
    object: str | None = None
    amount: int | None = None
    currency: str | None = None
    runbook: str | None = None
    counts: bool = True
    resolves: bool = False
    note: str | None = None
    at_least: int = 0
    within: int = 0
    of: tuple[str, ...] = ()
    by_state: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert, one Slack message.

    `revision` grows with every change that the message should show; `posted_revision` is what it shows now.
    `episode` grows whenever the alert becomes open (again), which is what an escalation is about;
    `escalated_episode` is the last one an escalation was started for, at `escalated_at`. `about` holds what
    was looked up in Stripe (`bot.alerts.enrichment`). `storm` marks the one alert that stands for many of its
    rule. `posting_at` is set while a first post may or may not have reached Slack.
    """

    id: int
    rule: str
    template: str
    severity: Severity
    group_key: str
    status: Status
    storm: bool = False
    livemode: bool
    facts: Facts
    about: Facts
    customer: str | None
    subscription: str | None
    object: str | None
    amount: int | None
    currency: str | None
    runbook: str | None
    count: int
    first_at: int
    last_at: int
    raised_at: int
    changed_at: int
    episode: int
    escalated_episode: int
    escalated_at: int | None = None
    assignee: str | None = None
    acknowledged_by: str | None = None
    acknowledged_at: int | None = None
    snoozed_by: str | None = None
    snoozed_until: int | None = None
    resolved_by: str | None = None
    resolved_at: int | None = None
    channel: str | None
    message_channel: str | None = None
    message_ts: str | None = None
    posting_at: int | None = None
    revision: int
    posted_revision: int

    @property
    def needs_somebody(self) -> bool:
        """Say whether nobody has taken care of it: this is what escalates."""
        return self.status is Status.OPEN


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an occurrence did, and the alert it did it to (None when it made none)."""

    occurrence: Occurrence
    effect: Effect
    alert: Alert | None


@dataclass(frozen=True, slots=True)
class StormLimit:
    """More than `alerts` new ones of one rule within `seconds` become a single alert that counts."""

    alerts: int = 10
    seconds: int = 300


BY_PEOPLE = StormLimit(alerts=0)
"""What people raise never becomes one of many: each page has its own words, and its own answer."""


LONGEST_MUTE = 30 * DAY
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Mute:
    """A rule that is silent until a time."""

    rule: str
    until: int
    by: str


@dataclass(frozen=True, slots=True)
class Note:
    """A message that is not an alert's own: a reply in its thread, or, with `channel`, a message there.

    `channel` may be a user's id, which makes it a direct message; without an alert it must be given.
    `template` names `messages/slack/<template>.yaml`, said with `facts` and with the alert as `alert`, or is
    one of `COPIES`; where Slack refuses its blocks, `<template>_plain` is sent instead. `key` is given once
    for ever. Once it is posted, `message_channel` and `message_ts` are where it stands.
    """

    id: int
    alert_id: int | None
    key: str
    channel: str | None
    template: str
    facts: Facts
    created_at: int
    posting_at: int | None
    message_channel: str | None = None
    message_ts: str | None = None


DIRECT: Final = "alert_direct"
"""The template of what an escalation sends to a person."""
UNPOSTED: Final = "alert_unposted"
"""The template of what a person gets when the alert's channel is closed."""
ASKED: Final = "alert_asked"
"""The template of the question whether an alert is over, to who took it."""
WHILE_OPEN: Final = frozenset({"alert_mention", "alert_next", DIRECT, UNPOSTED})
"""Templates of notes that are dropped once somebody has acknowledged the alert: Slack may take them late."""
WITH_PLAIN_FORM: Final = frozenset({"digest"})
"""Templates of notes that can also be rendered without newer blocks, which some workspaces do not have."""
COPIES: Final = frozenset({DIRECT, UNPOSTED, ASKED})
"""Templates of notes that are the alert itself: they are changed in place whenever it changes."""
