"""The part of the self-check that asks the mail server whether it would take a mail."""

from pydantic import SecretStr

from bot.check import Check
from bot.mail.smtp import Connections, MailServer

ANSWER_SECONDS = 4.0
"""Less than the self-check waits, so that it can say more than that the server is slow."""


class MailCheckup:
    """Connects and logs in; sends nothing."""

    def __init__(self, smtp_url: SecretStr | None) -> None:
        """Take the mail server; None when mail is not set up."""
        self._url = smtp_url

    async def __call__(self) -> tuple[Check, ...]:
        """Return the check of the mail server. Never raises."""
        if self._url is None:
            return (Check("mail", "warn", "not_set"),)
        server = MailServer.read(self._url.get_secret_value(), ANSWER_SECONDS)
        outcome = await Connections(server).reach()
        if outcome is None:
            return (Check("mail", "ok", "reached", {"server": server.host}),)
        return (Check("mail", "broken", outcome.code or "refused", {"server": server.host}),)
