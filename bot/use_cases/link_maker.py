"""Making a portal link: what is sure not to work is explained, everything else Stripe decides in one call.

Calls to Stripe, one after the other: one for what was not shown within the last minute, and one for the link.
The link of a typed `cus_…` is asked for beside the reading, and withheld until all else is settled.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.durations import Clock
from bot.errors import BadUsage, NotFound, PortalBlocks, Refused, Unavailable
from bot.logs import get_log
from bot.metrics import Metrics
from bot.portal.candidates import SeveralSubscriptions
from bot.portal.found import Found
from bot.portal.identifiers import read_pasted
from bot.portal.link_request import Flow
from bot.portal.links import PortalLink, create_link
from bot.portal.models import Customer
from bot.portal.object_ids import Kind
from bot.portal.rules import Severity
from bot.store.link_limits import Grant
from bot.use_cases.account import StripeAccount
from bot.use_cases.context import CommandContext
from bot.use_cases.disagreement import compared, in_the_way
from bot.use_cases.gathered import succeeded
from bot.use_cases.link_change import NO_CHANGE
from bot.use_cases.link_choices import choice_for, leaves_open
from bot.use_cases.link_options import LinkOptions
from bot.use_cases.link_planner import LinkPlan, LinkPlanner, flow_of, verdict_of
from bot.use_cases.link_terms import LinkTerms, found_with_terms, read_terms
from bot.use_cases.results import LinkMade, LinkRefused

_log = get_log(__name__)


@dataclass(slots=True)
class Allowance:
    """Leave to make one link; it is given back unless `used` is set."""

    used: bool = False


class LinkMaker:
    """Makes links for people, within their limits. What a mail needs of a link passes here as well."""

    def __init__(self, account: StripeAccount, metrics: Metrics, clock: Clock) -> None:
        self._account = account
        self._gateway = account.gateway
        self._limits = account.link_limits
        self._metrics = metrics
        self._clock = clock
        self.planner = LinkPlanner(account, clock)

    async def answer(self, context: CommandContext) -> LinkMade:
        """Find the customer and make the link. Raises Refused; LinkRefused for rules or Stripe."""
        options = self.check(context)
        if leaves_open(context.command):
            found = self._account.find_recent(context) or await self._account.find(context)
            raise await choice_for(context.command, self._account, found, options, self._clock())
        recent = self._account.find_recent(context)
        if recent is not None and _is_enough(recent, flow_of(context)):
            terms = await read_terms(self._gateway, context.command)
            try:
                return await self._make(context, recent, options, terms)
            except (LinkRefused, PortalBlocks, NotFound, SeveralSubscriptions):
                pass  # what was read a moment ago may have changed since: nobody is refused for that
        elif recent is None and self._account.asks_ahead and _is_customer_alone(context):
            return await self._make_beside_the_reading(context, options)
        finding = self._account.find(context)
        found, terms = await found_with_terms(finding, self._gateway, context.command)
        return await self._make(context, found, options, terms)

    def check(self, context: CommandContext) -> LinkOptions:
        """Refuse what is wrong with the command itself, before anybody is looked up. Raises BadUsage."""
        self.check_reason(context.command.option("for"))
        return LinkOptions.read(context, self._account.configurations, self._account.return_urls)

    def check_reason(self, reason: str | None) -> None:
        """Refuse a link for no reason, where one is wanted. Raises BadUsage."""
        if self._account.reason_needed and reason is None:
            raise BadUsage("reason_needed")

    async def _make(
        self, context: CommandContext, found: Found, options: LinkOptions, terms: LinkTerms
    ) -> LinkMade:
        plan = await self.planner.plan(context, found, options, terms)
        async with self.allowance(context) as allowance:
            try:
                link = await create_link(self._gateway, plan.request)
            except PortalBlocks as refused:
                raise await self._explained(refused, plan) from None
            allowance.used = True
        return _made(context, found, plan, link, options)

    async def _make_beside_the_reading(self, context: CommandContext, options: LinkOptions) -> LinkMade:
        """Ask for the link while the customer is read, and show it only when nothing stands in the way."""
        customer = Customer(read_pasted(context.command.subject).value)
        request = self.planner.request(context, Found(customer, Kind.CUSTOMER), None, NO_CHANGE, options)
        async with self.allowance(context, customer.id) as allowance:
            link, found = await asyncio.gather(
                create_link(self._gateway, request), self._account.find(context), return_exceptions=True
            )
            try:
                found = succeeded(found)
                plan = await self.planner.plan(context, found, options)
            except Refused:
                if isinstance(link, PortalLink):
                    self._metrics.sessions_withheld.inc()
                raise
            if isinstance(link, PortalBlocks):
                raise await self._explained(link, plan)
            link = succeeded(link)
            allowance.used = True
        return _made(context, found, plan, link, options)

    @asynccontextmanager
    async def allowance(
        self, context: CommandContext, customer: str | None = None
    ) -> AsyncIterator[Allowance]:
        """Take one link off what the person may make for a customer: that of the context, if none is named.

        Raises NotAllowed.
        """
        grant = await self._reserve(context.person.id, customer or context.customer or "")
        allowance = Allowance()
        try:
            yield allowance
        finally:
            if not allowance.used:
                await self._release(grant)

    async def _reserve(self, actor: str, customer: str) -> Grant | None:
        livemode, now = self._gateway.livemode, self._clock()
        try:
            return await self._limits.reserve(actor, customer, livemode, now)
        except Unavailable:
            if livemode:
                raise
            return None  # a test link does no harm, and the agent can go on

    async def _release(self, grant: Grant | None) -> None:
        if grant is None:
            return
        try:
            await self._limits.release(grant)
        except Unavailable:
            _log.warning("grant_not_released", actor=grant.actor)

    async def _explained(self, refused: PortalBlocks, plan: LinkPlan) -> LinkRefused:
        """Add what the rules say, now with the configuration."""
        configuration = await self.planner.configuration(plan.request.configuration)
        question = replace(
            plan.question, configuration=configuration, default_configuration_missing=configuration is None
        )
        verdict = verdict_of(question, plan.request.flow)
        return LinkRefused(
            refused.code,
            in_the_way(verdict.findings),
            stripe_said=refused.stripe_said,
            disagreement=compared(verdict, refused),
            **refused.facts,
        )


def _is_enough(recent: Found, flow: Flow) -> bool:
    """Whether a link can be made from what was read a moment ago, without a guess.

    Not where a customer's only subscription is meant, since there may be another by now; and not a change,
    whose quantity must be today's.
    """
    return flow is not Flow.SWITCH and (recent.subscription is not None or not flow.needs_subscription)


def _is_customer_alone(context: CommandContext) -> bool:
    """Whether the command names all that its link needs: the customer by id, and no subscription."""
    flow, pasted = flow_of(context), read_pasted(context.command.subject)
    return not flow.needs_subscription and pasted.kind is Kind.CUSTOMER


def _made(
    context: CommandContext, found: Found, plan: LinkPlan, link: PortalLink, options: LinkOptions
) -> LinkMade:
    context.session = link.session
    configuration = link.configuration_details or plan.question.configuration
    known = verdict_of(replace(plan.question, configuration=configuration), plan.request.flow)
    context.configuration = link.configuration
    return LinkMade(
        found=found,
        subscription=plan.subscription,
        flow=plan.request.flow,
        link=link,
        configuration=configuration,
        offer=plan.request.retention_coupon,
        warnings=tuple(each for each in plan.verdict.findings if each.severity is not Severity.INFO),
        disagreement=compared(plan.verdict, None) if options.anyway else None,
        target=plan.question.target,
        discount=context.command.option("coupon") or context.command.option("promo"),
        effects=known.findings,
    )
