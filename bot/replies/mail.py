"""Makes the modal that previews a mail, and the message that shows its state."""

from collections.abc import Mapping
from typing import Any

from babel.core import UnknownLocaleError

from bot.commands.command import Command
from bot.commands.verbs import BY_NAME
from bot.errors import Refused
from bot.mail.mail import Mail, State
from bot.mail.sanitize import LONGEST_NOTE
from bot.mail.templates import LINK
from bot.portal.locales import SESSION_LOCALES
from bot.portal.translations import cldr_locale
from bot.replies.button import Button, button
from bot.replies.identity import identity
from bot.replies.mail_line import mail_mark
from bot.use_cases.results import MailPreview
from bot.words import Message, Words

MAIL_CALLBACK = "mail"
SERVERS_CODES = frozenset({"refused", "refused_for_now", "mail_login_refused", "gave_up"})
"""With these codes `reply` is the mail server's; with all others it is what Stripe said about the link."""
LONGEST_SHOWN = 2900
"""Characters of the body in the modal; Slack allows 3000 in a text."""


class MailReplies:
    """Makes views and messages about mails."""

    def __init__(self, words: Words, *, livemode: bool) -> None:
        """Ask in the modal to confirm the address when `livemode` is true."""
        self._words = words
        self.livemode = livemode

    def reading_view(self) -> dict[str, Any]:
        """Return the view that is shown while Stripe is asked."""
        return self._words.view("mail_reading")

    def kept_view(self) -> dict[str, Any]:
        """Return the view that is shown after "Send", until the first state of the mail is known."""
        return self._words.view("mail_state", mark="", sentence=self._words.sentence("mail", "kept"))

    def refused_view(self, refused: Refused) -> dict[str, Any]:
        """Return the view that says why there is no mail."""
        sentence = self._words.markup("refusals", refused.code, refused.facts)
        return self._words.view(
            "mail_state", mark=self._words.sentence("marks", "blocked"), sentence=sentence
        )

    def refusal(self, refused: Refused) -> str:
        """Return the reason of a refusal as plain text, to show at an input."""
        return self._words.refusal(refused)

    def preview_view(self, preview: MailPreview, metadata: str) -> dict[str, Any]:
        """Return the view with the mail as it would be sent, and inputs for what can be changed."""
        customer = preview.found.customer
        shown = preview.rendered.text.replace(LINK, self._words.sentence("mail", "link_made_later"))
        return self._words.view(
            "mail_preview",
            metadata=metadata,
            livemode=self.livemode,
            email=customer.email,
            recipient=preview.recipient if preview.recipient != customer.email else "",
            may_redirect=preview.may_redirect,
            languages=_languages(self._words),
            language=preview.locale,
            language_name=_language_name(self._words, preview.locale),
            note=preview.note,
            note_length=preview.note_length,
            longest_note=LONGEST_NOTE,
            subject=preview.rendered.subject,
            body=shown[:LONGEST_SHOWN],
            sure=preview.sure,
            personal=preview.session is not None,
            **identity(preview.found),
        )

    def state_view(self, mail: Mail) -> dict[str, Any]:
        """Return the view with the state of a mail."""
        return self._words.view(
            "mail_state", mark=mail_mark(self._words, mail), sentence=self._sentence(mail)
        )

    def message(self, mail: Mail) -> Message:
        """Return the message with the state of a mail, and buttons for what can be done about it."""
        return self._words.message(
            "mail",
            livemode=mail.livemode,
            mark=mail_mark(self._words, mail),
            notification=self._words.sentence("mail", mail.stage, self._facts(mail)),
            sentence=self._sentence(mail),
            subject=mail.subject,
            customer=mail.customer,
            reply=mail.reply if mail.state is not State.SENT else None,
            reply_is_servers=mail.code in SERVERS_CODES,
            buttons=self._buttons(mail),
        )

    def _sentence(self, mail: Mail) -> str:
        return self._words.markup("mail", mail.stage, self._facts(mail))

    def _facts(self, mail: Mail) -> Mapping[str, object]:
        return {
            "recipient": mail.recipient,
            "subject": mail.subject,
            "at": mail.finished_at or mail.created_at,
            "due_at": mail.due_at,
            "reason": self._reason(mail),
        }

    def _reason(self, mail: Mail) -> str:
        if mail.code is None:
            return ""
        known = mail.code in self._words.keys("mail_reasons")
        return self._words.sentence("mail_reasons", mail.code if known else "link_refused")

    def _buttons(self, mail: Mail) -> list[Button]:
        buttons = []
        if mail.state in {State.FAILED, State.PARKED} and mail.text is not None:
            command = Command(BY_NAME["email"], mail.customer, options={"resend": mail.id})
            buttons.append(button(self._words, "resend", command.line(), key="resend"))
        buttons.append(button(self._words, "card", mail.customer))
        return buttons


def _languages(words: Words) -> list[dict[str, str]]:
    return [{"tag": tag, "name": _language_name(words, tag)} for tag in sorted(SESSION_LOCALES)]


def _language_name(words: Words, tag: str) -> str:
    try:
        return f"{cldr_locale(tag).get_display_name(words.writing.locale.language) or tag}"
    except UnknownLocaleError:
        return tag
