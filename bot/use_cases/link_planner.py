"""What a link will be, from what was found: the request to Stripe, and what the rules say of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.durations import Clock
from bot.errors import PortalBlocks
from bot.portal.found import Found, living
from bot.portal.link_request import Flow, LinkRequest
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
from bot.use_cases.account import StripeAccount
from bot.use_cases.context import CommandContext
from bot.use_cases.disagreement import in_the_way, judged
from bot.use_cases.link_change import NO_CHANGE, Change, first_item, read_change
from bot.use_cases.link_options import LinkOptions, idempotency_key
from bot.use_cases.link_terms import NO_TERMS, LinkTerms
from bot.use_cases.results import LinkRefused

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


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """A link that nothing stands in the way of, not made yet."""

    request: LinkRequest
    subscription: Subscription | None
    question: Question
    verdict: ActionVerdict


class LinkPlanner:
    """Prepares links. Calls Stripe only for a subscription that the find did not hold."""

    def __init__(self, account: StripeAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock

    async def plan(
        self,
        context: CommandContext,
        found: Found,
        options: LinkOptions,
        terms: LinkTerms = NO_TERMS,
    ) -> LinkPlan:
        """Prepare the link. Raises Refused; LinkRefused when rules stand in the way."""
        living(found)
        flow = flow_of(context)
        subscription = (
            await self._account.lookup.subscription_for_flow(found) if flow.needs_subscription else None
        )
        context.subscription = subscription.id if subscription else context.subscription
        change = NO_CHANGE
        if flow is Flow.SWITCH and subscription is not None:
            change = read_change(context, subscription, options, terms)
        request = self.request(context, found, subscription, change, options)
        question = await self._question(found, subscription, change, options, terms.offer)
        verdict = verdict_of(question, flow)
        if not options.anyway:
            _refuse_what_cannot_work(flow, verdict.findings)
        return LinkPlan(request, subscription, question, verdict)

    def request(
        self,
        context: CommandContext,
        found: Found,
        subscription: Subscription | None,
        change: Change,
        options: LinkOptions,
    ) -> LinkRequest:
        """Return what is asked of Stripe for the flow of the command."""
        flow = flow_of(context)
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
        configuration = self._account.configurations.known(options.configuration)
        if configuration is None and options.anyway:
            # Who asks whether the rules are right must hear all of them.
            configuration = await self.configuration(options.configuration)
        return Question(
            customer=found.customer,
            now=self._clock(),
            subscription=subscription,
            configuration=configuration,
            target=change.target,
            prices=self._account.prices.known(configuration),
            key_livemode=self._account.livemode,
            on_behalf_of=options.on_behalf_of,
            discounts=change.discounts,
            retention=offer,
        )

    async def configuration(self, asked: str | None) -> Configuration | None:
        """Return the configuration meant; None when the portal was never set up in this mode."""
        try:
            return await self._account.configurations.get(asked)
        except PortalBlocks:
            return None


def flow_of(context: CommandContext) -> Flow:
    """The flow of a link verb; a mail's personal link opens the whole portal."""
    return context.command.verb.flow or Flow.HOME


def verdict_of(question: Question, flow: Flow) -> ActionVerdict:
    """Return what the rules say of a flow."""
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
