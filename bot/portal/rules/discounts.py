"""Whether a coupon or promotion code that a link is to carry takes anything off for this customer."""

from collections.abc import Callable
from functools import wraps
from typing import Final

from bot.portal.models import MISSING, Coupon, Item, Price, PromotionCode
from bot.portal.rules.amounts import line_amount
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import UPDATES, Scope, Severity, Status
from bot.portal.rules.question import Discount
from bot.portal.rules.rule import Check, Hit, Stage, blocks, given_price, maybe, missing, rule
from bot.portal.rules.sources import COUPONS, INFERRED, SDK_COUPON, SDK_PROMOTION_CODE

BLOCKED: Final = blocks(*UPDATES, Scope.CANCEL)
BLOCKED_UPDATES: Final = blocks(*UPDATES)

_WITH_CHANGE: Final = frozenset(UPDATES)
_WITH_CANCELLATION: Final = frozenset({Scope.CANCEL})
_INVOICES_THAT_COUNT: Final = frozenset({"draft", "open", "paid", "uncollectible"})

DiscountCheck = Callable[[Discount, Facts], Hit | None]


def of_each_discount(check: DiscountCheck) -> Check:
    """Ask about each discount of the change, and about the one that is offered to whoever cancels."""

    @wraps(check)
    def asked(facts: Facts) -> Hit | None:
        question = facts.question
        if facts.subscription is None or not (question.discounts or question.retention):
            return None
        for discount in question.discounts:
            hit = check(discount, facts)
            if hit is not None:
                return hit._replace(only=_WITH_CHANGE)
        offered = check(question.retention, facts) if question.retention else None
        return offered._replace(only=_WITH_CANCELLATION) if offered else None

    return asked


@rule("DISCOUNT_INVALID", Stage.TARGET, BLOCKED, Status.DOCUMENTED, SDK_COUPON)
@of_each_discount
def invalid(discount: Discount, facts: Facts) -> Hit | None:
    """The coupon's `valid` or the code's `active` is false, or one of them has expired or is used up."""
    code, coupon, now = discount.code, discount.coupon, facts.question.now
    because = (
        (code is not None and _over(code.expires_at, code, now))
        or (coupon is not None and _over(coupon.redeem_by, coupon, now))
        or (coupon is not None and coupon.valid is False and "invalid")
        or (code is not None and code.active is False and "inactive")
    )
    if because:
        return Hit({"discount": discount.name, "because": because, "coupon": coupon.id if coupon else None})
    if coupon is None:
        return missing("coupon", discount=discount.name)
    return missing("coupon.valid", discount=discount.name) if coupon.valid is MISSING else None


def _over(last_moment: int | None, redeemed: Coupon | PromotionCode, now: int) -> str | None:
    if last_moment is not None and last_moment <= now:
        return "expired"
    most, times = redeemed.max_redemptions, redeemed.times_redeemed
    return "used_up" if most is not None and times is not None and times >= most else None


@rule("DISCOUNT_CUSTOMER", Stage.TARGET, BLOCKED_UPDATES, Status.DOCUMENTED, SDK_PROMOTION_CODE)
@of_each_discount
def for_other_customer(discount: Discount, facts: Facts) -> Hit | None:
    """The promotion code's `customer` is another customer."""
    code = discount.code
    if code is None or code.customer is None or code.customer == facts.customer.id:
        return None
    evidence = {"discount": discount.name, "customer": facts.customer.id}
    return Hit({**evidence, "code_customer": code.customer})


@rule("DISCOUNT_FIRST_TIME", Stage.TARGET, BLOCKED_UPDATES, Status.DOCUMENTED, SDK_PROMOTION_CODE)
@of_each_discount
def for_first_purchase(discount: Discount, facts: Facts) -> Hit | None:
    """The promotion code is for first purchases, and the customer has an invoice that is not void.

    Maybe when no such invoice is in the answer: an earlier purchase need not show on today's subscriptions.
    """
    if discount.code is None or not discount.code.first_time:
        return None
    held = [facts.subscription, *(facts.customer.subscriptions or ())]
    invoices = [each.latest_invoice.object for each in held if each and each.latest_invoice]
    earlier = next((each for each in invoices if each and each.status in _INVOICES_THAT_COUNT), None)
    if earlier is not None:
        return Hit({"discount": discount.name, "invoice": earlier.id, "number": earlier.number})
    words = "DISCOUNT_FIRST_TIME.maybe"
    return Hit({"discount": discount.name}, severity=Severity.MAYBE, words=words, status=Status.UNVERIFIED)


