"""Why a customer can or cannot do something in the portal: fetch what the rules look at, and ask them.

Calls to Stripe: the find, the configuration unless it is kept and the target price if one is named, all at
once; then one for each listed product where prices that would work are named, at once as well. Many
subscriptions cost a call a page.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

from bot.durations import Clock
from bot.errors import BadUsage, NotFound, PortalBlocks
from bot.portal.candidates import is_current, opened_by_login_page
from bot.portal.configurations import Configurations
from bot.portal.found import Found
from bot.portal.listed_prices import ListedPrices
from bot.portal.models import MISSING, Configuration, Price, Subscription
from bot.portal.object_ids import Kind
from bot.portal.prices import NamedPrices, read_named_prices
from bot.portal.rules import (
    ACTIONS,
    AROUND,
    ActionVerdict,
    Explanation,
    Finding,
    Question,
    Scope,
    SharedEmail,
    Target,
    Verdict,
    alternatives,
    explain,
)
from bot.portal.stripe_calls import PAGE_SIZE
from bot.use_cases.account import StripeAccount
from bot.use_cases.configuration_changes import EDIT
from bot.use_cases.context import CommandContext
from bot.use_cases.gathered import succeeded
from bot.use_cases.link_options import read_account, read_quantity
from bot.use_cases.person import may
from bot.use_cases.results import Asked, SubscriptionAnswer, Why

MOST_KEPT = 5
"""So many subscriptions are answered in full; of the others only the verdicts are counted."""
WORDS = {"update": Scope.UPDATE, "cancel": Scope.CANCEL, "pause": Scope.PAUSE}
LOGIN = "login"
_ADDRESS_UNKNOWN = frozenset({Kind.CUSTOMER, Kind.SUBSCRIPTION, Kind.EMAIL})
"""Pasted ids cost no call more than they must, and a find by address has counted already."""


def read_asked(context: CommandContext, configurations: Configurations) -> Asked:
    """Read what is asked, before anything is looked up. Raises BadUsage."""
    command = context.command
    word, quantity = command.target.lower(), read_quantity(command.option("qty"))
    config = command.option("config")
    asked = Asked(
        actions=ACTIONS,
        quantity=quantity,
        configuration=configurations.identifier(config) if config else None,
        on_behalf_of=read_account(command.option("on_behalf_of")),
    )
    if word in WORDS or word == LOGIN:
        if quantity is not None:
            raise BadUsage("quantity_is_the_question", word=word)
        return replace(asked, actions=(WORDS[word],) if word in WORDS else (), login=word == LOGIN)
    kinds = ((Scope.SWITCH, bool(word)), (Scope.QUANTITY, quantity is not None))
    named = tuple(scope for scope, wanted in kinds if wanted)
    return replace(asked, actions=named or ACTIONS, price=command.target or None)


class WhyExplainer:
    """Answers `why`."""

    def __init__(self, account: StripeAccount, clock: Clock) -> None:
        self._account = account
        self._gateway = account.gateway
        self._lookup = account.lookup
        self._configurations = account.configurations
        self._prices = account.prices
        self._clock = clock

    async def answer(self, context: CommandContext) -> Why:
        """Ask the rules about every subscription; `context.watch` is told each answer. Raises Refused."""
        asked = read_asked(context, self._configurations)
        read = await asyncio.gather(
            self._account.find(context),
            self._configuration(asked),
            self._named_prices(asked),
            return_exceptions=True,
        )
        found, configuration, named = succeeded(read[0]), succeeded(read[1]), succeeded(read[2])
        if found.customer_account is not None:
            raise NotFound("account_needs_subscription", account=found.customer_account)
        question = await self._question(found, configuration, asked)
        told = _Told(context)
        prices = _ReadOnce(self._prices, question.configuration)
        target: Target | None = None
        async for subscription in self._subscriptions(found):
            if target is None:
                target = Target(_price(named, subscription), asked.quantity)
            aimed = replace(question, subscription=subscription, target=target)
            told.add(await self._answer(aimed, asked, prices))
        if target is None:
            told.add(SubscriptionAnswer(None, explain(question)))
        result = told.result(found, asked, question.configuration, target or Target())
        return replace(result, may_change=await may(context.person, EDIT))

    async def _question(self, found: Found, configuration: Configuration | None, asked: Asked) -> Question:
        return Question(
            customer=found.customer,
            now=self._clock(),
            configuration=configuration,
            default_configuration_missing=configuration is None,
            key_livemode=self._gateway.livemode,
            on_behalf_of=asked.on_behalf_of,
            shared_email=await self._shared_email(found, asked),
        )

    async def _configuration(self, asked: Asked) -> Configuration | None:
        try:
            return await self._configurations.get(asked.configuration)
        except PortalBlocks:  # never set up in this mode: the rules say so, with the way out
            return None

    async def _shared_email(self, found: Found, asked: Asked) -> SharedEmail | None:
        """Whom else the address leads to: one call where the login link is what is asked about."""
        aside = not asked.everything or found.subscription_id or found.kind in _ADDRESS_UNKNOWN
        if found.customer.deleted or (aside and not asked.login):
            return None
        sharing = await self._lookup.sharing_address(found.customer)
        if len(sharing) < 2:
            return None
        return SharedEmail(len(sharing), opened_by_login_page(sharing, found.customer.email))

    async def _subscriptions(self, found: Found) -> AsyncIterator[Subscription]:
        """The pasted one, else the current ones, else those that have ended."""
        customer = found.customer
        if found.subscription is not None:
            yield found.subscription
            return
        if found.subscription_id is not None:
            yield (await self._gateway.subscription(found.subscription_id))[0]
            return
        if customer.deleted:
            return
        current = [each for each in customer.subscriptions or () if is_current(each)]
        if current and not customer.subscriptions_have_more:
            for each in current:
                yield each
            return
        # An expanded list without a current one leaves only the question what has ended: a page tells.
        pages = 1 if customer.subscriptions is not None and not current else None
        ended: list[Subscription] | None = []
        async for each in self._lookup.every_subscription_of(customer, most_pages=pages):
            if is_current(each):
                ended = None
                yield each
            elif ended is not None and len(ended) < PAGE_SIZE:
                ended.append(each)
        for each in ended or ():
            yield each

    async def _named_prices(self, asked: Asked) -> NamedPrices | None:
        return await read_named_prices(self._gateway, asked.price) if asked.price is not None else None

    async def _answer(self, question: Question, asked: Asked, prices: "_ReadOnce") -> SubscriptionAnswer:
        explanation = explain(question)
        if question.configuration is None or not _prices_matter(question, asked, explanation):
            return SubscriptionAnswer(question.subscription, explanation)
        question = replace(question, prices=await prices.read())
        return SubscriptionAnswer(
            question.subscription, explain(question), alternatives(question), _present(question)
        )


def _price(named: NamedPrices | None, subscription: Subscription) -> Price | None:
    items = () if subscription.items is MISSING else subscription.items
    return named.fitting(items[0].price if items else None) if named else None


def _present(question: Question) -> Price | None:
    """The present price as the catalog shows it."""
    items = question.subscription.items if question.subscription else MISSING
    price = items[0].price if items is not MISSING and items else None
    return question.prices.get(price.id) if price else None


def _prices_matter(question: Question, asked: Asked, explanation: Explanation) -> bool:
    """Whether other prices could work: not when every switch is blocked, nor when the asked one works."""
    if not {Scope.UPDATE, Scope.SWITCH} & set(asked.actions):
        return False
    blocked = explanation[Scope.SWITCH].verdict is Verdict.BLOCKED
    if question.target.price is None:
        return not blocked
    return (
        blocked and explain(replace(question, target=Target()))[Scope.SWITCH].verdict is not Verdict.BLOCKED
    )


class _ReadOnce:
    """The listed prices, read when the first subscription needs them and never twice for one question."""

    def __init__(self, prices: ListedPrices, configuration: Configuration | None) -> None:
        self._prices = prices
        self._configuration = configuration
        self._read: Mapping[str, Price] | None = None

    async def read(self) -> Mapping[str, Price]:
        if self._read is None:
            self._read = await self._prices.of(self._configuration) if self._configuration else {}
        return self._read


class _Told:
    """Adds answers up, however many there are, and keeps the first few."""

    def __init__(self, context: CommandContext) -> None:
        self._context = context
        self._answers: list[SubscriptionAnswer] = []
        self._total = 0
        self._counts: dict[Scope, Counter[Verdict]] = {scope: Counter() for scope in ACTIONS}
        self._around: dict[Scope, list[Finding]] = {scope: [] for scope in AROUND}
        self._livemode: bool | None = None

    def add(self, answer: SubscriptionAnswer) -> None:
        if answer.subscription is not None:
            self._total += 1
            for scope, counter in self._counts.items():
                counter[answer.explanation[scope].verdict] += 1
        for scope, findings in self._around.items():
            findings.extend(each for each in answer.explanation[scope].findings if each not in findings)
        self._livemode = answer.explanation.livemode
        if len(self._answers) < MOST_KEPT:
            self._answers.append(answer)
        if self._context.watch is not None:
            self._context.watch(answer)

    def result(self, found: Found, asked: Asked, configuration: Configuration | None, target: Target) -> Why:
        return Why(
            found=found,
            asked=asked,
            configuration=configuration,
            target=target,
            answers=tuple(self._answers),
            total=self._total,
            counts=self._counts,
            around={scope: ActionVerdict.of(findings) for scope, findings in self._around.items()},
            livemode=self._livemode,
        )
