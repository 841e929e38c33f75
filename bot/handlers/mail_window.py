"""The window of `/portal email`: reading, preview, and how the mail goes."""

from dataclasses import replace

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.command import Command, read_command
from bot.errors import BadUsage, Refused
from bot.handlers.answering import Answering
from bot.handlers.boundary import Boundary
from bot.handlers.mail_notices import MailNotices
from bot.handlers.mail_requests import NOTE, RECIPIENT, VIEW, mail_form, read_mail_window
from bot.handlers.requests import Errand, SlackRequest, errand_of
from bot.handlers.windows import Windows
from bot.mail.addresses import read_address
from bot.mail.clean import LONGEST_NOTE
from bot.mail.mail import MailPlace
from bot.replies.mail import MAIL_CALLBACK, MailReplies
from bot.use_cases.case import MailForm
from bot.use_cases.desk import Desk
from bot.use_cases.mail_desk import MailDesk
from bot.use_cases.results import MailPreview, MailQueued
from bot.words import Message

RESPONSE_URL_SECONDS = 1800
RESPONSE_URL_USES = 5


class MailWindow:
    """Shows a mail before it is sent, and has it sent."""

    def __init__(
        self,
        desk: Desk,
        mail_desk: MailDesk,
        answering: Answering,
        windows: Windows,
        replies: MailReplies,
        notices: MailNotices,
    ) -> None:
        """Nothing is called here."""
        self._desk = desk
        self._mail_desk = mail_desk
        self._answering = answering
        self._windows = windows
        self._replies = replies
        self._notices = notices

    def register(self, app: AsyncApp, boundary: Boundary) -> None:
        """Register the window's own listeners; they come before those that take anything."""
        for action in ("mail_locale", "mail_preview"):
            app.action(action)(boundary.listener(read_mail_window, self.refresh))
        app.view(MAIL_CALLBACK)(boundary.listener(read_mail_window, self.send, self.check))

    async def open(self, request: SlackRequest, command: Command) -> Message | None:
        """Open the window at once, and fill it when Stripe has answered."""
        if command.option("resend"):
            return await self._resend(request, command)
        view = await self._windows.open(request, self._replies.reading_view())
        try:
            preview = await self._preview(request, command, MailForm())
        except Refused as refused:
            await self._update(view, self._replies.refused_view(refused))
            return self._answering.refusal(refused, command)
        line = command.line(subject=preview.found.customer.id)
        errand = Errand.of(request, line=line, references=[request.key]).write()
        await self._windows.update(view, self._replies.preview_view(preview, errand))
        return None

    async def refresh(self, request: SlackRequest) -> Message | None:
        """Write the preview anew, in the language and with the note chosen now."""
        errand = errand_of(request)
        # The look at a mail is one request, however often it is looked at.
        same = replace(request, key=errand.references[0] if errand.references else request.key)
        view = request.fields[VIEW]
        try:
            preview = await self._preview(same, read_command(errand.line), mail_form(request))
        except Refused as refused:
            await self._update(view, self._replies.refused_view(refused))
            return self._answering.refusal(refused, read_command(errand.line))
        await self._update(view, self._replies.preview_view(preview, errand.write()))
        return None

    async def check(self, ack: AsyncAck, request: SlackRequest) -> BoltResponse | None:
        """Say in the window what is wrong with it, or show at once that it is on its way."""
        errors = self._errors(request)
        if errors:
            return await ack(response_action="errors", errors=errors)
        return await ack(response_action="update", view=self._replies.going_view())

    async def send(self, request: SlackRequest) -> Message | None:
        """Queue the mail, tell the agent, and only then have it sent: so what they read comes in order."""
        if self._errors(request):  # the window stays open and says so
            return None
        command = read_command(errand_of(request).line)
        form = replace(mail_form(request), send=True, place=_place(request, request.fields[VIEW]))
        try:
            queued = await self._desk.do(command, self._answering.person(request), form=form)
        except Refused as refused:
            await self._update(request.fields[VIEW], self._replies.refused_view(refused))
            return self._answering.refusal(refused, command)
        await self._begin(queued)
        return None

    def _errors(self, request: SlackRequest) -> dict[str, str]:
        errors = {}
        recipient = request.fields.get(RECIPIENT, "").strip()
        if recipient and not _is_address(recipient):
            errors[RECIPIENT] = self._replies.refusal(BadUsage("mail_address_unusable"))
        if len(request.fields.get(NOTE, "")) > LONGEST_NOTE:
            errors[NOTE] = self._replies.refusal(BadUsage("note_too_long", limit=LONGEST_NOTE))
        return errors

    async def _resend(self, request: SlackRequest, command: Command) -> Message | None:
        form = MailForm(send=True, place=_place(request, None))
        try:
            queued = await self._desk.do(command, self._answering.person(request), form=form)
        except Refused as refused:
            return self._answering.refusal(refused, command)
        await self._begin(queued)
        return None

    async def _begin(self, queued: object) -> None:
        assert isinstance(queued, MailQueued)  # noqa: S101 (a form that is to be sent)
        await self._notices.tell(queued.mail)
        await self._mail_desk.go(queued.mail)

    async def _preview(self, request: SlackRequest, command: Command, form: MailForm) -> MailPreview:
        preview = await self._desk.do(command, self._answering.person(request), form=form)
        assert isinstance(preview, MailPreview)  # noqa: S101 (a form that is not to be sent)
        return preview

    async def _update(self, view: str, content: dict[str, object]) -> None:
        try:
            await self._windows.update(view, content)
        except Refused:  # closed meanwhile; the message says it
            return


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
