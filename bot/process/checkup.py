"""Builds the self-check from the settings: Stripe and database, Slack, mail server, people on call, pagers.

`/portal doctor`, `portalbot doctor` and the hourly self-check all run this one.
"""

import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import make_url

from bot.alerts.checkup import check_on_call, check_outside
from bot.alerts.outside import AppriseServices
from bot.alerts.roster import OnCall
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.check import Check
from bot.engine.jobs import Timing
from bot.engine.processes import count_living
from bot.group_members import GroupMembers
from bot.health.doctor import Doctor, Probe
from bot.health.health_alerts import HealthAlerts, closed_channel
from bot.health.machine import check_machine
from bot.health.public_address import check_public_address
from bot.mail.checkup import check_mail
from bot.portal.key_check import KeyCheck
from bot.process.alerts import needed_events
from bot.replies.outside import outside_wording
from bot.settings import Settings
from bot.settings.unknown import unknown_settings
from bot.slack.channels import ChannelCheckup
from bot.slack.checkup import SlackCheckup, SlackRequirements, check_app_token
from bot.slack.user_groups import SlackUserGroups
from bot.store.audit import AuditTrail
from bot.store.clock import DatabaseClock
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.store.migrate import is_current
from bot.use_cases.account import StripeAccount
from bot.use_cases.setup_survey import OwnReadings
from bot.words import Words


def make_doctor(
    settings: Settings, account: StripeAccount, database: Database, slack: AsyncWebClient, words: Words
) -> Doctor:
    """Build the self-check. Nothing is connected until it runs."""
    return Doctor(
        settings=_set_up(settings),
        key=KeyCheck(account.gateway),
        configurations=account.configurations,
        database_current=lambda: is_current(database),
        further=_probes(settings, account, database, slack, words),
    )


def own_readings(settings: Settings, audit: AuditTrail, events: StripeEvents) -> OwnReadings:
    """Return where `setup` reads what the bot knows of itself."""
    return OwnReadings(needed_events(settings), audit, events, _mail_server(settings))


def _mail_server(settings: Settings) -> Probe:
    return partial(check_mail, settings.smtp_url if settings.mail_from is not None else None)


def _set_up(settings: Settings) -> list[Check]:
    key, mode = settings.stripe_api_key, "live" if settings.livemode else "test"
    return [
        _setting("key", key and key.get_secret_value().startswith("rk_"), mode, "unrestricted"),
        _setting("agents", settings.slack_agents, "named", "everybody"),
        _setting("webhook", settings.stripe_webhook_secret),
        *([] if settings.slack_app_token else [_setting("signing_secret", settings.slack_signing_secret)]),
        *([] if settings.alert_channel else [Check("alert_channel", "warn", "not_set")]),
    ]


def _setting(name: str, good: object, outcome: str = "set", otherwise: str = "not_set") -> Check:
    return Check(name, "ok", outcome) if good else Check(name, "warn", otherwise)


def _probes(
    settings: Settings, account: StripeAccount, database: Database, slack: AsyncWebClient, words: Words
) -> Mapping[str, Probe]:
    rotation, addresses = settings.portalbot_config.rotation, settings.outside_addresses
    on_call_named = rotation.people or ((rotation.group,) if rotation.group else settings.slack_oncall)
    kept = (rotation.user_group,) if rotation.user_group else ()
    everybody = {*settings.slack_agents, *settings.slack_leads, *settings.slack_oncall, *on_call_named, *kept}
    required = SlackRequirements(
        token=settings.slack_bot_token is not None,
        groups=tuple(sorted(each for each in everybody if each.startswith("S"))),
        people=tuple(each for each in on_call_named if not each.startswith("S")),
        alerts=settings.alert_channel is not None,
        keeps_group=bool(kept),
    )
    members = GroupMembers(SlackUserGroups(slack))
    on_call = OnCall(rotation, settings.slack_oncall, members, OnCallRows(database))

    async def settings_named() -> tuple[Check, ...]:
        return check_names(settings)

    pagers = AppriseServices(addresses, outside_wording(words)) if addresses is not None else None
    return {
        "settings": settings_named,
        "slack": SlackCheckup(slack, required),
        "alert_channel": _channels(settings, database, slack),
        **_app_token(settings, slack),
        "mail": _mail_server(settings),
        "oncall": partial(check_on_call, on_call, _now, named=bool(on_call_named)),
        "outside": partial(
            check_outside, pagers, heartbeat=settings.portalbot_config.escalation.heartbeat_url is not None
        ),
        "address": partial(check_public_address, account.gateway.shop.webhook_endpoints),
        "machine": _machine(settings, database),
    }


def _machine(settings: Settings, database: Database) -> Probe:
    file = make_url(settings.database_url.get_secret_value()).database if settings.uses_sqlite else None

    async def running() -> int:
        clock = DatabaseClock(database)
        await clock.set()
        return await count_living(database, clock.whole(), Timing().dead_after)

    place = Path(file).absolute() if file else None
    return partial(check_machine, running, database=place, settings=Path(".env"))


def _app_token(settings: Settings, slack: AsyncWebClient) -> Mapping[str, Probe]:
    token = settings.slack_app_token
    probe = partial(check_app_token, slack, token.get_secret_value()) if token else None
    return {"slack_app_token": probe} if probe else {}


def _channels(settings: Settings, database: Database, slack: AsyncWebClient) -> ChannelCheckup:
    """Return the check of ALERT_CHANNEL, of the channels that rules name, and where changes are asked for."""
    main = settings.alert_channel
    health = HealthAlerts(Alerts(database), main, _now, livemode=settings.livemode)
    own = [table.get("channel") for table in settings.portalbot_config.alert]
    asked_in = settings.approvals_channel
    named = dict.fromkeys(each for each in (main, asked_in, *own) if each) if settings.slack_bot_token else {}

    async def refused(channel: str) -> str | None:
        return await health.reason_of(closed_channel(channel, "", main=main))

    return ChannelCheckup(slack, tuple(named), refused)


def check_names(settings: Settings) -> tuple[Check, ...]:
    """Return a check about settings that nobody reads; none when there are none."""
    # The pagers' addresses are in a variable that the merchant has named.
    own = settings.portalbot_config.escalation.outside_env
    known = {name.upper() for name in Settings.model_fields} | ({own} if own else set())
    unknown = unknown_settings(known)
    if not unknown:
        return ()
    meant = ", ".join(dict.fromkeys(each for each in unknown.values() if each))
    return (Check("settings", "warn", "unknown", {"names": ", ".join(unknown), "meant": meant}),)


def _now() -> int:
    return int(time.time())
