"""Builds what sends mails, for a process that runs jobs."""

from bot.durations import DAY, HOUR
from bot.engine import SWEEP_SECONDS, Every, Job, JobQueue
from bot.mail.addresses import read_sender
from bot.mail.delivery import Delivery
from bot.mail.merchant import MerchantProfile
from bot.mail.message import Sender
from bot.mail.session_link import SessionLinks
from bot.mail.smtp import MailServer
from bot.notify.mail_notices import MailNotices
from bot.process.services import Services
from bot.replies.mail import MailReplies
from bot.settings import Settings

SECONDS_BETWEEN_SWEEPS = 1.0
"""Seconds between two sweeps for mails that are due and have no job."""


def make_mail_jobs(services: Services, queue: JobQueue) -> tuple[list[Job], list[Every]]:
    """Return the durable job and the periodic work of a process that sends mails.

    Without a mail server or a sender only old mails are pruned.
    """
    settings, mails, clock = services.settings, services.mails, services.clock.whole
    days = settings.portalbot_config.retention.mail_days

    async def prune() -> None:
        if days:
            await mails.prune(clock() - days * DAY)

    pruning = Every("mail_pruning", HOUR, prune)
    if settings.smtp_url is None or settings.mail_from is None:
        return [], [pruning]
    delivery = Delivery(
        mails=mails,
        queue=queue,
        server=MailServer.read(settings.smtp_url.get_secret_value()),
        sender=lambda: make_sender(settings, services.account.merchant),
        make_link=SessionLinks(services.account.gateway, services.audit.write, clock),
        count=lambda what: services.metrics.mails.labels(outcome=what).inc(),
        tell=make_mail_notices(services).tell,
        clock=clock,
    )
    sweep = Every("mail", SECONDS_BETWEEN_SWEEPS, delivery.sweep, sweep=SWEEP_SECONDS)
    return [delivery.job()], [sweep, pruning]


def make_mail_notices(services: Services) -> MailNotices:
    """Return what shows agents the state of their mails."""
    replies = MailReplies(services.words, livemode=services.account.livemode)
    clock = services.clock.whole
    return MailNotices(services.slack, services.session, services.mails, replies, clock, services.readers)


async def make_sender(settings: Settings, merchant: MerchantProfile) -> Sender:
    """Return who mails come from: MAIL_FROM, with the merchant's name when it has no display name."""
    name, address = read_sender(settings.mail_from or "")
    reply_to = settings.mail_reply_to
    if not name:
        known = await merchant()
        name, reply_to = known.name, reply_to or known.support_email
    return Sender(name, address, read_sender(reply_to)[1] if reply_to else None)
