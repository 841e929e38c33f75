"""Builds what agents use to preview and queue mails. `mail_jobs` builds what sends them."""

from bot.durations import Clock
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
    """Return the rows of mails, with the limits of the settings."""
    table = settings.portalbot_config.mail
    return Mails(database, per_day=table.per_day, minutes_between=table.minutes_between)


def make_mail_service(
    settings: Settings,
    account: StripeAccount,
    links: LinkMaker,
    mails: Mails,
    queue: JobQueue,
    clock: Clock,
) -> MailService:
    """Return what previews mails and queues them."""
    return MailService(
        account=account,
        links=links,
        mails=mails,
        templates=MailTemplates(messages_folder(), settings.portalbot_config.mail.templates),
        queue=queue,
        language=settings.portalbot_config.mail.language,
        is_set_up=settings.sends_mail,
        clock=clock,
    )
