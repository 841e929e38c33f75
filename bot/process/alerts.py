"""Alerts as people see them, put together from the settings; `alert_jobs` raises and sends them."""

from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.rows.alerts import Alerts
from bot.alerts.rules import AlertRules
from bot.health.health_alerts import SEVERITIES
from bot.settings import Settings
from bot.slack.people import SlackPeople
from bot.store.audit import AuditTrail
from bot.store.database import Database
from bot.use_cases.account import StripeAccount
from bot.use_cases.alert_actions import AlertActions
from bot.use_cases.alert_list import OpenAlerts


def alert_rules(settings: Settings) -> AlertRules:
    """Read the rules of the settings file over the default ones."""
    return AlertRules(
        settings.portalbot_config.alert, channel=settings.alert_channel, livemode=settings.livemode
    )


def make_alert_actions(
    account: StripeAccount,
    database: Database,
    audit: AuditTrail,
    slack: AsyncWebClient,
    clock: Callable[[], int],
) -> AlertActions:
    """Make what the buttons of alerts do."""
    return AlertActions(
        Alerts(database),
        audit,
        SlackPeople(slack).time_zone,
        clock,
        channel=account.alert_channel,
        livemode=account.livemode,
    )


def make_open_alerts(
    settings: Settings, database: Database, actions: AlertActions, clock: Callable[[], int]
) -> OpenAlerts:
    """Make what lists alerts, and mutes rules by name."""
    return OpenAlerts(Alerts(database), actions, (*alert_rules(settings).names, *SEVERITIES), clock)
