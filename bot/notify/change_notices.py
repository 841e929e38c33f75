"""Tells people what becomes of a change: the request in the channel, and whoever wanted it, where they asked.

What could not be told is told by a later call: the row says which state each of them knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.changes.change import Change, ChangePlace, State
from bot.changes.rows import ChangeRows
from bot.durations import Clock
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


@dataclass(eq=False, repr=False)
class ChangeNotices:
    """Shows changes. Never raises for what Slack does.

    Post requests to the first of `channels` that takes them.
    """

    rows: ChangeRows
    post: SlackPost
    sender: AnswerSender
    replies: ChangeReplies
    channels: Sequence[str]
    look_ups: LookUps
    clock: Clock
    readers: Readers

    async def tell(self, number: int) -> None:
        """Show how a change stands, to everybody who knows an older state of it. Raises Unavailable."""
        if not await self.rows.begin_telling(number, self.clock()):
            return
        change = await self.rows.get(number)
        if change.state in {State.SHOWN, State.APPROVED}:
            await self.rows.note(number, told_at=None)
            return
        shown = change.shown is None or change.shown == change.state or await self._show(change)
        told = change.told is None or change.told == change.state or await self._tell(change)
        if shown and told:
            known = {"shown": change.shown and change.state, "told": change.told and change.state}
            await self.rows.note(number, told_at=None, **known)

    async def sweep(self) -> None:
        """Tell what nobody could be told before. Raises Unavailable."""
        for change in await self.rows.untold(self.clock()):
            await self.tell(change.id)

    async def _show(self, change: Change) -> bool:
        names = await self.look_ups.names.of([change.customer])
        with speaking(None):
            message = self.replies.request(change, self.clock(), names.get(change.customer or "", ""))
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": change.key}}
        ts = change.ts
        for channel in [change.channel] if ts and change.channel else self.channels:
            if change.channel == channel and ts is None:
                # It was tried before, and Slack's answer may have been lost: look before posting another.
                found = await self.post.find(channel, metadata, change.created_at)
                ts = found.ts if found.outcome is PostOutcome.DONE else None
            elif ts is None:
                await self.rows.note(change.id, channel=channel)
            sent = await self.post.send(OutgoingMessage(message, channel, metadata, ts))
            if sent.outcome is PostOutcome.DONE:
                await self.rows.note(change.id, channel=sent.channel, ts=sent.ts, shown=change.state)
                return True
            _log.warning("change_request_not_shown", change=change.id, channel=channel, slack=sent.error)
            if sent.outcome not in {PostOutcome.REFUSED, PostOutcome.CLOSED}:
                # Its message was deleted, which leaves nothing to show; anything else is tried again.
                return sent.outcome is PostOutcome.GONE
        return not self.channels

    async def _tell(self, change: Change) -> bool:
        where = change.place
        if where is None:
            return True
        place = Place(where.user, where.channel, where.thread, where.response_url, where.replaces)
        with self.readers.speaking_to(place.user):
            message = self.replies.told(change, self.clock())
        if not await self.sender.send(place, message):
            return False
        await self.rows.note(change.id, told=change.state)
        await self._draw_anew(where, change)
        return True

    async def _draw_anew(self, where: ChangePlace, change: Change) -> None:
        """Show the checklist as it is now, in the place of the one in which a button was pressed."""
        if not where.checklist or change.state not in {State.APPLIED, State.SETTLED, State.UNDONE}:
            return
        try:
            with self.readers.speaking_to(where.user):
                drawn = await self.look_ups.draw(
                    where.checklist, may_change=change.actor == change.decided_by
                )
        except Refused as refused:  # it has a button of its own to look again
            _log.info("checklist_not_drawn", change=change.id, code=refused.code)
            return
        place = Place(where.user, response_url=where.checklist_url, replaces=True)
        await self.sender.send_if_possible(place, drawn)
