"""Builds what knows and pages the people on call, the same in the web process and in the worker."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.alert import BY_PEOPLE
from bot.alerts.escalation import Escalations
from bot.alerts.forgotten import ForgottenAlerts
from bot.alerts.handovers import Handovers
from bot.alerts.heartbeat import Heartbeat
from bot.alerts.outside import AppriseServices, Outside
from bot.alerts.roster import OnCall
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.alerts.rows.swaps import SwapRows
from bot.durations import Clock
from bot.engine import SWEEP_SECONDS, Every, JobQueue
from bot.group_members import GroupMembers
from bot.replies.outside import outside_wording
from bot.settings import Settings
from bot.slack.oncall_group import OnCallGroup
from bot.slack.people import SlackPeople
from bot.slack.place_links import PlaceLinks
from bot.slack.user_groups import SlackUserGroups
from bot.store.clock import DatabaseClock
from bot.store.database import Database
from bot.use_cases.account import StripeAccount
from bot.use_cases.oncall import OnCallCommands
from bot.use_cases.page import Paging
from bot.words import Words

SECONDS_BETWEEN_ESCALATIONS = 0.5
SECONDS_BETWEEN_HANDOVERS = 10.0
SECONDS_BETWEEN_QUESTIONS = 30.0
SECONDS_BETWEEN_BEATS = 5.0


@dataclass(frozen=True, slots=True)
class OnCallServices:
    """What answers the command `oncall`, and the periodic work about people on call."""

    on_call: OnCall
    alerts: Alerts
    rows: OnCallRows
    commands: OnCallCommands
    escalations: Escalations
    forgotten: ForgottenAlerts
    handovers: Handovers
    heartbeat: Heartbeat | None
    group: OnCallGroup | None = None

    def every(self, queue: JobQueue) -> Sequence[Every]:
        """Return the periodic work, which puts new jobs into `queue`."""
        periodic = [
            Every(
                "escalations",
                SECONDS_BETWEEN_ESCALATIONS,
                lambda: self.escalations.begin(queue),
                sweep=SWEEP_SECONDS,
            ),
            Every("forgotten_alerts", SECONDS_BETWEEN_QUESTIONS, self.forgotten.look),
            Every("handovers", SECONDS_BETWEEN_HANDOVERS, self.handovers.announce),
        ]
        if self.group is not None:
            periodic.append(Every("oncall_group", SECONDS_BETWEEN_HANDOVERS, self.group.keep))
        if self.heartbeat is not None:
            # Every process tries; a row in the database lets one of them send the heartbeat, once a minute.
            periodic.append(Every("sign of life", SECONDS_BETWEEN_BEATS, self.heartbeat.beat))
        return periodic


def make_oncall(
    settings: Settings,
    database: Database,
    slack: AsyncWebClient,
    people: SlackPeople,
    words: Words,
    clock: DatabaseClock,
) -> OnCallServices:
    """Return everything about people on call. Nothing is connected yet."""
    file, rows, alerts = settings.portalbot_config, OnCallRows(database), Alerts(database, BY_PEOPLE)
    on_call = OnCall(file.rotation, settings.slack_oncall, GroupMembers(SlackUserGroups(slack)), rows)
    addresses = settings.outside_addresses
    outside: Outside | None = AppriseServices(addresses, outside_wording(words)) if addresses else None
    address = file.escalation.heartbeat_url
    kept = file.rotation.user_group
    return OnCallServices(
        on_call=on_call,
        group=OnCallGroup(kept, on_call, SlackUserGroups(slack), slack, clock.whole) if kept else None,
        alerts=alerts,
        rows=rows,
        commands=OnCallCommands(
            on_call=on_call,
            rows=rows,
            swaps=SwapRows(database),
            people=people,
            channel=settings.alert_channel,
            clock=clock.whole,
        ),
        escalations=Escalations(
            alerts=alerts,
            rows=rows,
            on_call=on_call,
            plan=file.escalation,
            clock=clock,
            channel=settings.alert_channel,
            outside=outside,
        ),
        forgotten=ForgottenAlerts(alerts, file.escalation, clock.whole),
        handovers=Handovers(on_call, alerts, settings.alert_channel, clock.whole),
        heartbeat=Heartbeat(address, rows, clock.whole) if address is not None else None,
    )


def make_paging(
    account: StripeAccount, services: OnCallServices, slack: AsyncWebClient, clock: Clock
) -> Paging:
    """Return what answers the command `page`."""
    return Paging(
        services.alerts,
        services.on_call,
        PlaceLinks(slack).link_to,
        clock,
        channel=account.alert_channel,
        livemode=account.livemode,
    )
