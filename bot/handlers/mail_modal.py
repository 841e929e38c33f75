"""Handles the modal of `/portal email`: a preview of the mail, and the press of Send.

What is sent off is kept before Slack gets its answer; `bot.handlers.mail_submissions` goes on from there.
"""

from dataclasses import dataclass, replace

from slack_bolt.async_app import AsyncAck

from bot.commands.command import Command
from bot.commands.reading import read_command
from bot.errors import BadUsage, Refused, Unavailable
from bot.handlers.boundary import Acknowledged
from bot.handlers.mail_requests import CONFIRMED, NOTE, RECIPIENT, VIEW, mail_form
from bot.handlers.mail_submissions import MailSubmissions
from bot.handlers.requesters import Requesters
from bot.handlers.requests import ModalMetadata, modal_metadata
from bot.mail.addresses import read_address
from bot.mail.sanitize import LONGEST_NOTE
from bot.replies.mail import MailReplies
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.use_cases.context import MailForm
from bot.use_cases.dispatcher import Dispatcher
from bot.use_cases.results import MailPreview
from bot.words import Message


@dataclass(eq=False, repr=False)
class MailModal:
    """Shows a mail before it is sent, and queues it."""

    dispatcher: Dispatcher
    submissions: MailSubmissions
    requesters: Requesters
    views: Views
    replies: MailReplies

    async def open(self, request: SlackRequest, command: Command) -> Message | None:
        """Open the modal at once, and fill it when Stripe has answered."""
        view = await self.views.open(request, self.replies.reading_view())
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
        """Acknowledge with what is wrong with the inputs, or keep the mail and say so in the modal.

        Raises Unavailable when it was not kept.
        """
        errors = self._errors(request)
        if errors:
            return Acknowledged(await ack(response_action="errors", errors=errors))
        view = self.replies.kept_view()
        left = await self.submissions.keep(request)
        return Acknowledged(await ack(response_action="update", view=view), left)

    def _errors(self, request: SlackRequest) -> dict[str, str]:
        errors = {}
        recipient = request.fields.get(RECIPIENT, "").strip()
        if recipient and not _is_address(recipient):
            errors[RECIPIENT] = self.replies.refusal(BadUsage("mail_address_unusable"))
        if len(request.fields.get(NOTE, "")) > LONGEST_NOTE:
            errors[NOTE] = self.replies.refusal(BadUsage("note_too_long", limit=LONGEST_NOTE))
        if self.replies.livemode and not request.fields.get(CONFIRMED):
            errors[CONFIRMED] = self.replies.refusal(BadUsage("mail_not_confirmed"))
        return errors

    async def _shown(
        self, request: SlackRequest, command: Command, form: MailForm, view: str, metadata: ModalMetadata
    ) -> Message | None:
        """Show the preview in the modal, or why there is none."""
        try:
            preview = await self.dispatcher.do(command, self.requesters.person(request), form=form)
        except Refused as refused:
            return await self.submissions.refused(request, command, refused, view)
        assert isinstance(preview, MailPreview)  # noqa: S101 (a form that is not to be sent)
        line = command.line(subject=preview.found.customer.id)
        going_on = metadata.model_copy(update={"line": line}).write()
        try:
            await self.views.update(view, self.replies.preview_view(preview, going_on))
        except Unavailable as unavailable:
            return await self.requesters.refusal(request, command, unavailable)
        return None


def _is_address(text: str) -> bool:
    try:
        read_address(text)
    except BadUsage:
        return False
    return True
