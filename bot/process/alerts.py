"""Builds the rules of alerts, and what fetches events that were missed."""

from bot.alerts.catch_up import CatchUp
from bot.alerts.rules import AlertRules
from bot.durations import Clock
from bot.outcomes.read_events import EVENTS
from bot.settings import Settings
from bot.store.events import StripeEvents
from bot.use_cases.account import StripeAccount


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
