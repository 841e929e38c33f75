"""Everything about mails, put together for a process: what shows them to agents, and what sends them."""

from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine import Every, Job, JobQueue
from bot.mail.addresses import read_sender
from bot.mail.delivery import Delivery, RetryPolicy
from bot.mail.merchant import MerchantProfile, MerchantSettings
from bot.mail.message import Sender
from bot.mail.rows import Mails
from bot.mail.session_link import SessionLinks
from bot.mail.smtp import MailServer
from bot.mail.templates import MailTemplates
from bot.notify.mail_notices import MailNotices
from bot.process.services import Services, now
from bot.replies.mail import MailReplies
from bot.settings import Settings
from bot.use_cases.mail_service import MailService
from bot.words import Words, messages_folder

SWEEP_SECONDS = 1.0
HOUR = 3600
DAY = 86_400


def make_mails(services: Services) -> Mails:
    """The table with the limits of the settings."""
    table = services.settings.portalbot_config.mail
    return Mails(services.database, per_day=table.per_day, minutes_between=table.minutes_between)


def make_mail_desk(services: Services, mails: Mails) -> MailService:
    """What shows mails and queues them."""
    settings = services.settings
    return MailService(
        sources=services.sources,
        links=services.links,
        mails=mails,
        letters=MailTemplates(messages_folder(), settings.portalbot_config.mail.templates),
        merchant=merchant_profile(services),
        queue=services.queue,
        is_set_up=is_set_up(settings),
        clock=now,
    )


def merchant_profile(services: Services) -> MerchantProfile:
    """Who the merchant is to its customers."""
    settings = services.settings
    table = settings.portalbot_config.mail
    given = MerchantSettings(
        name=settings.merchant_name,
        support_email=settings.support_email,
        mail_from=settings.mail_from,
        mail_reply_to=settings.mail_reply_to,
        logo_url=table.logo_url,
        color=table.color,
    )
    return MerchantProfile(given, services.gateway)


def is_set_up(settings: Settings) -> bool:
    """Whether there are a mail server and a sender."""
    return settings.smtp_url is not None and settings.mail_from is not None


@dataclass(frozen=True, slots=True)
class MailWork:
    """What a process that sends mails does."""

    jobs: list[Job]
    every: list[Every]
    delivery: Delivery | None = None

    async def aclose(self) -> None:
        """Close what is open to the mail server."""
        if self.delivery is not None:
            await self.delivery.aclose()


def mail_work(
    services: Services,
    slack: AsyncWebClient,
    session: aiohttp.ClientSession,
    queue: JobQueue,
    words: Words,
    patience: RetryPolicy | None = None,
) -> MailWork:
    """The job and the sweep; nothing when mail is not set up."""
    settings = services.settings
    mails = make_mails(services)
    days = settings.portalbot_config.retention.mail_days

    async def prune() -> None:
        if days:
            await mails.prune(now() - days * DAY)

    pruning = Every("mail_pruning", HOUR, prune)
    if settings.smtp_url is None or settings.mail_from is None:
        return MailWork([], [pruning])
    merchant = merchant_profile(services)
    notices = MailNotices(slack, session, mails, MailReplies(words, livemode=settings.livemode), now)
    delivery = Delivery(
        mails=mails,
        queue=queue,
        server=MailServer.read(settings.smtp_url.get_secret_value()),
        sender=lambda: make_sender(settings, merchant),
        make_link=SessionLinks(services.gateway, services.audit_writer.write, now),
        count=lambda what: services.metrics.mails.labels(outcome=what).inc(),
        tell=notices.tell,
        clock=now,
        patience=patience or RetryPolicy(),
    )
    return MailWork([delivery.job()], [Every("mail", SWEEP_SECONDS, delivery.sweep), pruning], delivery)


async def make_sender(settings: Settings, merchant: MerchantProfile) -> Sender:
    """Who mails come from: MAIL_FROM, with the merchant's name where it has none."""
    name, address = read_sender(settings.mail_from or "")
    reply_to = settings.mail_reply_to or (None if name else (await merchant()).support_email)
    return Sender(
        name=name or (await merchant()).name,
        address=address,
        reply_to=read_sender(reply_to)[1] if reply_to else None,
    )
