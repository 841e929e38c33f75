"""Whether customer, subscription, key and session belong together, and whether the login link can work."""

from collections import defaultdict

from bot.portal.models import MISSING, Subscription
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import Scope, Status
from bot.portal.rules.rule import Hit, Stage, blocks, given_subscription, informs, missing, rule, warns
from bot.portal.rules.sources import INFERRED, INTEGRATE, NO_CODE, SDK_CUSTOMER, SDK_SESSION

BILLED = frozenset({"active", "trialing", "past_due"})
SESSION_BLOCKED = blocks(Scope.SESSION)


@rule("MODE_MISMATCH", Stage.IDENTITY, SESSION_BLOCKED, Status.OBSERVED, INFERRED)
def wrong_mode(facts: Facts) -> Hit | None:
    """The key is of one mode and the customer, subscription or configuration of the other."""
    key = facts.question.key_livemode
    if key is None:
        return None
    objects = (facts.customer, facts.subscription, facts.configuration)
    known = [(thing.id, thing.livemode) for thing in objects if thing and thing.livemode is not None]
    for identifier, livemode in known:
        if livemode is not key:
            return Hit({"object": identifier, "livemode": livemode, "key_livemode": key})
    if known or facts.customer.deleted:
        return None
    return missing("livemode", customer=facts.customer.id)


@rule("CUST_DELETED", Stage.IDENTITY, SESSION_BLOCKED, Status.INFERRED, SDK_CUSTOMER)
def customer_deleted(facts: Facts) -> Hit | None:
    """The customer's `deleted` is true."""
    return Hit({"customer": facts.customer.id}) if facts.customer.deleted else None


@rule("SUB_OTHER_CUSTOMER", Stage.IDENTITY, SESSION_BLOCKED, Status.INFERRED, INFERRED)
@given_subscription
def other_customer(subscription: Subscription, facts: Facts) -> Hit | None:
    """The subscription's `customer` is not the customer of the session."""
    if subscription.customer is None:
        return missing("customer", subscription=subscription.id)
    if subscription.customer == facts.customer.id:
        return None
    evidence = {"subscription": subscription.id, "customer": facts.customer.id}
    return Hit({**evidence, "subscription_customer": subscription.customer})


@rule("SUB_OBO_FILTER", Stage.IDENTITY, SESSION_BLOCKED, Status.DOCUMENTED, SDK_SESSION)
@given_subscription
def filtered_by_account(subscription: Subscription, facts: Facts) -> Hit | None:
    """The session is made `on_behalf_of` an account that is not the subscription's."""
    account = facts.question.on_behalf_of
    if account is None or account == subscription.on_behalf_of:
        return None
    return Hit(
        {
            "subscription": subscription.id,
            "on_behalf_of": account,
            "subscription_on_behalf_of": subscription.on_behalf_of,
        }
    )


@rule("SUB_CONNECT", Stage.CONSEQUENCE, informs(Scope.SESSION), Status.DOCUMENTED, INTEGRATE)
@given_subscription
def connected(subscription: Subscription, facts: Facts) -> Hit | None:
    """The subscription is on a connected account, or an application made it."""
    account = facts.question.stripe_account
    if account is None and subscription.application is None:
        return None
    evidence = {"subscription": subscription.id, "application": subscription.application}
    return Hit({**evidence, "account": account})


@rule("CUST_DOUBLE_BILLING", Stage.CONSEQUENCE, warns(Scope.SESSION), Status.INFERRED, INFERRED)
def billed_twice(facts: Facts) -> Hit | None:
    """Two of the customer's subscriptions are billed for the same product, and neither is set to end.

    Billed are `active`, `trialing` and `past_due` ones whose collection is not paused.
    """
    billed = [each for each in facts.customer.subscriptions or () if _goes_on_being_billed(each)]
    if len(billed) < 2:
        return None
    holders: defaultdict[str, dict[str, str | None]] = defaultdict(dict)
    for subscription in billed:
        for item in () if subscription.items is MISSING else subscription.items:
            if item.price is not None and item.price.product_id is not None:
                known = facts.question.prices.get(item.price.id, item.price)
                holders[item.price.product_id][subscription.id] = known.product_name
    product, subscriptions = max(holders.items(), key=lambda each: len(each[1]), default=("", {}))
    if len(subscriptions) < 2:
        return None
    name = next((name for name in subscriptions.values() if name), None)
    evidence = {"customer": facts.customer.id, "subscriptions": list(subscriptions)}
    return Hit({**evidence, "product": product, "name": name})


def _goes_on_being_billed(subscription: Subscription) -> bool:
    set_to_end = subscription.cancel_at is not None or subscription.cancel_at_period_end is True
    return subscription.status in BILLED and not set_to_end and not subscription.has_pause_collection


@rule("CUST_NO_EMAIL", Stage.IDENTITY, blocks(Scope.LOGIN_LINK), Status.DOCUMENTED, NO_CODE)
def no_email(facts: Facts) -> Hit | None:
    """The customer has no email address."""
    return None if (facts.customer.email or "").strip() else Hit({"customer": facts.customer.id})


@rule("CUST_DUP_EMAIL", Stage.CONSEQUENCE, warns(Scope.LOGIN_LINK), Status.DOCUMENTED, NO_CODE)
def shared_email(facts: Facts) -> Hit | None:
    """Several customers share the email address."""
    shared = facts.question.shared_email
    if shared is None or shared.count < 2:
        return None
    return Hit({"customer": facts.customer.id, "customers": shared.count, "opens": shared.opens})
