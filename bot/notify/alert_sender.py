"""Getting alerts into Slack: at most one message a second per channel, each once, 429 obeyed by all.

A new message is first noted as begun. When the process dies, or Slack's answer is lost, whoever comes next
finds it begun and looks for it in the channel (by its metadata) before it posts again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import TemplateError

from bot.alerts.alert import Alert, Facts
from bot.alerts.rows.outbox import AlertOutbox, AlertToSend, NoteToSend, ToSend
from bot.logs import get_log
from bot.metrics import Metrics
from bot.slack.post import Ending, Letter, Posted, SlackPost
from bot.words import Message

PACE_MS = 1050
"""Slack takes about one message a second per channel; a little more, since two may travel unequally fast."""
REFUSED_MS = 30_000
"""Until a channel that refuses us (not invited, archived) is tried again."""
UNSURE_MS = 2_000
LOOKING_BACK = 5
"""Seconds before a post was begun from which it is looked for: clocks differ."""

_UNSAYABLE = (TemplateError, LookupError, TypeError, ValueError, AttributeError)

ShowAlert = Callable[[Alert], Awaitable[Message]]
ShowNote = Callable[[NoteToSend, bool], Message]
"""Given a note, and whether it must do without newer blocks."""
Enrich = Callable[[Alert], Awaitable[Facts | None]]
"""What is known about an alert; None when that is what it has already."""

_log = get_log(__name__)


def _now_ms() -> int:
    return int(time.time() * 1000)


@dataclass(frozen=True, slots=True)
class NoteKinds:
    """Templates of notes that need care.

    `with_plain_twin` have another form that needs no newer blocks. `while_open` are dropped once somebody has
    taken the alert: Slack may have been away since they were asked for.
    """

    with_plain_twin: frozenset[str] = frozenset()
    while_open: frozenset[str] = frozenset()


class AlertSender:
    """Sends what is due, one message per channel and call of `send_due`."""

    def __init__(
        self,
        outbox: AlertOutbox,
        post: SlackPost,
        metrics: Metrics,
        *,
        show_alert: ShowAlert,
        show_note: ShowNote,
        enrich: Enrich,
        kinds: NoteKinds | None = None,
        now_ms: Callable[[], int] = _now_ms,
    ) -> None:
        """`enrich` looks up what an alert's event does not say; it never raises, and is quick."""
        self._outbox = outbox
        self._post = post
        self._metrics = metrics
        self._show_alert = show_alert
        self._show_note = show_note
        self._enrich = enrich
        self._kinds = kinds or NoteKinds()
        self._now_ms = now_ms

    async def send_due(self) -> int:
        """Send one message in every channel that has one waiting and may have one; how many were tried.

        Raises Unavailable when the database does not answer.
        """
        channels = await self._outbox.channels(self._now_ms())
        return sum(await asyncio.gather(*map(self._serve, channels)))

    async def _serve(self, channel: str) -> int:
        item = await self._outbox.take(channel, self._now_ms())
        if item is None:
            return 0
        if item.in_doubt and await self._was_there(item, channel):
            return 1
        if (
            isinstance(item, NoteToSend)
            and item.note.template in self._kinds.while_open
            and not _is_open(item)
        ):
            await self._outbox.give_up(item, channel, self._now_ms())
            return 1
        about = await self._enrich(item.alert) if isinstance(item, AlertToSend) else None
        try:
            letter = await self._letter(item, channel, about)
        except _UNSAYABLE:
            # One that cannot be put into words must not hold up the others.
            _log.exception("alert_without_words", rule=item.alert.rule if item.alert else "")
            await self._outbox.give_up(item, channel, self._now_ms())
            return 1
        began = self._now_ms()
        posted = await self._post.send(letter)
        if posted.ending is Ending.UNSHOWABLE:
            _log.error("alert_blocks_refused", error=posted.error)
            posted = await self._post.send(replace(letter, message=self._plain(item, letter)))
        self._metrics.alert_posts.labels(outcome=posted.ending.name.lower()).inc()
        await self._record(item, channel, posted, began, about)
        return 1

    def _plain(self, item: ToSend, letter: Letter) -> Message:
        """Say it without what Slack refuses to show: newer blocks are not there in every workspace."""
        if isinstance(item, NoteToSend) and item.note.template in self._kinds.with_plain_twin:
            return self._show_note(item, True)
        return Message(letter.message.text, [])

    async def _letter(self, item: ToSend, channel: str, about: Facts | None) -> Letter:
        metadata = _metadata(item)
        if isinstance(item, NoteToSend):
            message = self._show_note(item, False)
            if item.note.channel is None and item.alert is not None:
                target = item.alert.message_channel or channel
                return Letter(message, target, metadata, thread=item.alert.message_ts)
            return Letter(message, channel, metadata)
        message = await self._show_alert(_with(item.alert, about))
        return Letter(message, item.alert.message_channel or channel, metadata, ts=item.alert.message_ts)

    async def _was_there(self, item: ToSend, channel: str) -> bool:
        """Look whether a post that was begun is in Slack, and record it. True also while that is unknown."""
        place = await self._outbox.id_of_channel(channel)
        if place is None:
            return False
        thread = None
        if isinstance(item, NoteToSend):
            begun = item.note.posting_at
            if item.note.channel is None and item.alert is not None:
                place, thread = item.alert.message_channel or place, item.alert.message_ts
        else:
            begun = item.alert.posting_at
        found = await self._post.find(place, _metadata(item), (begun or 0) - LOOKING_BACK, thread)
        now = self._now_ms()
        match found.ending:
            case Ending.DONE:
                await self._outbox.sent(_as_begun(item), channel, now, channel=found.channel, ts=found.ts)
                return True
            case Ending.LIMITED | Ending.UNSURE:
                wait = int(found.wait * 1000) or UNSURE_MS
                await self._outbox.not_sent(item, channel, now + wait, in_doubt=True)
                return True
        if found.ending is Ending.REFUSED:
            # Without the permission to read the channel: rather twice than not at all.
            _log.warning("alert_may_be_posted_twice", error=found.error)
        return False

    async def _record(
        self, item: ToSend, channel: str, posted: Posted, began: int, about: Facts | None
    ) -> None:
        now = self._now_ms()
        match posted.ending:
            case Ending.DONE:
                await self._outbox.sent(
                    item, channel, began + PACE_MS, channel=posted.channel, ts=posted.ts, about=about
                )
            case Ending.LIMITED:
                await self._outbox.not_sent(item, channel, now + int(posted.wait * 1000), in_doubt=False)
            case Ending.UNSURE:
                _log.warning("slack_answer_lost", error=posted.error)
                await self._outbox.not_sent(item, channel, now + UNSURE_MS, in_doubt=True)
            case Ending.GONE if isinstance(item, AlertToSend):
                await self._outbox.message_gone(item.alert, channel)
            case Ending.GONE | Ending.UNSHOWABLE:
                _log.error("alert_message_given_up", error=posted.error)
                await self._outbox.give_up(item, channel, now + PACE_MS)
            case Ending.REFUSED:
                _log.error("alert_channel_refused", error=posted.error)
                await self._outbox.not_sent(item, channel, now + REFUSED_MS, in_doubt=False)


def _is_open(item: NoteToSend) -> bool:
    return item.alert is not None and item.alert.needs_somebody


def _metadata(item: ToSend) -> dict[str, Any]:
    """Make what a message is recognised by; other apps can read it, so it names nobody."""
    if isinstance(item, NoteToSend):
        return {"event_type": "portalbot_note", "event_payload": {"key": item.note.key}}
    alert = item.alert
    payload = {
        "key": f"{alert.id}.{alert.raised_at}",
        "alert": alert.id,
        "status": alert.status.value,
        "revision": alert.revision,
    }
    return {"event_type": "portalbot_alert", "event_payload": payload}


def _as_begun(item: ToSend) -> ToSend:
    """Count the message that was found as behind: it may show an older state."""
    if isinstance(item, NoteToSend):
        return item
    return AlertToSend(replace(item.alert, revision=0), in_doubt=False)


def _with(alert: Alert, about: Facts | None) -> Alert:
    return alert if about is None else replace(alert, about=about)
