"""What can be chosen where a link command leaves it open: a plan to switch to, a coupon to offer."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.command import Command
from bot.errors import BadUsage
from bot.portal.found import Found, living
from bot.portal.link_request import Flow
from bot.portal.models import Coupon, Price, Subscription
from bot.portal.rules import Discount, Question, Scope, Severity, alternatives, explain
from bot.use_cases.account import StripeAccount
from bot.use_cases.link_options import LinkOptions

MOST_PLANS = 12
OFFER = "offer"


class ChoosePlan(BadUsage):
    """`switch` names no change; `plans` are those that the subscription could go to."""

    def __init__(self, plans: Sequence[Price], subscription: Subscription | None) -> None:
        super().__init__("switch_needs_change")
        self.plans = tuple(plans)
        self.subscription = subscription


class ChooseOffer(BadUsage):
    """`offer:` names no coupon; `coupons` are those that take something off for this customer."""

    def __init__(self, coupons: Sequence[Coupon]) -> None:
        super().__init__("offer_needs_coupon")
        self.coupons = tuple(coupons)


def leaves_open(command: Command) -> bool:
    """Whether the command says that something changes or is offered, and not what."""
    changes = command.target or {"qty", "coupon", "promo"} & command.options.keys()
    return command.option(OFFER) == "" or (command.verb.flow is Flow.SWITCH and not changes)


async def choice_for(
    command: Command, account: StripeAccount, found: Found, options: LinkOptions, now: int
) -> BadUsage:
    """Return the refusal with what fits, for a command that leaves it open. Raises Refused."""
    subscription = await account.lookup.subscription_for_flow(living(found))
    question = Question(
        customer=found.customer,
        now=now,
        subscription=subscription,
        configuration=await account.configurations.get(options.configuration),
        key_livemode=account.livemode,
    )
    return await (_offers if command.option(OFFER) == "" else _plans)(account, question)


async def _plans(account: StripeAccount, question: Question) -> ChoosePlan:
    configuration = question.configuration
    prices = await account.prices.of(configuration) if configuration else {}
    found = alternatives(replace(question, prices=prices), MOST_PLANS)
    # Reading the prices may have taught what the present one is called.
    held = question.subscription and account.gateway.catalog.named(question.subscription)
    return ChoosePlan([each.price for each in found], held)


async def _offers(account: StripeAccount, question: Question) -> ChooseOffer:
    coupons = await account.gateway.shop.coupons()
    return ChooseOffer([each for each in coupons if _fits(question, each)])


def _fits(question: Question, coupon: Coupon) -> bool:
    """Whether no rule speaks against offering it; a coupon that is in doubt is not proposed."""
    findings = explain(replace(question, retention=Discount(coupon.id, coupon)))[Scope.CANCEL].findings
    against = [each for each in findings if each.rule.startswith("DISCOUNT_")]
    return all(each.severity not in {Severity.BLOCK, Severity.MAYBE} for each in against)
