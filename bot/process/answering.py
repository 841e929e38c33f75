"""Builds what answers people in Slack, for the web process and for a process that sweeps up after one."""

from dataclasses import dataclass

from bot.handlers.mail_submissions import MailSubmissions
from bot.handlers.requesters import Requesters
from bot.mail.requests import MailRequests
from bot.notify.limit_notice import LimitNotice
from bot.portal.customer_texts import CustomerTexts
from bot.process.dispatching import make_dispatcher
from bot.process.mail_jobs import make_mail_notices
from bot.process.services import Services
from bot.replies import Replies
from bot.replies.mail import MailReplies
from bot.slack.user_groups import SlackUserGroups
from bot.slack.views import Views
from bot.use_cases.access import Access
from bot.use_cases.dispatcher import Dispatcher
from bot.words import messages_folder


@dataclass(frozen=True, slots=True)
class Answering:
    """What answers which verb, who may do what, how they are told, and the mails that they have sent off."""

    dispatcher: Dispatcher
    user_groups: SlackUserGroups
    replies: Replies
    mail_replies: MailReplies
    requesters: Requesters
    submissions: MailSubmissions


def make_answering(services: Services) -> Answering:
    """Return it. Nothing is connected yet."""
    settings, words, account = services.settings, services.words, services.account
    dispatcher, user_groups = make_dispatcher(services), SlackUserGroups(services.slack)
    texts = CustomerTexts(messages_folder())
    replies = Replies(words, texts, settings.slack_command, livemode=account.livemode)
    mail_replies = MailReplies(words, livemode=account.livemode)

    requesters = Requesters(
        Access.from_settings(settings, user_groups, user_groups.home_teams, services.people.is_outsider),
        replies,
        LimitNotice(services.on_call.alerts, account.alert_channel, services.clock.whole),
    )
    submissions = MailSubmissions(
        MailRequests(services.database),
        dispatcher,
        services.mail,
        requesters,
        Views(services.slack),
        mail_replies,
        make_mail_notices(services),
        services.sender,
        services.clock.whole,
        services.readers,
    )
    return Answering(dispatcher, user_groups, replies, mail_replies, requesters, submissions)
