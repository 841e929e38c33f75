"""The people on call and what wakes them, put together from the settings: the same in web and worker."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.escalation import Escalations
from bot.alerts.handovers import Handovers
from bot.alerts.heartbeat import Heartbeat
from bot.alerts.outside import AppriseServices, Outside, Wording
from bot.alerts.roster import OnCall
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.alerts.weekly import WeeklyDigest
from bot.engine import Every, Job, JobQueue
from bot.group_members import GroupMembers
from bot.health.backlog import Backlog, read_backlog
from bot.health.health_alerts import HealthAlerts
from bot.health.self_check import SelfCheck
from bot.process.alerts import alert_rules
from bot.process.services import Services, now
from bot.settings import Settings
from bot.slack.people import SlackPeople
from bot.slack.user_groups import SlackUserGroups
from bot.store.database import Database
from bot.use_cases.oncall import OnCallCommands

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_BETWEEN_HANDOVERS = 10.0
SECONDS_BETWEEN_BEATS = 5.0
SECONDS_BETWEEN_DIGESTS = 60.0


@dataclass(frozen=True, slots=True)
class OnCallParts:
    """What is needed by whoever asks (`desk`) and by the process that runs jobs."""

    on_call: OnCall
    desk: OnCallCommands
    escalations: Escalations
    handovers: Handovers
    heartbeat: Heartbeat | None

    @property
    def jobs(self) -> Sequence[Job]:
        """The durable jobs."""
        return (self.escalations.job,)

    def every(self, queue: JobQueue) -> Sequence[Every]:
        """What is looked at again and again; new jobs go into `queue`."""
        watches = [
            Every("escalations", SECONDS_BETWEEN_LOOKS, lambda: self.escalations.begin(queue)),
            Every("handovers", SECONDS_BETWEEN_HANDOVERS, self.handovers.announce),
        ]
        if self.heartbeat is not None:
            # Each process looks; the row in the database lets one of them beat, once a minute.
            watches.append(Every("sign of life", SECONDS_BETWEEN_BEATS, self.heartbeat.beat))
        return watches


def health_alerts(settings: Settings, database: Database) -> HealthAlerts:
    """Where trouble of the bot's own is reported."""
    return HealthAlerts(Alerts(database), settings.alert_channel, now, livemode=settings.livemode)


def self_check(services: Services) -> SelfCheck:
    """What looks after the bot itself."""
    settings, database = services.settings, services.database
    behind_after = int(settings.portalbot_config.escalation.behind_after)

    async def backlog(since: int, at: int) -> Backlog:
        return await read_backlog(database, behind=behind_after, since=since, now=at)

    return SelfCheck(
        trouble=health_alerts(settings, database),
        rows=OnCallRows(database),
        examine=services.doctor.examine,
        backlog=backlog,
        behind_after=behind_after,
        clock=now,
    )


def weekly_digest(settings: Settings, database: Database) -> WeeklyDigest:
    """What tells each channel its week."""
    return WeeklyDigest(
        database=database,
        alerts=Alerts(database),
        table=settings.portalbot_config.digest,
        channel=settings.alert_channel,
        channel_of=alert_rules(settings).channel_of,
        clock=now,
    )


def make_oncall(
    settings: Settings, database: Database, client: AsyncWebClient, wording: Wording
) -> OnCallParts:
    """Put it together; nothing is opened. `wording` says an alert in plain text, for outside services."""
    file, rows, alerts = settings.portalbot_config, OnCallRows(database), Alerts(database)
    on_call = OnCall(file.rotation, settings.slack_oncall, GroupMembers(SlackUserGroups(client)), rows)
    addresses = settings.outside_addresses
    outside: Outside | None = AppriseServices(addresses, wording) if addresses is not None else None
    address = file.escalation.heartbeat_url
    return OnCallParts(
        on_call=on_call,
        desk=OnCallCommands(
            on_call=on_call,
            rows=rows,
            alerts=alerts,
            people=SlackPeople(client),
            channel=settings.alert_channel,
            clock=now,
        ),
        escalations=Escalations(
            alerts=alerts,
            rows=rows,
            on_call=on_call,
            plan=file.escalation,
            clock=time.time,
            channel=settings.alert_channel,
            outside=outside,
        ),
        handovers=Handovers(on_call, alerts, settings.alert_channel, now),
        heartbeat=Heartbeat(address, rows, now) if address is not None else None,
    )
