"""Sends alerts and notes to Slack: each once, and about one message a second per channel.

Before a new message is posted, the outbox records that posting has begun. When the process dies or Slack's
response is lost, the next attempt looks for the message in the channel, by its metadata, before it posts
again. After a 429 no process sends to that channel until Slack's `Retry-After` has passed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any

from jinja2 import TemplateError

from bot.alerts.alert import WHILE_OPEN, WITH_PLAIN_FORM, Alert, Facts, Note
from bot.alerts.rows.outbox import AlertOutbox
from bot.alerts.rows.to_send import AlertToSend, NoteToSend, ToSend
from bot.logs import get_log
from bot.metrics import Metrics
from bot.notify.closed_channels import ClosedChannels
from bot.slack.post import OutgoingMessage, PostOutcome, PostResult, SlackPost
from bot.words import Message

PACE_MS = 1050
"""Milliseconds between two messages in a channel.

Slack takes one a second, and the network varies a little.
"""
REFUSED_MS = 30_000
"""Milliseconds until a channel that refuses the bot (not invited, archived) is tried again."""
UNSURE_MS = 2_000
"""Milliseconds until a message is looked for whose post had no clear outcome."""
LOOK_BACK_SECONDS = 5
"""A post is looked for from this long before it was begun, since clocks differ."""

_PEOPLE = ("U", "W")
"""How ids of people begin: a message to one is a direct message."""
_RENDER_ERRORS = (TemplateError, LookupError, TypeError, ValueError, AttributeError)

ShowAlert = Callable[[Alert, Note | None], Awaitable[Message]]
"""Renders an alert; given the note when it is sent to a person."""
ShowNote = Callable[[NoteToSend, bool], Message]
"""Renders a note; given whether to leave out the newer blocks, which some workspaces do not have."""
Enrich = Callable[[Alert], Awaitable[Facts | None]]
"""Looks up what an alert's event does not say; None when the alert has it already.

