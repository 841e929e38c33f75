"""Builds the services that web process, worker and command line share, from the settings."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.alert import BY_PEOPLE
from bot.alerts.rows.alerts import Alerts
from bot.changes.rows import ChangeRows
from bot.durations import Clock
from bot.engine.lazy_queue import LazyQueue
from bot.health.anomalies import Anomalies
from bot.health.doctor import Doctor
from bot.health.health_alerts import SEVERITIES, HealthAlerts
from bot.logs import get_log
from bot.mail.rows import Mails, states_of
from bot.mail.templates import MailTemplates
from bot.metrics import Metrics
from bot.notify.answer_sender import AnswerSender
from bot.notify.link_response_urls import LinkResponseUrls
from bot.outcomes.rows import actions_of_links, keep_event
from bot.process.account import open_account
from bot.process.alerts import alert_rules
from bot.process.checkup import make_doctor, own_readings
from bot.process.oncall import OnCallServices, make_oncall
from bot.settings import Settings
from bot.slack.client import SLACK_TIMEOUT_SECONDS, slack_client
from bot.slack.people import SlackPeople
from bot.slack.post import SlackPost
from bot.slack.readers import Readers
from bot.store.audit import AuditTrail
from bot.store.clock import DatabaseClock
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.use_cases.account import StripeAccount
from bot.use_cases.alert_actions import AlertActions
from bot.use_cases.alert_list import OpenAlerts
from bot.use_cases.change_commands import ChangeCommands
from bot.use_cases.change_drafts import ChangeDrafts
from bot.use_cases.change_requests import ChangeRequests
from bot.use_cases.configuration_changes import ConfigurationChanges
from bot.use_cases.configuration_copy import ConfigurationCopies
from bot.use_cases.configuration_survey import ConfigurationReader
from bot.use_cases.configuration_usage import ConfigurationUsage
from bot.use_cases.history import HistoryReader
from bot.use_cases.link_maker import LinkMaker
from bot.use_cases.mail_service import MailService
from bot.use_cases.page import RULE as PAGE_RULE
from bot.use_cases.setup_survey import SetupReader
from bot.words import Words, messages_folder


def now() -> int:
    """Return the present time in Unix seconds."""
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Services:
    """The shared services of a process. `slack` and `session` are its Slack client and connection pool.

    `clock` is that of all processes together, for what they compare with each other.
    """

    settings: Settings
    words: Words
    metrics: Metrics
    session: aiohttp.ClientSession
    slack: AsyncWebClient
    post: SlackPost
    sender: AnswerSender
    people: SlackPeople
    readers: Readers
    account: StripeAccount
    database: Database
    clock: DatabaseClock
    queue: LazyQueue
    audit: AuditTrail
    response_urls: LinkResponseUrls
    events: StripeEvents
    links: LinkMaker
    mails: Mails
    mail: MailService
    on_call: OnCallServices
    alert_actions: AlertActions
    open_alerts: OpenAlerts
    health_alerts: HealthAlerts
    anomalies: Anomalies
    history: HistoryReader
    configurations: ConfigurationReader
    setup: SetupReader
    changes: ConfigurationChanges
    change_requests: ChangeRequests
    change_drafts: ChangeDrafts
    change_commands: ChangeCommands
    doctor: Doctor

    async def aclose(self) -> None:
        """Close the connections to Stripe and the database."""
        await self.readers.aclose()
        await self.account.products.aclose()
        await self.account.gateway.aclose()
        await self.queue.aclose()
        await self.database.close()


@asynccontextmanager
async def open_services(settings: Settings, *, remembers: bool) -> AsyncIterator[Services]:
    """Build the services for the time of the `with` block. Nothing is connected before its first use.

    With `remembers`, portal configurations and prices are cached for five minutes, as processes that run do;
    the command line always reads Stripe. `settings` must hold a Stripe key.
    """
    timeout = aiohttp.ClientTimeout(total=SLACK_TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        services = _make_services(settings, session, remembers=remembers)
        try:
            yield services
        finally:
            await services.aclose()


def _make_services(settings: Settings, session: aiohttp.ClientSession, *, remembers: bool) -> Services:
    words = Words(language=settings.portalbot_config.slack.language)
    metrics, slack = Metrics(), slack_client(settings, session)
    people = SlackPeople(slack)
    database = Database(settings.database_url.get_secret_value())
    shared_clock = DatabaseClock(database)
    clock = shared_clock.whole
    queue = LazyQueue(settings.database_url.get_secret_value())
    account = open_account(settings, database, metrics, remembers=remembers)
    audit = AuditTrail(database, metrics, states_of, actions_of_links)
    table = settings.portalbot_config.mail
    mails = Mails(database, per_day=table.per_day, minutes_between=table.minutes_between)
    links = LinkMaker(account, metrics, clock)
    on_call = make_oncall(settings, database, slack, people, words, shared_clock)
    actions = _make_alert_actions(account, database, audit, people, clock)
    rules = alert_rules(settings)
    health_alerts = HealthAlerts(on_call.alerts, account.alert_channel, clock, livemode=account.livemode)
    change_rows = ChangeRows(database)
    changes = ConfigurationChanges(account, change_rows, clock)
    change_requests = _make_change_requests(settings, account, changes, change_rows, audit, clock)
    events = StripeEvents(database, rules.ignores, keep_event)

    return Services(
        settings=settings,
        words=words,
        metrics=metrics,
        session=session,
        slack=slack,
        post=SlackPost(slack_client(settings, session, retries=False)),
        sender=AnswerSender(slack, session, get_log("bot.answers"), metrics.count_slack_error, words),
        people=people,
        readers=Readers(people, words.learn),
        account=account,
        database=database,
        clock=shared_clock,
        queue=queue,
        audit=audit,
        response_urls=LinkResponseUrls(),
        events=events,
        links=links,
        mails=mails,
        mail=_make_mail(settings, account, links, mails, queue, clock),
        on_call=on_call,
        alert_actions=actions,
        # Rules of Stripe's events and of the bot's own alerts can be muted.
        open_alerts=OpenAlerts(Alerts(database), actions, (*rules.names, *SEVERITIES, PAGE_RULE), clock),
        health_alerts=health_alerts,
        anomalies=Anomalies(health_alerts),
        history=HistoryReader(account, audit),
        configurations=ConfigurationReader(account, ConfigurationCopies(account, audit, clock)),
        setup=SetupReader(account, own_readings(settings, audit, events)),
        changes=changes,
        change_requests=change_requests,
        change_drafts=ChangeDrafts(account, changes, change_requests, change_rows, clock),
        change_commands=ChangeCommands(
            change_requests, changes, change_rows, audit, clock, livemode=account.livemode
        ),
        doctor=make_doctor(settings, account, database, slack, words),
    )


def _make_alert_actions(
    account: StripeAccount, database: Database, audit: AuditTrail, people: SlackPeople, clock: Clock
) -> AlertActions:
    return AlertActions(
        Alerts(database, BY_PEOPLE),
        audit,
        people.time_zone,
        clock,
        channel=account.alert_channel,
        livemode=account.livemode,
    )


def _make_mail(
    settings: Settings, account: StripeAccount, links: LinkMaker, mails: Mails, queue: LazyQueue, clock: Clock
) -> MailService:
    table = settings.portalbot_config.mail
    return MailService(
        account=account,
        links=links,
        mails=mails,
        templates=MailTemplates(messages_folder(), table.templates),
        queue=queue,
        language=table.language,
        is_set_up=settings.sends_mail,
        clock=clock,
    )


def _make_change_requests(
    settings: Settings,
    account: StripeAccount,
    changes: ConfigurationChanges,
    rows: ChangeRows,
    audit: AuditTrail,
    clock: Clock,
) -> ChangeRequests:
    return ChangeRequests(
        account,
        changes,
        rows,
        clock,
        channel=settings.approvals_channel,
        four_eyes=settings.portalbot_config.approvals.four_eyes,
        usage=ConfigurationUsage(audit, settings.portalbot_config.configurations, clock),
    )
