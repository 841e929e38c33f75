"""Builds what makes alerts of stored events and sends them, for a process that runs jobs."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bot.alerts.alert import Alert, Note, StormLimit
from bot.alerts.catch_up import CatchUp
from bot.alerts.enrichment import Enrichment
from bot.alerts.event_handler import EventHandler
from bot.alerts.next_step import next_step
from bot.alerts.payment_page import payment_page
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.due_dates import pass_due_dates
from bot.alerts.rows.outbox import AlertOutbox
from bot.alerts.rows.stuck import StuckMessages
from bot.alerts.rows.to_send import NoteToSend
from bot.alerts.rows.totals import read_total
from bot.durations import HOUR, MINUTE, Clock
from bot.engine import SWEEP_SECONDS, Every
from bot.health.health_alerts import HealthAlerts
from bot.health.missed_events import tell_missed_events
from bot.logs import get_log
from bot.notify.alert_sender import AlertSender, Showing
from bot.notify.closed_channels import ClosedChannels
from bot.process.alerts import alert_rules, make_catch_up
from bot.process.changes import who_changed
from bot.process.services import Services
from bot.replies.alert import Around, alert_message, note_message
from bot.slack.place_links import PlaceLinks
from bot.store.database import Database
from bot.words import Message

# Seconds between two turns.
HANDLING_SECONDS = 0.3
SENDING_SECONDS = 0.2
WAKING_SECONDS = 5.0
EARLIER = 20
"""How many earlier alerts of the customer an alert can name."""

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class AlertJobs:
    """The periodic work on alerts of a process that runs jobs."""

    database: Database
    alerts: Alerts
    handler: EventHandler
    sender: AlertSender
    catch_up: CatchUp
    health: HealthAlerts
    clock: Clock

    def every(self) -> list[Every]:
        """Return the periodic work."""
        return [
            Every("stripe_events", HANDLING_SECONDS, self._handle, sweep=SWEEP_SECONDS),
            Every("alert_messages", SENDING_SECONDS, self.sender.send_due, sweep=SWEEP_SECONDS),
            Every("snoozed_alerts", WAKING_SECONDS, self._wake),
            Every("due_dates", MINUTE, self._pass_due_dates),
            Every("missed_events", HOUR, self._catch_up),
        ]

    async def _handle(self) -> None:
        await self.handler.handle_waiting()

    async def _wake(self) -> None:
        await self.alerts.wake_snoozed(self.clock())

    async def _pass_due_dates(self) -> None:
        await pass_due_dates(self.database, self.clock())

    async def _catch_up(self) -> None:
        missed = await self.catch_up.fetch()
        if missed:
            _log.warning("missed_events_fetched", count=len(missed))
        await tell_missed_events(self.health, missed, self.clock())


def make_alert_jobs(services: Services) -> AlertJobs:
    """Return the periodic work on alerts. Nothing is connected yet."""
    settings, database, words = services.settings, services.database, services.words
    clock = services.clock.whole
    limits = settings.portalbot_config.limits
    alerts = Alerts(database, StormLimit(limits.new_alerts_per_rule, limits.new_alerts_seconds))

    plan, place_of = settings.portalbot_config.escalation, PlaceLinks(services.slack).link_to

    async def show_alert(alert: Alert, copy: Note | None) -> Message:
        async def earlier() -> Sequence[Alert]:
            customer = alert.customer or alert.about.get("customer")
            return await alerts.of_customer(customer, before=alert.id, limit=EARLIER) if customer else ()

        async def place() -> str | None:
            if copy is None or alert.message_channel is None:
                return None
            return await place_of(alert.message_channel, alert.message_ts)

        known, page, where = await asyncio.gather(
            earlier(), payment_page(services.account.gateway, alert), place()
        )
        step = next_step(plan, alert, clock(), has_outside=bool(settings.outside_addresses))
        return alert_message(words, alert, Around(known, page, step, copy, where, mails=settings.sends_mail))

    def show_note(item: NoteToSend, plainly: bool) -> Message:
        return note_message(words, item.note, item.alert, plainly=plainly)

    sender = AlertSender(
        AlertOutbox(database, secrets.token_hex(8)),
        services.post,
        services.metrics,
        ClosedChannels(
            StuckMessages(database),
            alerts,
            services.health_alerts,
            services.on_call.on_call,
            fallback=settings.alert_channel,
            clock=clock,
        ),
        showing=Showing(show_alert, show_note, services.readers.speaking_to),
        enrich=Enrichment(
            services.account.gateway,
            who_changed=who_changed(database),
            total_of=lambda alert: read_total(database, alert),
        ).about,
        now_ms=services.clock.milliseconds,
    )
    rules = alert_rules(settings)
    handler = EventHandler(alerts, rules, services.metrics, clock)
    catch_up = make_catch_up(settings, services.account, services.events, clock)
    return AlertJobs(database, alerts, handler, sender, catch_up, services.health_alerts, clock)
