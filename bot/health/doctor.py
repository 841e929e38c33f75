"""The self-check: settings, database, Stripe key and permissions, portal configuration, and further looks.

All looks are taken at once, and none may take longer than a few seconds: it is when something hangs that
somebody asks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.check import Check, Checkup
from bot.errors import PortalBlocks, Refused, Unavailable
from bot.portal.configurations import Configurations
from bot.portal.key_check import KeyCheck
from bot.portal.models import Configuration

SECONDS = 5.0
"""How long each look may take; what takes longer is a broken check, with the outcome `slow`."""

_STRIPE_OUTCOMES = {
    "key_refused": "key_refused",
    "stripe_timed_out": "unreachable",
    "stripe_unreachable": "unreachable",
    "stripe_unreadable": "unreadable",
}

Look = Callable[[], Awaitable[Sequence[Check]]]
"""Looks at one thing, and raises nothing. Its name is that of the check when it takes too long."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the settings say, as far as the self-check looks at them."""

    livemode: bool
    restricted_key: bool
    webhook_secret: bool
    agents_named: bool
    alert_channel: bool
    signing_secret: bool


class Doctor:
    """Examines everything the bot depends on. Asks, and changes nothing."""

    def __init__(
        self,
        *,
        set_up: SetUp,
        key: KeyCheck,
        configurations: Configurations,
        database_current: Callable[[], Awaitable[bool]],
        further: Mapping[str, Look] | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """`further` are looks by name, done after ours."""
        self._set_up = set_up
        self._key = key
        self._configurations = configurations
        self._database_current = database_current
        self._looks: Mapping[str, Look] = {
            "database": self._database,
            "stripe": self._stripe,
            **(further or {}),
        }
        self._seconds = seconds

    async def examine(self, only: Collection[str] | None = None) -> Checkup:
        """Do every check, or those looks. Never raises Refused: what does not answer is a broken check."""
        wanted = {name: look for name, look in self._looks.items() if only is None or name in only}
        found = await asyncio.gather(*(self._in_time(name, look) for name, look in wanted.items()))
        settings = self._settings() if only is None else []
        return Checkup((*settings, *(check for checks in found for check in checks)))

    async def _in_time(self, name: str, look: Look) -> Sequence[Check]:
        try:
            async with asyncio.timeout(self._seconds):
                return await look()
        except TimeoutError:
            return [Check(name, "broken", "slow", {"seconds": round(self._seconds)})]

    def _settings(self) -> list[Check]:
        set_up = self._set_up
        mode = "live" if set_up.livemode else "test"
        return [
            Check("key", "ok", mode) if set_up.restricted_key else Check("key", "warn", "unrestricted"),
            Check("agents", "ok", "named") if set_up.agents_named else Check("agents", "warn", "everybody"),
            Check("webhook", "ok", "set") if set_up.webhook_secret else Check("webhook", "warn", "not_set"),
            Check("signing_secret", "ok", "set")
            if set_up.signing_secret
            else Check("signing_secret", "warn", "not_set"),
            Check("alert_channel", "ok", "set")
            if set_up.alert_channel
            else Check("alert_channel", "warn", "not_set"),
        ]

    async def _database(self) -> list[Check]:
        try:
            current = await self._database_current()
        except Unavailable:
            return [Check("database", "broken", "unreachable")]
        return [Check("database", "ok", "current") if current else Check("database", "broken", "old")]

    async def _stripe(self) -> list[Check]:
        try:
            missing = await self._key.missing_permissions()
        except Refused as refused:
            outcome = _STRIPE_OUTCOMES.get(refused.code, "refused")
            return [Check("stripe", "broken", outcome, _reason(refused))]
        checks = [
            Check("permissions", "broken", "missing", {"names": ", ".join(missing)})
            if missing
            else Check("permissions", "ok", "complete")
        ]
        return [*checks, await self._configuration()]

    async def _configuration(self) -> Check:
        try:
            configuration = await self._configurations.get()
        except PortalBlocks:
            return Check("configuration", "broken", "none")
        except Refused as refused:
            return Check("configuration", "broken", "refused", _reason(refused))
        return _judge(configuration)


def _reason(refused: Refused) -> Mapping[str, str]:
    return {"reason": refused.stripe_said or refused.code}


def _judge(configuration: Configuration) -> Check:
    facts: dict[str, str | int | None] = {"id": configuration.id}
    if configuration.active is False:
        return Check("configuration", "broken", "inactive", facts)
    if configuration.login_page.enabled is not True or not configuration.login_page.url:
        return Check("configuration", "warn", "login_page_off", facts)
    return Check("configuration", "ok", "ready", facts)
