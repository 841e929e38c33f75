"""Portal configurations, read with their products and kept for a short while.

Absent products are not an empty list, so they are always expanded. A webhook about a configuration or a price
calls `drop`.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NoReturn

from cachetools import TTLCache

from bot.errors import BadUsage, NotFound, PortalBlocks
from bot.portal.models import Configuration
from bot.portal.stripe_access import StripeGateway

KEPT_SECONDS: Final = 300.0
MOST_KEPT: Final = 64
_DEFAULT: Final = ""


DEFAULT: Final = "default"
"""What the default configuration is called where one is to be named."""


class SeveralConfigurations(NotFound):
    """Several configurations have the name that was given."""


class Configurations:
    """The configurations of one key. With `kept_seconds` 0 nothing is kept, as the command line wants it.

    `names` are the merchant's own short names for `bpc_…` ids.
    """

    def __init__(
        self,
        gateway: StripeGateway,
        *,
        names: Mapping[str, str] | None = None,
        kept_seconds: float = KEPT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gateway = gateway
        self._names = {name.casefold(): identifier for name, identifier in (names or {}).items()}
        self._kept: TTLCache[str, Configuration] = TTLCache(MOST_KEPT, kept_seconds, clock)
        self._drops = 0

    def identifier(self, asked: str) -> str:
        """Return the `bpc_…` of an id or a name, without a call. Raises `BadUsage` for an unknown name."""
        name = asked.strip()
        if name.startswith("bpc_"):
            return name
        try:
            return self._names[name.casefold()]
        except KeyError:
            known = ", ".join(sorted(self._names))
            raise BadUsage("unknown_configuration_name", asked=name[:40], known=known) from None

    def known(self, asked: str | None = None) -> Configuration | None:
        """Return the configuration meant if it is kept, without a call. Raises `BadUsage`."""
        return self._kept.get(_DEFAULT if asked is None else self.identifier(asked))

    async def get(self, asked: str | None = None) -> Configuration:
        """Return the configuration meant, the default one without `asked`: one call or none.

        Raises `BadUsage` for an unknown name, `NotFound` for an unknown id, and `PortalBlocks`
        `no_default_configuration` when the portal was never set up in this mode.
        """
        key = _DEFAULT if asked is None else self.identifier(asked)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        drops = self._drops
        configuration = await self._read(key)
        if drops != self._drops:
            return configuration  # it changed meanwhile, perhaps after Stripe had looked
        for name in (key, configuration.id, *([_DEFAULT] if configuration.is_default else ())):
            self._kept[name] = configuration
        return configuration

    async def one(self, asked: str) -> Configuration:
        """Return the configuration with that id or name, read afresh; `default` is the default one.

        Raises NotFound, which SeveralConfigurations is too, and PortalBlocks `no_default_configuration`.
        """
        return self.only(await self.every(), asked)

    def only(self, every: Sequence[Configuration], asked: str) -> Configuration:
        """Choose the one that is meant; `default` is the default one. Raises as `one` does."""
        if asked.strip().casefold() == DEFAULT:
            return next((each for each in every if each.is_default), None) or self._refuse_default()
        found = self.among(every, asked)
        if len(found) > 1:
            raise SeveralConfigurations("several_configurations", ids=", ".join(each.id for each in found))
        return found[0]

    def among(self, every: Sequence[Configuration], asked: str) -> tuple[Configuration, ...]:
        """Choose by id or by name in Stripe, else by the name in the settings. Raises NotFound."""
        wanted = asked.strip()
        named = tuple(
            each for each in every if each.id == wanted or (each.name or "").casefold() == wanted.casefold()
        )
        if named:
            return named
        try:
            identifier = self.identifier(asked)
        except BadUsage as unknown:
            facts = unknown.facts
            raise NotFound("unknown_configuration_name", asked=facts["asked"], known=facts["known"]) from None
        found = tuple(each for each in every if each.id == identifier)
        if not found:
            raise NotFound("no_such_configuration")
        return found

    async def every(self) -> tuple[Configuration, ...]:
        """Return all configurations of the mode, read afresh: one call."""
        return await self._gateway.portal.configurations()

    def drop(self) -> None:
        """Forget everything kept; called when Stripe says that a configuration or a price changed."""
        self._kept.clear()
        self._drops += 1

    async def _read(self, key: str) -> Configuration:
        if key != _DEFAULT:
            return await self._gateway.portal.configuration(key)
        configuration = await self._gateway.portal.default_configuration()
        return configuration or self._refuse_default()

    def _refuse_default(self) -> NoReturn:
        raise PortalBlocks("no_default_configuration", livemode=self._gateway.livemode, rule="CFG_NO_DEFAULT")
