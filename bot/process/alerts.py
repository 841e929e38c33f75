"""The alerts' share of the work that no request waits for."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.alert import Alert, StormLimit
from bot.alerts.catch_up import CatchUp
from bot.alerts.enrichment import Enrichment
from bot.alerts.event_handler import EventHandler
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.outbox import AlertOutbox, NoteToSend
from bot.alerts.rules import AlertRules
from bot.engine import Every
from bot.logs import get_log
from bot.metrics import Metrics
from bot.notify.alert_sender import AlertSender, NoteKinds
from bot.portal.stripe_access import StripeGateway
from bot.replies.alert import alert_message, note_message
from bot.settings import Settings
from bot.slack.post import SlackPost
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.words import Message, Words

HANDLING_SECONDS = 0.3
SENDING_SECONDS = 0.2
WAKING_SECONDS = 5.0
CATCHING_UP_SECONDS = 3600.0
EARLIER = 20
SLACK_TIMEOUT_SECONDS = 10

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class AlertWork:
    """What a process with the engine does for alerts."""

    alerts: Alerts
    handler: EventHandler
    sender: AlertSender
    catch_up: CatchUp
    clock: Callable[[], int]

    def every(self) -> list[Every]:
        """What is looked at again and again."""
        return [
            Every("stripe_events", HANDLING_SECONDS, self._handle),
            Every("alert_messages", SENDING_SECONDS, self._send),
            Every("snoozed_alerts", WAKING_SECONDS, self._wake),
            Every("missed_events", CATCHING_UP_SECONDS, self._catch_up),
        ]

    async def _handle(self) -> None:
        await self.handler.handle_waiting()

    async def _send(self) -> None:
        await self.sender.send_due()

    async def _wake(self) -> None:
        await self.alerts.wake_snoozed(self.clock())

    async def _catch_up(self) -> None:
        found = await self.catch_up.fetch()
        if found:
            _log.warning("missed_events_fetched", count=found)


def alert_rules(settings: Settings) -> AlertRules:
    """The rules of the settings file over the default ones."""
    return AlertRules(
        settings.portalbot_config.alert, channel=settings.alert_channel, livemode=settings.livemode
    )


def alert_work(
    settings: Settings,
    database: Database,
    gateway: StripeGateway,
    metrics: Metrics,
    session: aiohttp.ClientSession,
    words: Words,
    clock: Callable[[], int],
    events: StripeEvents | None = None,
) -> AlertWork:
    """Put it together; nothing is opened here. `events` is where this process takes them in, if it does."""
    limits = settings.portalbot_config.limits
    alerts = Alerts(database, StormLimit(limits.new_alerts_per_rule, limits.new_alerts_seconds))

    async def show_alert(alert: Alert) -> Message:
        earlier = (
            await alerts.of_customer(alert.customer, before=alert.id, limit=EARLIER) if alert.customer else ()
        )
        return alert_message(words, alert, earlier)

    def show_note(item: NoteToSend, plainly: bool) -> Message:
        return note_message(words, item.note, item.alert, plainly=plainly)

    sender = AlertSender(
        AlertOutbox(database, secrets.token_hex(8)),
        SlackPost(_client(settings, session)),
        metrics,
        show_alert=show_alert,
        show_note=show_note,
        enrich=Enrichment(gateway).about,
        kinds=NoteKinds(
            with_plain_twin=frozenset({"digest"}),
            while_open=frozenset({"alert_mention", "alert_direct", "alert_next"}),
        ),
    )
    is_busy = (lambda: events.is_busy) if events else (lambda: False)
    handler = EventHandler(alerts, alert_rules(settings), metrics, clock, is_busy)
    return AlertWork(alerts, handler, sender, CatchUp(gateway, StripeEvents(database), clock), clock)


def _client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that tries nothing twice: whether a message is there already is the sender's business."""
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None,
        base_url=settings.slack_api_url,
        session=session,
        timeout=SLACK_TIMEOUT_SECONDS,
        retry_handlers=[],
    )
