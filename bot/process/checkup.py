"""What the self-check looks at beyond Stripe and the database: Slack, mail server, people on call, pagers.

The same in Slack, at a terminal and in the hourly look after the bot itself.
"""

from collections.abc import Callable, Mapping

from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.checkup import OnCallCheckup, OutsideCheckup
from bot.alerts.outside import AppriseServices
from bot.alerts.roster import OnCall
from bot.alerts.rows.oncall import OnCallRows
from bot.group_members import GroupMembers
from bot.health.doctor import Look
from bot.mail.checkup import MailCheckup
from bot.process.services import now
from bot.replies.outside import outside_wording
from bot.settings import Settings
from bot.slack.checkup import Needed, SlackCheckup
from bot.slack.user_groups import SlackUserGroups
from bot.store.database import Database
from bot.words import Words


def further_checks(settings: Settings, client: AsyncWebClient) -> Callable[[Database], Mapping[str, Look]]:
    """What makes the looks, by name, once there is a database. Nothing is opened."""
    rotation, addresses = settings.portalbot_config.rotation, settings.outside_addresses
    on_call_named = rotation.people or ((rotation.group,) if rotation.group else settings.slack_oncall)
    everybody = {*settings.slack_agents, *settings.slack_leads, *settings.slack_oncall, *on_call_named}
    needed = Needed(
        token=settings.slack_bot_token is not None,
        groups=tuple(sorted(each for each in everybody if each.startswith("S"))),
        people=tuple(each for each in on_call_named if not each.startswith("S")),
        alerts=settings.alert_channel is not None,
    )

    def looks(database: Database) -> Mapping[str, Look]:
        members = GroupMembers(SlackUserGroups(client))
        on_call = OnCall(rotation, settings.slack_oncall, members, OnCallRows(database))
        pagers = AppriseServices(addresses, outside_wording(Words())) if addresses is not None else None
        return {
            "slack": SlackCheckup(client, needed),
            "mail": MailCheckup(settings.smtp_url if settings.mail_from is not None else None),
            "oncall": OnCallCheckup(on_call, now, named=bool(on_call_named)),
            "outside": OutsideCheckup(pagers),
        }

    return looks
