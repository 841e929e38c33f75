"""Handles the buttons that change a setting or ask for it, their window, and what answers a request.

What somebody says yes or no to is stored before Slack gets its 200.
"""

import contextlib
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck

from bot.changes.change import Change, ChangePlace, State
from bot.errors import BadUsage, Refused, Unavailable
from bot.handlers.boundary import Acknowledged
from bot.handlers.requesters import Requesters
from bot.handlers.requests import ModalMetadata, modal_metadata
from bot.notify.change_notices import ChangeNotices
from bot.portal.configuring.repairs import read_repair
from bot.replies import Replies
from bot.replies.change import ChangeReplies
from bot.replies.setup import CHECKLIST
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.use_cases.change_commands import ChangeCommands
from bot.use_cases.change_requests import ChangeRequests, Shown
from bot.words import Message


@dataclass(eq=False, repr=False)
class SettingChanges:
    """Shows what a repair would change, takes the yes, and carries it out."""

    requests: ChangeRequests
    commands: ChangeCommands
    notices: ChangeNotices
    requesters: Requesters
    views: Views
    replies: Replies
    changes: ChangeReplies

    async def propose(self, request: SlackRequest) -> Message | None:
        """Open the window at once, and fill it with the difference when Stripe has answered."""
        repair = read_repair(request.text)
        view = await self.views.open(request, self.changes.reading_view())
        try:
            shown = await self.requests.repair(repair, self.requesters.person(request), change_place(request))
        except Refused as refused:
            return await self.refused(refused, view)
        await self.fill(request, view, shown)
        return None

    async def fill(self, request: SlackRequest, view: str, shown: Shown) -> None:
        """Show a proposed change in a window that is open."""
        metadata = ModalMetadata.of(request, references=[str(shown.change.id)])
        preview = self.changes.preview_view(shown.change, metadata.write(), may_change=shown.may_change)
        await self.views.update(view, preview)

    async def refused(self, refused: Refused, view: str) -> Message | None:
        """Say in the window why there is nothing to say yes to, else in a message."""
        message = self.replies.refusal(refused)
        with contextlib.suppress(Unavailable):
            if await self.views.update(view, self.changes.refused_view(refused)):
                return None
        return message

    async def submit(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Store the yes, and say in the window that it was taken."""
        try:
            number = _number(next(iter(modal_metadata(request).references), ""))
            change = await self.requests.say_yes(number, self.requesters.person(request))
        except Unavailable:
            raise
        except Refused as refused:
            view = self.changes.refused_view(refused)
            return Acknowledged(await ack(response_action="update", view=view))
        view = self.changes.going_view(change)
        return Acknowledged(await ack(response_action="update", view=view), lambda _: self._go_on(change))

    async def answer(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Store what was pressed on a request; `request.text` is `<action> <number>`."""
        name, _, number = request.text.partition(" ")
        person = self.requesters.person(request)
        answered = await self.commands.answer(name, _number(number), person, change_place(request))
        return Acknowledged(await ack(), lambda _: self._go_on(answered))

    async def _go_on(self, change: Change) -> Message | None:
        """Do what was said yes to, and tell everybody; what a kill cuts short is done by the sweep."""
        if change.state is State.APPROVED:
            change = await self.requests.carry_out(change)
        await self.notices.tell(change.id)
        if change.undo_of is not None:
            await self.notices.tell(change.undo_of)
        return None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadUsage("old_button")
    return int(text)


def change_place(request: SlackRequest) -> ChangePlace:
    """Return where somebody is told later: beside the message they pressed a button of, not in its place.

    When that message is the checklist, it is drawn anew besides.
    """
    place, line = request.place, request.fields.get(CHECKLIST, "")
    return ChangePlace(
        place.user,
        place.channel,
        place.thread,
        place.response_url,
        checklist=line,
        checklist_url=place.response_url if line else None,
    )
