"""Builds the web process: Bolt, and every handler with what it needs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from bot.commands.verbs import UseCase
from bot.errors import Refused
from bot.group_members import LookupFailed
from bot.handlers.alert_buttons import AlertButtons
from bot.handlers.billing_help import BillingHelp
from bot.handlers.bolt_app import make_bolt_app
from bot.handlers.boundary import Boundary
from bot.handlers.buttons import Buttons
from bot.handlers.command_runner import CommandRunner, Modal
from bot.handlers.commands import Commands
from bot.handlers.config_edit import ConfigEdit
from bot.handlers.home import Home
from bot.handlers.listeners import Handlers, register
from bot.handlers.mail_modal import MailModal
from bot.handlers.page_window import PageWindow
from bot.handlers.recent_links import RecentLinks
from bot.handlers.setting_changes import SettingChanges
from bot.handlers.shortcut import Shortcut
from bot.handlers.slack_events import SlackEvents
from bot.handlers.slack_socket import SlackSocket
from bot.handlers.workload import BackgroundTasks
from bot.logs import get_log
from bot.notify.progress import Progress
from bot.process.answering import make_answering
from bot.process.changes import make_change_notices
from bot.process.services import Services, now, open_services
from bot.process.stripe_share import sharing_stripe
from bot.replies.change import ChangeReplies
from bot.settings import Settings
from bot.slack.user_groups import SlackUserGroups
from bot.slack.views import Views
from bot.use_cases.suggestions import CustomerSuggestions

SECONDS_TO_FINISH = 25
"""How long answers in progress may take when the process is told to stop; platforms kill it after 30 s."""

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Web:
    """A web process: its services, its Bolt app, and the work that goes on after acknowledgements.

    `socket` is there in Socket Mode.
    """

    services: Services
    bolt: AsyncApp
    background: BackgroundTasks
    user_groups: SlackUserGroups
    socket: SlackSocket | None


@asynccontextmanager
async def open_web(settings: Settings) -> AsyncIterator[Web]:
    """Build the web process for the time of the `with` block, then wait for the answers in progress."""
    async with open_services(settings, remembers=True) as services, sharing_stripe(services):
        web = _make_web(services)
        try:
            yield web
        finally:
            await web.background.finish(SECONDS_TO_FINISH)


@dataclass(frozen=True, slots=True)
class Reached:
    """Who answered when the process started, with the portal's settings or the workspace."""

    slack: bool
    stripe: bool


async def warm_up(web: Web) -> Reached:
    """Read from Slack and Stripe what every answer needs, so that the first agent does not wait for it.

    What cannot be read is logged, and read when it is needed.
    """
    slack, stripe, _, _ = await asyncio.gather(
        _warm_up_slack(web), _warm_up_stripe(web), web.services.account.products.start(), _warm_up_mails(web)
    )
    return Reached(slack, stripe)


async def _warm_up_slack(web: Web) -> bool:
    try:
        await web.user_groups.home_teams()
    except LookupFailed:
        _log.warning("slack_not_reached_at_start")
        return False
    return True


async def _warm_up_stripe(web: Web) -> bool:
    try:
        configuration = await web.services.account.configurations.get()
        await web.services.account.prices.of(configuration)
    except Refused as refused:
        _log.warning("portal_configuration_not_read_at_start", code=refused.code)
        return False
    return True


async def _warm_up_mails(web: Web) -> None:
    if web.services.settings.sends_mail:
        await web.services.account.merchant()


def _make_web(services: Services) -> Web:
    settings, words, account = services.settings, services.words, services.account
    answering, views = make_answering(services), Views(services.slack)
    sender, replies, requesters = services.sender, answering.replies, answering.requesters
    background = BackgroundTasks(get_log("bot.workload"))
    boundary = Boundary(sender, replies, background, get_log("bot.boundary"), services.readers)
    mail_modal = MailModal(
        answering.dispatcher, answering.submissions, requesters, views, answering.mail_replies
    )
    recent_links = RecentLinks(now)
    windows = ChangeReplies(words)
    setting_changes = SettingChanges(
        services.change_requests,
        services.change_commands,
        make_change_notices(services),
        requesters,
        views,
        replies,
        windows,
    )
    config_edit = ConfigEdit(
        services.change_drafts, setting_changes, requesters, views, replies, words, windows
    )
    runner = CommandRunner(
        answering.dispatcher,
        requesters,
        replies,
        recent_links,
        Progress(sender, words),
        {
            UseCase.EMAIL: Modal(mail_modal.open, answering.submissions.keep),
            UseCase.CONFIGURATIONS: Modal(config_edit.open),
        },
    )
    bolt = make_bolt_app(settings, signing_secret(settings))
    register(
        bolt,
        boundary,
        Handlers(
            commands=Commands(runner, replies),
            buttons=Buttons(runner, sender, views, recent_links, words, reason_needed=account.reason_needed),
            shortcut=Shortcut(runner, views, words),
            anywhere=BillingHelp(
                runner,
                answering.dispatcher,
                CustomerSuggestions(account.gateway, account.lookup),
                requesters,
                views,
                words,
            ),
            home=Home(requesters, services.history, services.open_alerts, views, replies),
            alerts=AlertButtons(services.alert_actions, requesters, views, words),
            mail=mail_modal,
            page=PageWindow(runner, views, words),
            events=SlackEvents(services.anomalies),
            changes=setting_changes,
            edit=config_edit,
        ),
    )
    return Web(services, bolt, background, answering.user_groups, _socket(services, bolt))


def _socket(services: Services, bolt: AsyncApp) -> SlackSocket | None:
    token = services.settings.slack_app_token
    if token is None:
        return None
    gauge = services.metrics.slack_socket
    gauge.set(0)
    log = get_log("bot.slack")
    return SlackSocket(bolt, services.slack, token.get_secret_value(), log, gauge.set)


def signing_secret(settings: Settings) -> str:
    """Return the secret that Slack signs requests with. When it is empty, every request is refused."""
    return settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
