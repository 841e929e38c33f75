"""Making a portal link: what is sure not to work is explained, everything else Stripe decides in one call."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.errors import BadUsage, PortalBlocks, Unavailable
from bot.logs import get_log
from bot.metrics import Metrics
from bot.portal.found import Found, living
from bot.portal.link_request import Flow, LinkRequest
from bot.portal.links import PortalLink, create_link
from bot.portal.models import Configuration, Subscription
from bot.portal.rules import (
    ActionVerdict,
    Discount,
    Finding,
    Question,
    Scope,
    Severity,
    Status,
    Target,
    explain,
)
from bot.store.link_limits import Grant
from bot.use_cases.account import StripeAccount
from bot.use_cases.context import CommandContext
from bot.use_cases.disagreement import Disagreement, compared, in_the_way, judged
from bot.use_cases.link_change import NO_CHANGE, Change, first_item, read_change
from bot.use_cases.link_discounts import NO_DISCOUNTS, LinkDiscounts, found_with_discounts
from bot.use_cases.link_options import LinkOptions, idempotency_key
from bot.use_cases.results import LinkMade, LinkRefused

SCOPES: Mapping[Flow, tuple[Scope, ...]] = {
    Flow.HOME: (),
    Flow.PAYMENT: (Scope.PAYMENT_METHOD,),
    Flow.DETAILS: (Scope.DETAILS,),
    Flow.CANCEL: (Scope.CANCEL,),
    Flow.PAUSE: (Scope.PAUSE,),
    Flow.UPDATE: (Scope.UPDATE,),
}
"""What each link is about, besides the session itself. A switch depends on what is changed, see `_scopes`."""
SURE = frozenset({Status.DOCUMENTED, Status.OBSERVED})
"""Findings that are reason enough not to ask Stripe; the others may be wrong, and Stripe knows."""

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """A link that nothing stands in the way of, not made yet."""

    request: LinkRequest
    subscription: Subscription | None
    question: Question
    verdict: ActionVerdict


@dataclass(slots=True)
class Allowance:
    """Leave to make one link; it is given back unless `used` is set."""

    used: bool = False


class LinkMaker:
    """Makes links for people, within their limits. What a mail needs of a link passes here as well."""

    def __init__(self, account: StripeAccount, metrics: Metrics, clock: Callable[[], int]) -> None:
        """`clock` gives Unix seconds."""
        self._account = account
        self._gateway = account.gateway
        self._lookup = account.lookup
        self._configurations = account.configurations
        self._prices = account.prices
        self._limits = account.link_limits
        self._metrics = metrics
        self._clock = clock

    async def answer(self, context: CommandContext) -> LinkMade:
        """Find the customer and make the link. Raises Refused; LinkRefused for rules or Stripe."""
        options = self.check(context)
        finding = self._account.find(context)
        found, discounts = await found_with_discounts(finding, self._gateway, context.command)
        return await self.make(context, found, options, discounts)

    def check(self, context: CommandContext) -> LinkOptions:
        """Refuse what is wrong with the command itself, before anybody is looked up. Raises BadUsage."""
        self.check_reason(context.command.option("for"))
        options = LinkOptions.read(context, self._configurations, self._account.return_urls)
        command = context.command
        if command.verb.flow is Flow.SWITCH and not (
            command.target or options.quantity or command.option("coupon") or command.option("promo")
        ):
            raise BadUsage("switch_needs_change")
        return options

    def check_reason(self, reason: str | None) -> None:
        """Refuse a link for no reason, where one is wanted. Raises BadUsage."""
        if self._account.reason_needed and reason is None:
            raise BadUsage("reason_needed")

    async def make(
        self, context: CommandContext, found: Found, options: LinkOptions, discounts: LinkDiscounts
    ) -> LinkMade:
        """Make the link. Raises Refused; LinkRefused when rules or Stripe stand in the way."""
        plan = await self.plan(context, found, options, discounts)
        flow = plan.request.flow
        async with self.allowance(context) as allowance:
            link = await self._made(plan)
            allowance.used = True
        disagreement = self._counted(flow, compared(plan.verdict, None)) if options.anyway else None
        context.session = link.session
        return LinkMade(
            found=found,
            subscription=plan.subscription,
            flow=flow,
            link=link,
            configuration=link.configuration_details or plan.question.configuration,
            offer=plan.request.retention_coupon,
            warnings=tuple(each for each in plan.verdict.findings if each.severity is not Severity.INFO),
            disagreement=disagreement,
            target=plan.question.target,
        )

    async def plan(
        self,
        context: CommandContext,
        found: Found,
        options: LinkOptions,
        discounts: LinkDiscounts = NO_DISCOUNTS,
    ) -> LinkPlan:
        """Prepare the link. Raises Refused; LinkRefused when rules stand in the way."""
        living(found)
        flow = _flow(context)
        subscription = await self._lookup.subscription_for_flow(found) if flow.needs_subscription else None
        context.subscription = subscription.id if subscription else context.subscription
        change = NO_CHANGE
        if flow is Flow.SWITCH and subscription is not None:
            change = await read_change(self._gateway, context, subscription, options, discounts)
        request = self._request(context, found, subscription, change, options)
        question = await self._question(found, subscription, change, options, discounts.offer)
        verdict = _verdict(question, flow)
        if not options.anyway:
            _refuse_what_cannot_work(flow, verdict.findings)
        return LinkPlan(request, subscription, question, verdict)

    @asynccontextmanager
    async def allowance(self, context: CommandContext) -> AsyncIterator[Allowance]:
        """Take one link off what the person may make for the customer of the context. Raises NotAllowed."""
        grant = await self._reserve(context)
        allowance = Allowance()
        try:
            yield allowance
        finally:
            if not allowance.used:
                await self._release(grant)

    def _request(
        self,
        context: CommandContext,
        found: Found,
        subscription: Subscription | None,
        change: Change,
        options: LinkOptions,
    ) -> LinkRequest:
        flow = _flow(context)
        item = first_item(subscription) if flow is Flow.SWITCH and subscription else None
        request = LinkRequest(
            flow=flow,
            customer=None if found.customer_account else found.customer.id,
            customer_account=found.customer_account,
            subscription=subscription.id if subscription else None,
            item=item.id if item else None,
            price=change.price.id if change.price else None,
            # Stripe would take a switch without a quantity for a quantity of one.
            quantity=change.quantity or (item.quantity if item else None),
            coupon=context.command.option("coupon"),
            promotion_code=change.promotion_code,
            retention_coupon=context.command.option("offer"),
            configuration=options.configuration,
            locale=options.locale_for(found.customer),
            return_url=options.return_url,
            on_behalf_of=options.on_behalf_of,
            recover_until=options.recover_until,
            then=options.then,
            then_url=options.then_url,
        )
        return replace(request, idempotency_key=idempotency_key(context, request))

    async def _question(
        self,
        found: Found,
        subscription: Subscription | None,
        change: Change,
        options: LinkOptions,
        offer: Discount | None,
    ) -> Question:
        configuration = self._configurations.known(options.configuration)
        if configuration is None and options.anyway:
            # Who asks whether the rules are right must hear all of them.
            configuration = await self._configuration(options.configuration)
        return Question(
            customer=found.customer,
            now=self._clock(),
            subscription=subscription,
            configuration=configuration,
            target=change.target,
            prices=self._prices.known(configuration),
            key_livemode=self._gateway.livemode,
            on_behalf_of=options.on_behalf_of,
            discounts=change.discounts,
            retention=offer,
        )

    async def _made(self, plan: LinkPlan) -> PortalLink:
        try:
            return await create_link(self._gateway, plan.request)
        except PortalBlocks as refused:
            raise await self._explained(refused, plan.question, plan.request) from None

    async def _reserve(self, context: CommandContext) -> Grant | None:
        livemode, now = self._gateway.livemode, self._clock()
        try:
            return await self._limits.reserve(context.person.id, context.customer or "", livemode, now)
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

    async def _explained(
        self, refused: PortalBlocks, question: Question, request: LinkRequest
    ) -> LinkRefused:
        """Add what the rules say, now with the configuration, and count it when they say something else."""
        configuration = await self._configuration(request.configuration)
        verdict = _verdict(
            replace(
                question, configuration=configuration, default_configuration_missing=configuration is None
            ),
            request.flow,
        )
        return LinkRefused(
            refused.code,
            in_the_way(verdict.findings),
            stripe_said=refused.stripe_said,
            disagreement=self._counted(request.flow, compared(verdict, refused)),
            **refused.facts,
        )

    async def _configuration(self, asked: str | None) -> Configuration | None:
        try:
            return await self._configurations.get(asked)
        except PortalBlocks:  # never set up in this mode
            return None

    def _counted(self, flow: Flow, disagreement: Disagreement | None) -> Disagreement | None:
        if disagreement is not None:
            self._metrics.rules_disagreements.labels(flow=flow.value).inc()
        return disagreement


def _flow(context: CommandContext) -> Flow:
    """The flow of a link verb; a mail's personal link opens the whole portal."""
    return context.command.verb.flow or Flow.HOME


def _verdict(question: Question, flow: Flow) -> ActionVerdict:
    return judged(explain(question), _scopes(flow, question.target))


def _scopes(flow: Flow, target: Target) -> tuple[Scope, ...]:
    if flow is not Flow.SWITCH:
        return SCOPES[flow]
    changed = (
        (Scope.SWITCH, target.price is not None),
        (Scope.QUANTITY, target.quantity is not None),
    )
    # A discount alone is an update as well.
    return tuple(scope for scope, asked in changed if asked) or (Scope.UPDATE,)


def _refuse_what_cannot_work(flow: Flow, findings: tuple[Finding, ...]) -> None:
    sure = [each for each in findings if each.severity is Severity.BLOCK and each.status in SURE]
    if sure:
        raise LinkRefused("portal_rule", in_the_way(findings), flow=flow.value)
