"""The self-check: database, Stripe key and its permissions, portal configuration, webhook, and Slack."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.errors import PortalBlocks, Refused, Unavailable
from bot.portal.configurations import Configurations
from bot.portal.key_check import KeyCheck
from bot.portal.models import Configuration
from bot.use_cases.results import Check, Checkup

SlackChecks = Callable[[], Awaitable[tuple[Check, ...]]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the settings say, as far as the self-check looks at them."""

    livemode: bool
    restricted_key: bool
    webhook_secret: bool
    agents_named: bool
    alert_channel: bool
    mail: bool


class Doctor:
    """Examines everything the bot depends on. Asks, and changes nothing."""

    def __init__(
        self,
        *,
        facts: Facts,
        key: KeyCheck,
        configurations: Configurations,
        database_current: Callable[[], Awaitable[bool]],
        slack: SlackChecks | None = None,
    ) -> None:
        """Without `slack` (a terminal without a token) Slack is left out."""
        self._facts = facts
        self._key = key
        self._configurations = configurations
        self._database_current = database_current
        self._slack = slack

    async def examine(self) -> Checkup:
        """Do every check. Never raises Refused: what does not answer is a broken check."""
        checks = [*self._settings(), await self._database(), *await self._stripe()]
        if self._slack is not None:
            checks.extend(await self._slack())
        return Checkup(tuple(checks))

    def _settings(self) -> list[Check]:
        facts = self._facts
        mode = "live" if facts.livemode else "test"
        return [
            Check("key", "ok", mode) if facts.restricted_key else Check("key", "warn", "unrestricted"),
            Check("agents", "ok", "named") if facts.agents_named else Check("agents", "warn", "everybody"),
            Check("webhook", "ok", "set") if facts.webhook_secret else Check("webhook", "warn", "not_set"),
            Check("mail", "ok", "set") if facts.mail else Check("mail", "warn", "not_set"),
            Check("alert_channel", "ok", "set")
            if facts.alert_channel
            else Check("alert_channel", "warn", "not_set"),
        ]

    async def _database(self) -> Check:
        try:
            current = await self._database_current()
        except Unavailable:
            return Check("database", "broken", "unreachable")
        return Check("database", "ok", "current") if current else Check("database", "broken", "old")

    async def _stripe(self) -> list[Check]:
        try:
            missing = await self._key.missing_permissions()
        except Refused as refused:
            return [Check("stripe", "broken", "refused", {"reason": refused.stripe_said or refused.code})]
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
            return Check("configuration", "broken", "refused", {"reason": refused.code})
        return _judge(configuration)


def _judge(configuration: Configuration) -> Check:
    facts: dict[str, str | int | None] = {"id": configuration.id}
    if configuration.active is False:
        return Check("configuration", "broken", "inactive", facts)
    if configuration.login_page.enabled is not True or not configuration.login_page.url:
        return Check("configuration", "warn", "login_page_off", facts)
    return Check("configuration", "ok", "ready", facts)
