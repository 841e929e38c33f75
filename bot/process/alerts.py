"""Builds what people use to work on alerts. `alert_jobs` builds what raises and sends them."""

from bot.alerts.alert import BY_PEOPLE
from bot.alerts.catch_up import CatchUp
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rules import AlertRules
from bot.durations import Clock
from bot.health.health_alerts import SEVERITIES
from bot.outcomes.read_events import EVENTS
from bot.settings import Settings
from bot.slack.people import SlackPeople
from bot.store.audit import AuditTrail
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.use_cases.account import StripeAccount
from bot.use_cases.alert_actions import AlertActions
from bot.use_cases.alert_list import OpenAlerts
from bot.use_cases.page import RULE as PAGE_RULE


def alert_rules(settings: Settings) -> AlertRules:
    """Return the default alert rules with those of the settings file over them."""
    return AlertRules(
        settings.portalbot_config.alert, channel=settings.alert_channel, livemode=settings.livemode
    )


def needed_events(settings: Settings) -> tuple[str, ...]:
    """Return the types of events that rules tell about or that say what came of a link, as patterns."""
    return tuple(sorted({*alert_rules(settings).events, *EVENTS}))


def make_catch_up(settings: Settings, account: StripeAccount, events: StripeEvents, clock: Clock) -> CatchUp:
    """Return what fetches missed events, of the types that somebody needs."""
    rules = alert_rules(settings)
    return CatchUp(account.gateway, events, clock, lambda kind: kind not in EVENTS and rules.ignores(kind))


def make_alert_actions(
    account: StripeAccount,
    database: Database,
    audit: AuditTrail,
    people: SlackPeople,
    clock: Clock,
) -> AlertActions:
    """Return the actions behind the buttons of alerts."""
    return AlertActions(
        Alerts(database, BY_PEOPLE),
        audit,
        people.time_zone,
        clock,
        channel=account.alert_channel,
        livemode=account.livemode,
    )


def make_open_alerts(
    settings: Settings, database: Database, actions: AlertActions, clock: Clock
) -> OpenAlerts:
    """Return what answers the command `alerts`.

    Rules of Stripe's events and of health alerts can be muted.
    """
    return OpenAlerts(
        Alerts(database), actions, (*alert_rules(settings).names, *SEVERITIES, PAGE_RULE), clock
    )
