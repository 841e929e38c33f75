"""Builds what knows and pages the people on call, the same in the web process and in the worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.alert import BY_PEOPLE
from bot.alerts.escalation import Escalations
from bot.alerts.forgotten import ask_about_forgotten
from bot.alerts.handovers import announce_handover
from bot.alerts.heartbeat import beat
from bot.alerts.outside import AppriseServices
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
    group: OnCallGroup | None
    periodic: Sequence[Every]

    def every(self, queue: JobQueue) -> Sequence[Every]:
        """Return the periodic work, which puts new jobs into `queue`."""
        begin = partial(self.escalations.begin, queue)
        escalating = Every("escalations", SECONDS_BETWEEN_ESCALATIONS, begin, sweep=SWEEP_SECONDS)
        return [escalating, *self.periodic]


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
    outside = AppriseServices(addresses, outside_wording(words)).tell if addresses else None
    address = file.escalation.heartbeat_url
    kept, channel, now = file.rotation.user_group, settings.alert_channel, clock.whole
    group = OnCallGroup(kept, on_call, SlackUserGroups(slack), slack, now) if kept else None
    asking = partial(ask_about_forgotten, alerts, file.escalation, now)
    announcing = partial(announce_handover, on_call, alerts, channel, now)
    periodic = [
        Every("forgotten_alerts", SECONDS_BETWEEN_QUESTIONS, asking),
        Every("handovers", SECONDS_BETWEEN_HANDOVERS, announcing),
    ]
    if group is not None:
        periodic.append(Every("oncall_group", SECONDS_BETWEEN_HANDOVERS, group.keep))
    if address is not None:
        # Every process tries; a row in the database lets one of them send the heartbeat, once a minute.
        periodic.append(Every("sign of life", SECONDS_BETWEEN_BEATS, partial(beat, address, rows, now)))
    return OnCallServices(
        on_call=on_call,
        group=group,
        periodic=periodic,
        alerts=alerts,
        rows=rows,
        commands=OnCallCommands(
            on_call=on_call,
            rows=rows,
            swaps=SwapRows(database),
            people=people,
            channel=channel,
            clock=now,
        ),
        escalations=Escalations(
            alerts=alerts,
            rows=rows,
            on_call=on_call,
            plan=file.escalation,
            clock=clock,
            channel=channel,
            outside=outside,
        ),
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
