"""Tells people what becomes of a change: the request in the channel, and whoever wanted it, where they asked.

What could not be told is told by a later call: the row says which state each of them knows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.changes.change import Change, ChangePlace, State
from bot.changes.rows import ChangeRows
from bot.errors import Refused
from bot.logs import get_log
from bot.notify.answer_sender import AnswerSender
from bot.replies.change import ChangeReplies
from bot.slack.post import OutgoingMessage, PostOutcome, SlackPost
from bot.slack.readers import Readers
from bot.slack.request import Place
from bot.use_cases.customer_names import CustomerNames
from bot.words import Message
from bot.words.speaking import speaking

EVENT_TYPE = "portal_change"

_log = get_log(__name__)


class DrawChecklist(Protocol):
    """Draws the checklist that a command asks for, as it is now. Raises Refused."""

    async def __call__(self, line: str, *, may_change: bool) -> Message:
        """Return it, with the buttons of somebody who may change settings or who asks for it."""


@dataclass(frozen=True, slots=True)
class LookUps:
    """What is looked up just before somebody is told: what customers are called, and the checklist."""

    names: CustomerNames
    draw: DrawChecklist


class ChangeNotices:
    """Shows changes. Never raises for what Slack does."""

    def __init__(
        self,
        rows: ChangeRows,
        post: SlackPost,
        sender: AnswerSender,
        replies: ChangeReplies,
        channels: Sequence[str],
        look_ups: LookUps,
        clock: Callable[[], int],
        readers: Readers,
    ) -> None:
        """Post requests to the first of `channels` that takes them; `clock` gives Unix seconds."""
        self._rows = rows
        self._post = post
        self._sender = sender
        self._replies = replies
        self._channels = channels
        self._look_ups = look_ups
        self._clock = clock
        self._readers = readers

    async def tell(self, number: int) -> None:
        """Show how a change stands, to everybody who knows an older state of it. Raises Unavailable."""
        if not await self._rows.begin_telling(number, self._clock()):
            return
        change = await self._rows.get(number)
        if change.state in {State.SHOWN, State.APPROVED}:
            await self._rows.note(number, told_at=None)
            return
        shown = change.shown is None or change.shown == change.state or await self._show(change)
        told = change.told is None or change.told == change.state or await self._tell(change)
        if shown and told:
            known = {"shown": change.shown and change.state, "told": change.told and change.state}
            await self._rows.note(number, told_at=None, **known)

    async def sweep(self) -> None:
        """Tell what nobody could be told before. Raises Unavailable."""
        for change in await self._rows.untold(self._clock()):
            await self.tell(change.id)

    async def _show(self, change: Change) -> bool:
        names = await self._look_ups.names.of([change.customer])
        with speaking(None):
            message = self._replies.request(change, self._clock(), names.get(change.customer or "", ""))
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": change.key}}
        ts = change.ts
        for channel in [change.channel] if ts and change.channel else self._channels:
            if change.channel == channel and ts is None:
                # It was tried before, and Slack's answer may have been lost: look before posting another.
                found = await self._post.find(channel, metadata, change.created_at)
                ts = found.ts if found.outcome is PostOutcome.DONE else None
            elif ts is None:
                await self._rows.note(change.id, channel=channel)
            sent = await self._post.send(OutgoingMessage(message, channel, metadata, ts))
            if sent.outcome is PostOutcome.DONE:
                await self._rows.note(change.id, channel=sent.channel, ts=sent.ts, shown=change.state)
                return True
            _log.warning("change_request_not_shown", change=change.id, channel=channel, slack=sent.error)
            if sent.outcome not in {PostOutcome.REFUSED, PostOutcome.CLOSED}:
                # Its message was deleted, which leaves nothing to show; anything else is tried again.
                return sent.outcome is PostOutcome.GONE
        return not self._channels

    async def _tell(self, change: Change) -> bool:
        where = change.place
        if where is None:
            return True
        place = Place(where.user, where.channel, where.thread, where.response_url, where.replaces)
        with self._readers.speaking_to(place.user):
            message = self._replies.told(change, self._clock())
        if not await self._sender.send(place, message):
            return False
        await self._rows.note(change.id, told=change.state)
        await self._draw_anew(where, change)
        return True

    async def _draw_anew(self, where: ChangePlace, change: Change) -> None:
        """Show the checklist as it is now, in the place of the one in which a button was pressed."""
        if not where.checklist or change.state not in {State.APPLIED, State.SETTLED, State.UNDONE}:
            return
        try:
            with self._readers.speaking_to(where.user):
                drawn = await self._look_ups.draw(
                    where.checklist, may_change=change.actor == change.decided_by
                )
        except Refused as refused:  # it has a button of its own to look again
            _log.info("checklist_not_drawn", change=change.id, code=refused.code)
            return
        place = Place(where.user, response_url=where.checklist_url, replaces=True)
        await self._sender.send_if_possible(place, drawn)
