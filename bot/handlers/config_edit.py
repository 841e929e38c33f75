"""Handles `config … edit`: a window with pages, then the difference to say yes to."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.changes.change import Change
from bot.commands.command import Command
from bot.errors import BadUsage, Refused, Unavailable
from bot.handlers.boundary import Acknowledged
from bot.handlers.edit_requests import PAGE, VIEW, filled_in
from bot.handlers.requesters import Requesters
from bot.handlers.requests import ModalMetadata, modal_metadata
from bot.handlers.setting_changes import SettingChanges, change_place
from bot.portal.configuring.limits import PRODUCTS
from bot.portal.configuring.table import BY_PATH
from bot.replies import Replies
from bot.replies.change import ChangeReplies
from bot.replies.config_edit import FOCUSED, PAGES, edit_view
from bot.replies.configuration_changes import title_of
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.use_cases.change_drafts import ChangeDrafts
from bot.words import Message, Words

FIRST = next(iter(PAGES))
_EVERY_PAGE = PAGES.keys() | FOCUSED.keys()


@dataclass(eq=False, repr=False)
class ConfigEdit:
    """Opens the window, turns its pages, and shows what was filled in as a difference."""

    drafts: ChangeDrafts
    changes: SettingChanges
    requesters: Requesters
    views: Views
    replies: Replies
    words: Words
    windows: ChangeReplies

    async def open(self, request: SlackRequest, command: Command) -> Message | None:
        """Open the window at once, and fill it when the configuration was read."""
        return await self._open(request, command.subject, FIRST)

    async def open_page(self, request: SlackRequest) -> Message | None:
        """Open the window at the page that a button names; `request.text` is configuration and page."""
        configuration, _, page = request.text.partition(" ")
        if page not in _EVERY_PAGE:
            raise BadUsage("old_button")
        return await self._open(request, configuration, page)

    async def _open(self, request: SlackRequest, asked: str, page: str) -> Message | None:
        view = await self.views.open(request, self.windows.reading_view())
        try:
            draft = await self.drafts.open(asked, self.requesters.person(request), change_place(request))
        except Refused as refused:
            return await self.changes.refused(refused, view)
        metadata = ModalMetadata.of(request, references=[str(draft.id), page]).write()
        offered = await self.drafts.offered(draft) if page == "products" else None
        await self.views.update(view, edit_view(self.words, draft, page, metadata, offered))
        return None

    async def turn(self, request: SlackRequest) -> Message | None:
        """Keep what was filled in on this page, and show another one."""
        metadata = modal_metadata(request)
        number, here = _references(metadata)
        wanted = request.fields[PAGE] if request.fields[PAGE] in PAGES else here
        person = self.requesters.person(request)
        draft = await self.drafts.draft(number, person)
        filled = filled_in(request, _products(draft))
        draft = await self.drafts.keep(number, person, filled.settings)
        problem = next((self.replies.said(each) for each in filled.wrong.values()), "")
        offered = await self.drafts.offered(draft) if wanted == "products" else None
        turned = metadata.model_copy(update={"references": [str(number), wanted]}).write()
        view = edit_view(self.words, draft, wanted, turned, offered, problem)
        await self.views.update(request.fields[VIEW], view)
        return None

    async def submit(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Acknowledge with what is wrong beside the inputs, or go on to the difference."""
        person = self.requesters.person(request)
        try:
            number, _ = _references(modal_metadata(request))
            draft = await self.drafts.draft(number, person)
            filled = filled_in(request, _products(draft))
            wrong = {block: self._plainly(each) for block, each in filled.wrong.items()}
            if not wrong:
                draft = await self.drafts.check(number, person, filled.settings)
        except Unavailable:
            raise
        except Refused as refused:
            wrong = self._beside(request, refused)
            if not wrong:
                view = self.windows.refused_view(refused)
                return Acknowledged(await ack(response_action="push", view=view))
        if wrong:
            return Acknowledged(await ack(response_action="errors", errors=wrong))
        view = self.windows.reading_view()
        return Acknowledged(
            await ack(response_action="update", view=view), lambda asked: self._show(asked, draft)
        )

    def _beside(self, request: SlackRequest, refused: Refused) -> dict[str, str]:
        """The refusal beside the input it is about, if that stands on this page."""
        path = str(refused.facts.get("path") or "")
        on_page = path in request.fields["values"]
        return {path: self._plainly(refused)} if path and on_page and path != PRODUCTS else {}

    def _plainly(self, refused: Refused) -> str:
        """Say what is wrong with the title that its input has in the window, where the setting has one."""
        path, said = str(refused.facts.get("path") or ""), self.replies.plainly(refused)
        return said.replace(path, title_of(self.words, path)) if path in BY_PATH else said

    async def _show(self, request: SlackRequest, draft: Change) -> Message | None:
        view, person = request.fields[VIEW], self.requesters.person(request)
        try:
            shown = await self.drafts.show(draft, person, draft.place or change_place(request))
        except Refused as refused:
            return await self.changes.refused(refused, view)
        await self.changes.fill(request, view, shown)
        return None


def _products(draft: Change) -> list[dict[str, Any]]:
    return list(draft.after.get(PRODUCTS, draft.before[PRODUCTS]))


def _references(metadata: ModalMetadata) -> tuple[int, str]:
    number, page = [*metadata.references, "", ""][:2]
    if not number.isdigit() or page not in _EVERY_PAGE:
        raise BadUsage("old_button")
    return int(number), page
