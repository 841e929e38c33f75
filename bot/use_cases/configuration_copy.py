"""`config <which> copy:<name>`: a configuration for other customers, with the same settings at first."""

import hashlib
import secrets

from bot.durations import Clock
from bot.errors import Refused, Unavailable
from bot.portal.configurations import DEFAULT
from bot.portal.configuring.parameters import create_parameters
from bot.portal.configuring.reading import WrongSetting, find_setting, read_text
from bot.portal.models import Configuration
from bot.store.audit import AuditEntry, AuditTrail
from bot.use_cases.account import StripeAccount
from bot.use_cases.configuration_changes import EDIT, NO_ANSWER
from bot.use_cases.context import CommandContext
from bot.use_cases.results import ConfigurationCopied


class ConfigurationCopies:
    """Copies configurations."""

    def __init__(self, account: StripeAccount, audit: AuditTrail, clock: Clock) -> None:
        self._account = account
        self._audit = audit
        self._clock = clock

    async def copy(self, context: CommandContext, typed: str) -> ConfigurationCopied:
        """Make a configuration with the settings of another one and a name of its own. Raises Refused."""
        person = context.person
        role = await person.authorise(EDIT)
        name = str(read_text(find_setting("name"), typed) or "")
        every = await self._account.configurations.every()
        if not name or any((each.name or "").casefold() == name.casefold() for each in every):
            raise WrongSetting("configuration_name_taken", name=name)
        source = await self._account.configurations.one(context.command.subject or DEFAULT)
        # A request that is delivered twice makes one configuration.
        seed = person.request_key or secrets.token_hex(16)
        key = f"portalbot-copy-{hashlib.sha256(f'{seed}{source.id}{name}'.encode()).hexdigest()[:32]}"
        made = await self._make(source, name, key)
        self._account.drop_remembered()
        await self._audit.write(
            AuditEntry(
                at=self._clock(),
                actor=person.id,
                role=role,
                verb="config",
                outcome="copied",
                livemode=self._account.livemode,
                reason=f"{source.id} → {made.id} ({name})",
                request_key=key,
            )
        )
        return ConfigurationCopied(source, made)

    async def _make(self, source: Configuration, name: str, key: str) -> Configuration:
        """Ask Stripe, and once more with the same key when no answer came."""
        # The page that customers log in at is switched on by hand: it gets an address at once.
        settings = {**source.settings, "name": name, "login_page.enabled": False}
        parameters = create_parameters(settings)
        for _ in range(2):
            try:
                return await self._account.gateway.portal.create(parameters, idempotency_key=key)
            except Refused as refused:
                if refused.code not in NO_ANSWER:
                    raise
        raise Unavailable("copy_unknown", retry=False, name=name)
