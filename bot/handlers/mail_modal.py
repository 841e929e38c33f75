"""Handles the modal of `/portal email`: a preview of the mail, and after Send the state of the mail."""

import contextlib
from dataclasses import replace

from slack_bolt.async_app import AsyncAck

from bot.commands.command import Command
from bot.commands.reading import read_command
from bot.errors import BadUsage, Refused, Unavailable
from bot.handlers.boundary import Acknowledged
from bot.handlers.mail_requests import CONFIRMED, NOTE, RECIPIENT, VIEW, mail_form
from bot.handlers.requesters import Requesters
from bot.handlers.requests import ModalMetadata, modal_metadata
from bot.mail.addresses import read_address
from bot.mail.mail import MailPlace
from bot.mail.sanitize import LONGEST_NOTE
from bot.notify.mail_notices import MailNotices
from bot.replies.mail import MailReplies
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.use_cases.context import MailForm
from bot.use_cases.dispatcher import Dispatcher
from bot.use_cases.mail_service import MailService
from bot.use_cases.results import MailPreview, MailQueued
from bot.words import Message

RESPONSE_URL_SECONDS = 1800
RESPONSE_URL_USES = 5
"""How long and how often Slack accepts messages at a `response_url`."""


class MailModal:
    """Shows a mail before it is sent, and queues it."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        mail: MailService,
        requesters: Requesters,
        views: Views,
        replies: MailReplies,
        notices: MailNotices,
    ) -> None:
        self._dispatcher = dispatcher
        self._mail = mail
        self._requesters = requesters
        self._views = views
        self._replies = replies
        self._notices = notices

    async def open(self, request: SlackRequest, command: Command) -> Message | None:
        """Open the modal at once, and fill it when Stripe has answered.

        A `resend:` is queued without a modal.
        """
        if command.option("resend"):
            return await self._sent(request, command, MailForm(send=True), None)
        view = await self._views.open(request, self._replies.reading_view())
        metadata = ModalMetadata.of(request, references=[request.key])
        return await self._shown(request, command, MailForm(), view, metadata)

    async def refresh(self, request: SlackRequest) -> Message | None:
        """Show the preview again, in the language and with the note that are chosen now."""
        metadata = modal_metadata(request)
        # However often it is refreshed, a preview is one request, and one line in the audit trail.
        same = replace(request, key=metadata.references[0] if metadata.references else request.key)
        command = read_command(metadata.line)
        return await self._shown(same, command, mail_form(request), request.fields[VIEW], metadata)

    async def submit(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Acknowledge with what is wrong with the inputs, or show that the mail is on its way and send it."""
        errors = self._errors(request)
        if errors:
            return Acknowledged(await ack(response_action="errors", errors=errors))
        view = self._replies.going_view()
        return Acknowledged(await ack(response_action="update", view=view), self._send)

    async def _send(self, request: SlackRequest) -> Message | None:
        command = read_command(modal_metadata(request).line)
        form = replace(mail_form(request), send=True)
        return await self._sent(request, command, form, request.fields[VIEW])

    def _errors(self, request: SlackRequest) -> dict[str, str]:
        errors = {}
        recipient = request.fields.get(RECIPIENT, "").strip()
        if recipient and not _is_address(recipient):
            errors[RECIPIENT] = self._replies.refusal(BadUsage("mail_address_unusable"))
        if len(request.fields.get(NOTE, "")) > LONGEST_NOTE:
            errors[NOTE] = self._replies.refusal(BadUsage("note_too_long", limit=LONGEST_NOTE))
        if self._replies.livemode and not request.fields.get(CONFIRMED):
            errors[CONFIRMED] = self._replies.refusal(BadUsage("mail_not_confirmed"))
        return errors

    async def _shown(
        self, request: SlackRequest, command: Command, form: MailForm, view: str, metadata: ModalMetadata
    ) -> Message | None:
        """Show the preview in the modal, or why there is none."""
        try:
            preview = await self._dispatcher.do(command, self._requesters.person(request), form=form)
        except Refused as refused:
            return await self._refused(request, command, refused, view)
        assert isinstance(preview, MailPreview)  # noqa: S101 (a form that is not to be sent)
        line = command.line(subject=preview.found.customer.id)
        going_on = metadata.model_copy(update={"line": line}).write()
        try:
            await self._views.update(view, self._replies.preview_view(preview, going_on))
        except Unavailable as unavailable:
            return await self._requesters.refusal(request, command, unavailable)
        return None

    async def _sent(
        self, request: SlackRequest, command: Command, form: MailForm, view: str | None
    ) -> Message | None:
        """Queue the mail, tell the agent, and then start sending: so the agent reads the states in order."""
        form = replace(form, place=_place(request, view))
        try:
            queued = await self._dispatcher.do(command, self._requesters.person(request), form=form)
        except Refused as refused:
            return await self._refused(request, command, refused, view)
        assert isinstance(queued, MailQueued)  # noqa: S101 (a form that is to be sent)
        await self._notices.tell(queued.mail)
        await self._mail.start_sending(queued.mail)
        return None

    async def _refused(
        self, request: SlackRequest, command: Command, refused: Refused, view: str | None
    ) -> Message:
        if view is not None:
            with contextlib.suppress(Unavailable):  # the message says it too
                await self._views.update(view, self._replies.refused_view(refused))
        return await self._requesters.refusal(request, command, refused)


def _place(request: SlackRequest, view: str | None) -> MailPlace:
    place = request.place
    usable = place.response_url if place.replaces else None
    return MailPlace(
        user=place.user,
        view=view,
        response_url=usable,
        until=request.asked_at + RESPONSE_URL_SECONDS if usable else 0,
        uses=RESPONSE_URL_USES - 1 if usable else 0,
    )


def _is_address(text: str) -> bool:
    try:
        read_address(text)
    except BadUsage:
        return False
    return True
