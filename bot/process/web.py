"""Putting the web process together: Slack's client, Bolt, and every handler with what it needs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.rows.alerts import Alerts
from bot.errors import Refused
from bot.group_members import LookupFailed
from bot.handlers.alert_buttons import AlertButtons
from bot.handlers.answering import Answering
from bot.handlers.bolt_app import make_bolt_app
from bot.handlers.boundary import Boundary
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Commands
from bot.handlers.home import Home
from bot.handlers.listeners import register
from bot.handlers.mail_window import MailWindow
from bot.handlers.recent_links import RecentLinks
from bot.handlers.shortcut import Shortcut
from bot.handlers.workload import BackgroundTasks
from bot.health.anomalies import Anomalies
from bot.health.health_alerts import SEVERITIES
from bot.logs import get_log
from bot.notify.answers import SLACK_TIMEOUT_SECONDS, Answers, retry_handlers
from bot.notify.limit_notice import LimitNotice
from bot.notify.mail_notices import MailNotices
from bot.notify.progress import Progress
from bot.portal.customer_texts import CustomerTexts
from bot.process.alerts import alert_rules
from bot.process.checkup import further_checks
from bot.process.mail import make_mail_desk, make_mails
from bot.process.oncall import OnCallParts, health_alerts, make_oncall
from bot.process.services import Services, make_services, now, reason_needed
from bot.replies import Replies
from bot.replies.mail import MailReplies
from bot.replies.outside import outside_wording
from bot.settings import Settings
from bot.slack.people import SlackPeople
from bot.slack.user_groups import SlackUserGroups
from bot.slack.windows import Windows
from bot.use_cases.access import Access
from bot.use_cases.alert_actions import AlertActions
from bot.use_cases.alert_list import OpenAlerts
from bot.use_cases.disagreement import Disagreement
from bot.words import Words, messages_folder

SECONDS_TO_FINISH = 25
"""What answers in flight get when the process is told to stop; platforms kill after 30."""

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Web:
    """The parts of a running web process."""

    services: Services
    words: Words
    slack: AsyncApp
    client: AsyncWebClient
    session: aiohttp.ClientSession
    workload: BackgroundTasks
    user_groups: SlackUserGroups
    oncall: OnCallParts
    noticed: Anomalies


@asynccontextmanager
async def open_web(settings: Settings) -> AsyncIterator[Web]:
    """Put the web process together and close it again, after the answers in flight."""
    timeout = aiohttp.ClientTimeout(total=SLACK_TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        web = _make_web(settings, Words(), session)
        try:
            yield web
        finally:
            await web.workload.finish(SECONDS_TO_FINISH)
            await web.services.aclose()


async def warm_up(web: Web) -> None:
    """Ask once for what every answer needs, so that the first agent does not wait for it."""
    await asyncio.gather(_know_workspace(web), _know_portal(web))


async def _know_workspace(web: Web) -> None:
    try:
        await web.user_groups.home_teams()
    except LookupFailed:
        _log.warning("slack_not_reached_at_start")


async def _know_portal(web: Web) -> None:
    try:
        await web.services.configurations.get()
    except Refused as refused:
        _log.warning("portal_configuration_not_read_at_start", code=refused.code)


def _make_web(settings: Settings, words: Words, session: aiohttp.ClientSession) -> Web:
    client = slack_client(settings, session)
    checks = further_checks(settings, client)
    services = make_services(settings, keeps_configurations=True, further_checks=checks)
    user_groups = SlackUserGroups(client)
    alerts = _take_on_alerts(services, client, words)
    texts = CustomerTexts(messages_folder())
    replies = Replies(words, texts, settings.slack_command, livemode=settings.livemode)

    def count_error(way: str) -> None:
        services.metrics.slack_errors.labels(way=way).inc()

    answers = Answers(client, session, get_log("bot.answers"), count_error)
    workload = BackgroundTasks(get_log("bot.workload"))
    boundary = Boundary(answers, replies, words, workload, get_log("bot.boundary"))
    recent_links = RecentLinks(now)
    answering = Answering(
        services.dispatcher,
        Access.from_settings(settings, user_groups, user_groups.home_teams),
        replies,
        recent_links,
        LimitNotice(client, words, settings.alert_channel, now, count_error),
        Progress(answers, words),
    )
    windows = Windows(client)
    slack = make_bolt_app(settings, signing_secret(settings))
    _mail_window(services, client, session, words, answering).register(slack, boundary)
    register(
        slack,
        boundary,
        Commands(answering),
        Buttons(answering, windows, recent_links, words, reason_needed=reason_needed(settings)),
        Shortcut(answering, windows, words),
        Home(answering, services.dispatcher, alerts.list, windows, replies),
        AlertButtons(alerts.desk, answering, words),
    )
    return Web(services, words, slack, client, session, workload, user_groups, alerts.oncall, alerts.noticed)


@dataclass(frozen=True, slots=True)
class _AlertParts:
    oncall: OnCallParts
    desk: AlertActions
    list: OpenAlerts
    noticed: Anomalies


def _take_on_alerts(services: Services, client: AsyncWebClient, words: Words) -> _AlertParts:
    """What the web process needs for alerts and people on call; the desk learns their verbs."""
    settings, database = services.settings, services.database
    oncall = make_oncall(settings, database, client, outside_wording(words))
    desk = AlertActions(
        Alerts(database),
        services.audit,
        SlackPeople(client).zone,
        now,
        channel=settings.alert_channel,
        livemode=settings.livemode,
    )
    listing = OpenAlerts(Alerts(database), desk, (*alert_rules(settings).names, *SEVERITIES), now)
    noticed = Anomalies(health_alerts(settings, database))

    async def on_disagreement(verb: str, disagreement: Disagreement) -> None:
        await noticed.disagreement(verb, disagreement.missed, stripe_allowed=disagreement.stripe_allowed)

    services.dispatcher.tell_disagreements(on_disagreement)
    services.dispatcher.also({"oncall": oncall.desk.answer, "alerts": listing.answer})
    return _AlertParts(oncall, desk, listing, noticed)


def _mail_window(
    services: Services,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    words: Words,
    answering: Answering,
) -> MailWindow:
    replies = MailReplies(words, livemode=services.settings.livemode)
    mails = make_mails(services)
    desk = make_mail_desk(services, mails)
    notices = MailNotices(client, session, mails, replies, now)
    window = MailWindow(services.dispatcher, desk, answering, Windows(client), replies, notices)

    services.dispatcher.also({"email": desk.answer})
    answering.in_windows({"email": window.open})
    return window


def slack_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    """The one client that calls Slack; the session is shared and stays the caller's."""
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None,
        base_url=settings.slack_api_url,
        session=session,
        timeout=SLACK_TIMEOUT_SECONDS,
        retry_handlers=retry_handlers(),
    )


def signing_secret(settings: Settings) -> str:
    """The secret that Slack signs with; empty refuses everything."""
    return settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
