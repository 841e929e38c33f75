"""Reads the requests of the mail modal, as `bot.handlers.requests` reads all others."""

from bot.handlers.requests import Body, InModal, modal_metadata
from bot.mail.mail import MailPlace
from bot.slack.request import SlackRequest
from bot.use_cases.context import MailForm

VIEW = "view"
RECIPIENT, LOCALE, NOTE, CONFIRMED = "recipient", "locale", "note", "confirmed"


def read_mail_modal(body: Body) -> SlackRequest:
    """Read an input that was changed, or the submitted modal.

    `text` is the modal's metadata as JSON; `fields` has the inputs by block id, and the view's id as `VIEW`.
    """
    seen = InModal.model_validate(body)
    fields = {**seen.view.fields, VIEW: seen.view.id}
    fields |= {each.block_id: each.given for each in seen.actions if each.given}
    # A modal is submitted once: whatever its trigger, a second delivery is the same request.
    return seen.answer(fields, "mail", seen.view.id, seen.user.id)


def mail_form(request: SlackRequest, place: MailPlace | None = None) -> MailForm:
    """Return what was filled in, to be sent when there is a place to tell how it goes. Nothing is checked."""
    return MailForm(
        recipient=request.fields.get(RECIPIENT, ""),
        locale=request.fields.get(LOCALE, ""),
        note=request.fields.get(NOTE, ""),
        send=place is not None,
        place=place,
    )


def mail_line(request: SlackRequest) -> str:
    """Return the command of a mail that was sent off: the button's own, or the one that the modal carries."""
    return modal_metadata(request).line if VIEW in request.fields else request.text