It must not raise, and must be quick.
"""

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Showing:
    """Renders alerts and notes; `speaking_to` has them be in the language of a channel or person."""

    alert: ShowAlert
    note: ShowNote
    speaking_to: Callable[[str], AbstractContextManager[object]] = nullcontext


@dataclass(eq=False, repr=False)
class AlertSender:
    """Sends what is due: with each call of `send_due` at most one message per channel.

    Send with `post`, whose client must not retry; `now_ms` gives Unix milliseconds.
    """

    outbox: AlertOutbox
    post: SlackPost
    metrics: Metrics
    closed: ClosedChannels
    _: KW_ONLY
    showing: Showing
    enrich: Enrich
    now_ms: Callable[[], int]

    async def send_due(self) -> float | None:
        """Send one message to each channel that has one waiting; say in how many seconds one more is due.

        None when nothing waits. Raises Unavailable when the database does not answer.
        """
        await self.closed.tell()
        waiting = await self.outbox.channels(self.now_ms())
        await asyncio.gather(*map(self._serve, waiting.free))
        if waiting.free:
            return 0.0
        return None if waiting.until is None else max(0, waiting.until - self.now_ms()) / 1000

    async def _serve(self, channel: str) -> None:
        item = await self.outbox.take(channel, self.now_ms())
        if item is None:
            return
        with self.showing.speaking_to(channel):
            await self._send(item, channel)

    async def _send(self, item: ToSend, channel: str) -> None:
        if item.in_doubt and await self._was_there(item, channel):
            return
        if isinstance(item, NoteToSend) and self._is_too_late(item):
            await self.outbox.give_up(item, channel, self.now_ms())
            return
        shown = item.alert if isinstance(item, AlertToSend) else item.shown
        about = await self.enrich(shown) if shown else None
        try:
            outgoing = await self._outgoing(item, channel, about)
        except _RENDER_ERRORS:
            # A message that cannot be rendered must not hold up the others.
            _log.exception("alert_without_words", rule=item.alert.rule if item.alert else "")
            await self.outbox.give_up(item, channel, self.now_ms())
            return
        began = self.now_ms()
        if not await self.outbox.renew(channel, began):
            return  # this process stood still for so long that another one has the channel
        posted = await self.post.send(outgoing)
        if posted.outcome is PostOutcome.UNSHOWABLE:
            _log.error("alert_blocks_refused", error=posted.error)
            posted = await self.post.send(replace(outgoing, message=self._plain(item, outgoing)))
        self.metrics.alert_posts.labels(outcome=posted.outcome.name.lower()).inc()
        await self._record(item, channel, posted, began, about)

    def _is_too_late(self, item: NoteToSend) -> bool:
        """Say whether somebody has taken the alert before this first told of it."""
        is_new = item.note.message_ts is None
        return is_new and item.note.template in WHILE_OPEN and not _is_open(item)

    def _plain(self, item: ToSend, outgoing: OutgoingMessage) -> Message:
        """Return the message without the blocks that Slack refused: some workspaces lack the newer ones."""
        if isinstance(item, NoteToSend) and item.note.template in WITH_PLAIN_FORM:
            return self.showing.note(item, True)
        return Message(outgoing.message.text, [])

    async def _outgoing(self, item: ToSend, channel: str, about: Facts | None) -> OutgoingMessage:
        metadata = _metadata(item)
        if isinstance(item, NoteToSend) and item.shown:
            message = await self.showing.alert(_with(item.shown, about), item.note)
            place = item.note.message_channel or channel
            return OutgoingMessage(message, place, metadata, ts=item.note.message_ts)
        if isinstance(item, NoteToSend):
            message = self.showing.note(item, False)
            if item.note.channel is None and item.alert is not None:
                target = item.alert.message_channel or channel
                return OutgoingMessage(message, target, metadata, thread=item.alert.message_ts)
            return OutgoingMessage(message, channel, metadata)
        message = await self.showing.alert(_with(item.alert, about), None)
        return OutgoingMessage(
            message, item.alert.message_channel or channel, metadata, ts=item.alert.message_ts
        )

    async def _was_there(self, item: ToSend, channel: str) -> bool:
        """Look for a post that was begun, and record it when it is in Slack.

        Return True when it is there, and also when that cannot be told yet, so that it is not posted again
        now.
        """
        place = await self.outbox.id_of_channel(channel)
        if place is None:
            return False
        thread = None
        if isinstance(item, NoteToSend):
            begun = item.note.posting_at
            if item.note.channel is None and item.alert is not None:
                place, thread = item.alert.message_channel or place, item.alert.message_ts
        else:
            begun = item.alert.posting_at
        found = await self.post.find(place, _metadata(item), (begun or 0) - LOOK_BACK_SECONDS, thread)
        now = self.now_ms()
        match found.outcome:
            case PostOutcome.DONE:
                await self.outbox.sent(_as_begun(item), channel, now, channel=found.channel, ts=found.ts)
                return True
            case PostOutcome.LIMITED | PostOutcome.UNSURE:
                wait = int(found.wait * 1000) or UNSURE_MS
                await self.outbox.not_sent(item, channel, now + wait, in_doubt=True)
                return True
        if found.outcome in {PostOutcome.REFUSED, PostOutcome.CLOSED}:
            # The bot may not read the channel: posting twice is better than not at all.
            _log.warning("alert_may_be_posted_twice", error=found.error)
        return False

    async def _record(
        self, item: ToSend, channel: str, posted: PostResult, began: int, about: Facts | None
    ) -> None:
        now = self.now_ms()
        match posted.outcome:
            case PostOutcome.DONE:
                alert = item.alert.id if item.alert else None
                _log.info("alert_posted", alert=alert, channel=posted.channel, message=posted.ts)
                mine = await self.outbox.sent(
                    item, channel, began + PACE_MS, channel=posted.channel, ts=posted.ts, about=about
                )
                if not mine:
                    await self._take_back(item, posted)
                await self.closed.works(channel)
            case PostOutcome.LIMITED:
                await self.outbox.not_sent(item, channel, now + int(posted.wait * 1000), in_doubt=False)
            case PostOutcome.UNSURE:
                _log.warning("slack_answer_lost", error=posted.error)
                await self.outbox.not_sent(item, channel, now + UNSURE_MS, in_doubt=True)
            case PostOutcome.GONE if isinstance(item, AlertToSend):
                await self.outbox.message_gone(item.alert, channel)
            case PostOutcome.GONE | PostOutcome.UNSHOWABLE:
                _log.error("alert_message_given_up", error=posted.error)
                await self.outbox.give_up(item, channel, now + PACE_MS)
            case PostOutcome.CLOSED:
                await self._record_closed(item, channel, posted.error)
            case PostOutcome.REFUSED:
                _log.error("alert_refused", channel=channel, error=posted.error)
                await self.outbox.not_sent(item, channel, now + REFUSED_MS, in_doubt=False)

    async def _take_back(self, item: ToSend, posted: PostResult) -> None:
        """Delete a message that was posted too late: another process posts it, and knows nothing of this."""
        _log.warning("alert_posted_too_late", channel=posted.channel)
        stood = item.note.message_ts if isinstance(item, NoteToSend) else item.alert.message_ts
        if stood is None:
            await self.post.delete(posted.channel, posted.ts)

    async def _record_closed(self, item: ToSend, channel: str, error: str) -> None:
        _log.error("alert_channel_refused", channel=channel, error=error)
        soon = self.now_ms() + PACE_MS
        if channel.startswith(_PEOPLE):
            # A direct message holds up no other; whoever is next in the escalation is told all the same.
            await self.outbox.give_up(item, channel, soon)
            await self.closed.cannot_reach(channel, error)
        elif await self.closed.refused(channel, error):
            await self.outbox.not_sent(item, channel, soon, in_doubt=False)
        else:
            await self.outbox.not_sent(item, channel, self.now_ms() + REFUSED_MS, in_doubt=False)


def _is_open(item: NoteToSend) -> bool:
    return item.alert is not None and item.alert.needs_somebody


def _metadata(item: ToSend) -> dict[str, Any]:
    """Return the metadata a message is recognised by. Other apps can read it, so it names nobody."""
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
    """Return the item with revision 0: the message that was found may show an older state of the alert."""
    shown = item.shown if isinstance(item, NoteToSend) else item.alert
    return replace(item, alert=replace(shown, revision=0)) if shown else item


def _with(alert: Alert, about: Facts | None) -> Alert:
    return alert if about is None else replace(alert, about=about)
