"""The part of the self-check that asks the mail server whether it would take a mail."""

from pydantic import SecretStr

from bot.check import Check
from bot.mail.smtp import Connections, MailServer

ANSWER_SECONDS = 4.0
"""Less than the self-check waits, so that it can say more than that the server is slow."""


async def check_mail(smtp_url: SecretStr | None) -> tuple[Check, ...]:
    """Connect and log in, and send nothing; None when mail is not set up. Never raises."""
    if smtp_url is None:
        return (Check("mail", "warn", "not_set"),)
    server = MailServer.read(smtp_url.get_secret_value(), ANSWER_SECONDS)
    outcome = await Connections(server).reach()
    if outcome is None:
        return (Check("mail", "ok", "reached", {"server": server.host}),)
    return (Check("mail", "broken", outcome.code or "refused", {"server": server.host}),)