@rule("DISCOUNT_MINIMUM", Stage.TARGET, BLOCKED_UPDATES, Status.DOCUMENTED, SDK_PROMOTION_CODE)
@of_each_discount
def below_minimum(discount: Discount, facts: Facts) -> Hit | None:
    """What is paid for a period is below the promotion code's minimum amount.

    Maybe when the amount is not known, or when the minimum is in another currency.
    """
    minimums = discount.code.minimums if discount.code else {}
    if not minimums:
        return None
    currency = (facts.currency or "").lower()
    amount = _amount(facts)
    evidence = {"discount": discount.name, "amount": amount, "currency": currency or None}
    if currency not in minimums:
        named, minimum = next(iter(minimums.items()))
        evidence |= {"minimum": minimum, "minimum_currency": named}
        words = "DISCOUNT_MINIMUM.currency"
        return Hit(evidence, severity=Severity.MAYBE, words=words, status=Status.UNVERIFIED)
    evidence |= {"minimum": minimums[currency], "minimum_currency": currency}
    if amount is None:
        words = "DISCOUNT_MINIMUM.amount"
        return Hit(evidence, severity=Severity.MAYBE, words=words, status=Status.UNVERIFIED)
    return Hit(evidence) if amount < minimums[currency] else None


def _amount(facts: Facts) -> int | None:
    """What a period costs after the change, in the subscription's currency; the most that can be due now."""
    price = facts.wanted_price
    known = price is not None and price.currency == facts.currency
    return line_amount(price, facts.wanted_quantity) if known else None


@rule("DISCOUNT_CURRENCY", Stage.TARGET, BLOCKED, Status.DOCUMENTED, SDK_COUPON)
@of_each_discount
def in_other_currency(discount: Discount, facts: Facts) -> Hit | None:
    """The coupon takes an amount off, and neither `currency` nor `currency_options` is the subscription's."""
    coupon = discount.coupon
    if coupon is None or coupon.amount_off is None or coupon.currency is None:
        return None
    if facts.currency is None:
        return missing("currency", discount=discount.name)
    offered = {coupon.currency.lower(), *(option.lower() for option in coupon.further_currencies)}
    if facts.currency.lower() in offered:
        return None
    evidence = {"discount": discount.name, "coupon_currency": coupon.currency}
    return Hit({**evidence, "currency": facts.currency})


@rule("DISCOUNT_PRODUCTS", Stage.TARGET, BLOCKED, Status.DOCUMENTED, COUPONS)
@of_each_discount
def for_other_products(discount: Discount, facts: Facts) -> Hit | None:
    """The coupon's `applies_to.products` holds no product of the subscription as it would be."""
    eligible = discount.coupon.products if discount.coupon else None
    if eligible is None:
        return None
    prices = [facts.target.price] if facts.target.price else [item.price for item in facts.items]
    products = [price.product_id if price else None for price in prices]
    if any(product in eligible for product in products):
        return None
    if None in products:
        return missing("price.product", discount=discount.name)
    return Hit({"discount": discount.name, "products": list(eligible), "subscribed": products})


@rule("DISCOUNT_ALONE", Stage.TARGET, maybe(Scope.SWITCH, Scope.QUANTITY), Status.UNVERIFIED, INFERRED)
@given_price
def alone(_price: Price, item: Item, facts: Facts) -> Hit | None:
    """A discount comes with the price and quantity that the subscription already has."""
    if not facts.question.discounts or facts.changes_something:
        return None
    return Hit({"discount": facts.question.discounts[0].name, "quantity": item.quantity})
