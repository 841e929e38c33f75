"""The command `config`: the portal configurations side by side, with what the rules find in them."""

from collections.abc import Iterable

from bot.portal.configurations import DEFAULT
from bot.portal.models import Configuration, Customer
from bot.portal.rules import Finding, Question, Scope, explain
from bot.use_cases.account import StripeAccount
from bot.use_cases.configuration_copy import ConfigurationCopies
from bot.use_cases.context import CommandContext
from bot.use_cases.results import ConfigurationCopied, ConfigurationSurvey, ConfigurationView

MOST_SHOWN = 5
"""Configurations that fit beside each other in a message."""
_SCOPES = (Scope.SESSION, Scope.LOGIN_LINK, Scope.CONFIGURATION)
_FEATURES = frozenset({"CFG_PROMO_OFF"})
"""Rules about features that are switched off on purpose; the table shows those as off."""
_NOBODY = "cus_"
"""Stands for the customer: only findings about the configuration are kept."""


class ConfigurationReader:
    """Reads portal configurations from Stripe, without the cache, and asks the rules about them."""

    def __init__(self, account: StripeAccount, copies: ConfigurationCopies) -> None:
        self._gateway = account.gateway
        self._copies = copies
        self._configurations = account.configurations
        self._prices = account.prices

    async def answer(self, context: CommandContext) -> ConfigurationSurvey | ConfigurationCopied:
        """Return the configurations that the command is about, or the copy it asks for. Raises Refused."""
        name = context.command.option("copy")
        if name is not None:
            return await self._copies.copy(context, name)
        return await self.survey(context.command.subject)

    async def survey(self, asked: str) -> ConfigurationSurvey:
        """Return all configurations, the default one first, or those that `asked` names by id or name.

        Costs one call to Stripe, and one for each listed product that is not cached. Raises NotFound.
        """
        every = await self._configurations.every()
        chosen = self._chosen(every, asked)
        ordered = _ordered(chosen)
        return ConfigurationSurvey(
            views=tuple([await self._view(each) for each in ordered[:MOST_SHOWN]]),
            total=len(chosen),
            has_default=any(each.is_default for each in every),
            livemode=self._gateway.livemode,
        )

    async def every(self, asked: str) -> tuple[ConfigurationView, ...]:
        """Return all configurations, or those that `asked` names by id or name (`default` is one)."""
        every = await self._configurations.every()
        return tuple([await self._view(each) for each in _ordered(self._chosen(every, asked))])

    def _chosen(self, every: tuple[Configuration, ...], asked: str) -> tuple[Configuration, ...]:
        is_default = asked.strip().casefold() == DEFAULT
        named = tuple(each for each in every if each.is_default) if is_default else ()
        return named or (self._configurations.among(every, asked) if asked else every)

    async def _view(self, configuration: Configuration) -> ConfigurationView:
        prices = await self._prices.of(configuration)
        # Only findings about the configuration itself are kept, so the customer does not matter.
        question = Question(
            customer=Customer(_NOBODY, email=_NOBODY),
            now=0,
            configuration=configuration,
            prices=prices,
            key_livemode=self._gateway.livemode,
        )
        answer = explain(question)
        # A configuration that is switched off has no other findings worth showing.
        scopes = _SCOPES[:1] if configuration.active is False else _SCOPES
        findings = [finding for scope in scopes for finding in answer[scope].findings]
        return ConfigurationView(configuration, tuple(each for each in findings if _belongs(each)))


def _ordered(configurations: Iterable[Configuration]) -> list[Configuration]:
    """The default one first, what is switched off last."""
    return sorted(configurations, key=lambda each: (not each.is_default, each.active is not True))


def _belongs(finding: Finding) -> bool:
    return finding.rule.startswith("CFG_") and finding.rule not in _FEATURES
