"""The command `setup`: is the portal ready for customers, step by step."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import stripe

from bot.check import Check
from bot.portal.attempts import attempt, known
from bot.portal.setup import OwnSide, examine, look
from bot.store.audit import LONGEST_HISTORY, AuditTrail
from bot.store.events import StripeEvents
from bot.use_cases.account import StripeAccount
from bot.use_cases.configuration_changes import EDIT
from bot.use_cases.context import CommandContext
from bot.use_cases.person import may
from bot.use_cases.results import SetupSurvey


@dataclass(frozen=True, slots=True)
class OwnReadings:
    """Where the bot reads what it knows of itself; `events` are the patterns of those it needs."""

    events: tuple[str, ...]
    audit: AuditTrail
    stored: StripeEvents
    mail: Callable[[], Awaitable[Sequence[Check]]]


class SetupReader:
    """Goes through the steps. Everything is read at once, and then the prices that are offered."""

    def __init__(self, account: StripeAccount, own: OwnReadings) -> None:
        self._account = account
        self._own = own

    async def answer(self, context: CommandContext) -> SetupSurvey:
        """Return every step for the configuration that the command names. Raises Refused."""
        found = await self.survey(context.command.subject)
        return replace(found, may_change=await may(context.person, EDIT))

    async def survey(self, asked: str = "") -> SetupSurvey:
        """Return every step, of the default configuration or the one that `asked` names. Raises Refused."""
        account = self._account
        seen, own = await asyncio.gather(
            look(account.gateway, account.configurations, account.prices, asked), self._own_side()
        )
        return SetupSurvey(seen.configuration, examine(replace(seen, own=own)), account.livemode)

    async def _own_side(self) -> OwnSide:
        livemode, own = self._account.livemode, self._own
        history, newest, mail = await asyncio.gather(
            attempt(own.audit.history(limit=LONGEST_HISTORY)),
            attempt(own.stored.newest_created(livemode)),
            own.mail(),
        )
        entries = known(history)
        made = [each for each in entries or () if each.session and each.livemode == livemode]
        (server,) = mail
        return OwnSide(
            events=own.events,
            webhook_secret=bool(self._account.webhook_secrets),
            api_version=stripe.api_version,
            newest_event=known(newest),
            links_made=None if entries is None else len(made),
            mail=server.outcome,
            mail_server=str(server.facts["server"]) if "server" in server.facts else None,
            return_urls=self._account.return_urls,
        )
