"""Mails as agents see them, put together from the settings; `mail_jobs` sends them."""

from collections.abc import Callable

from bot.engine import JobQueue
from bot.mail.rows import Mails
from bot.mail.templates import MailTemplates
from bot.settings import Settings
from bot.store.database import Database
from bot.use_cases.account import StripeAccount
from bot.use_cases.link_maker import LinkMaker
from bot.use_cases.mail_service import MailService
from bot.words import messages_folder


def make_mails(settings: Settings, database: Database) -> Mails:
    """Make the table of mails with the limits of the settings."""
    table = settings.portalbot_config.mail
    return Mails(database, per_day=table.per_day, minutes_between=table.minutes_between)


def make_mail_service(
    settings: Settings,
    account: StripeAccount,
    links: LinkMaker,
    mails: Mails,
    queue: JobQueue,
    clock: Callable[[], int],
) -> MailService:
    """Make what shows mails and queues them."""
    return MailService(
        account=account,
        links=links,
        mails=mails,
        templates=MailTemplates(messages_folder(), settings.portalbot_config.mail.templates),
        queue=queue,
        is_set_up=settings.smtp_url is not None and settings.mail_from is not None,
        clock=clock,
    )
