"""The self-check: settings, database, Stripe key and permissions, portal configuration, and further probes.

All probes run at the same time, and each has a time limit: people run the self-check when something hangs.
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
"""Time limit of each probe. One that takes longer is a broken check with the outcome `slow`."""

_STRIPE_OUTCOMES = {
    "key_refused": "key_refused",
    "stripe_timed_out": "unreachable",
    "stripe_unreachable": "unreachable",
    "stripe_unreadable": "unreadable",
}

Probe = Callable[[], Awaitable[Sequence[Check]]]
"""Examines one part of the set-up and returns its checks. It must not raise Refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """Examines everything the bot depends on. It only reads, and changes nothing.

    `settings` says what is set. The probes in `further`, by name, are added to those for the database and
    Stripe. `database_current` says whether the tables are of this version.
    """

    settings: Sequence[Check]
    key: KeyCheck
    configurations: Configurations
    database_current: Callable[[], Awaitable[bool]]
    further: Mapping[str, Probe]

    async def examine(self, only: Collection[str] | None = None) -> Checkup:
        """Run every check, or only the probes named in `only`.

        Never raises Refused: whatever does not answer becomes a broken check.
        """
        probes = {"database": self._database, "stripe": self._stripe, **self.further}
        wanted = {name: probe for name, probe in probes.items() if only is None or name in only}
        found = await asyncio.gather(*(self._run(name, probe) for name, probe in wanted.items()))
        settings = self.settings if only is None else ()
        return Checkup((*settings, *(check for checks in found for check in checks)))

    async def _run(self, name: str, probe: Probe) -> Sequence[Check]:
        try:
            async with asyncio.timeout(SECONDS):
                return await probe()
        except TimeoutError:
            return [Check(name, "broken", "slow", {"seconds": round(SECONDS)})]

    async def _database(self) -> list[Check]:
        try:
            current = await self.database_current()
        except Unavailable:
            return [Check("database", "broken", "unreachable")]
        return [Check("database", "ok", "current") if current else Check("database", "broken", "old")]

    async def _stripe(self) -> list[Check]:
        try:
            missing, optional = await asyncio.gather(
                self.key.missing_permissions(), self.key.missing_optional()
            )
        except Refused as refused:
            outcome = _STRIPE_OUTCOMES.get(refused.code, "refused")
            return [Check("stripe", "broken", outcome, _reason(refused))]
        return [_permissions(missing, optional), await self._configuration()]

    async def _configuration(self) -> Check:
        try:
            configuration = await self.configurations.get()
        except PortalBlocks:
            return Check("configuration", "broken", "none")
        except Refused as refused:
            return Check("configuration", "broken", "refused", _reason(refused))
        return _judge(configuration)


def _permissions(missing: Sequence[str], optional: Sequence[str]) -> Check:
    if missing:
        return Check("permissions", "broken", "missing", {"names": ", ".join(missing)})
    if optional:
        return Check("permissions", "ok", "without_optional", {"names": ", ".join(optional)})
    return Check("permissions", "ok", "complete")


def _reason(refused: Refused) -> Mapping[str, str]:
    return {"reason": refused.stripe_said or refused.code}


def _judge(configuration: Configuration) -> Check:
    facts: dict[str, str | int | None] = {"id": configuration.id}
    if configuration.active is False:
        return Check("configuration", "broken", "inactive", facts)
    if configuration.login_page.enabled is not True or not configuration.login_page.url:
        return Check("configuration", "warn", "login_page_off", facts)
    return Check("configuration", "ok", "ready", facts)
