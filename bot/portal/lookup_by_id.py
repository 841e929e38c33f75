"""From an id to its customer: one call, two for a subscription item."""

from dataclasses import replace

from bot.errors import NotFound
from bot.portal.found import Found
from bot.portal.models import Customer, Subscription
from bot.portal.object_ids import Kind
from bot.portal.stripe_access import StripeGateway
from bot.portal.traces import Trace


async def find_by_id(gateway: StripeGateway, kind: Kind, identifier: str) -> Found:
    """Read the object and return its customer.

    Raises `NotFound` for an unknown id and for a guest's payment, with the address the guest gave.
    """
    if kind is Kind.ACCOUNT:
        return found_account(identifier)
    if kind is Kind.CUSTOMER:
        return Found(await gateway.customer(identifier), kind)
    if kind is Kind.SUBSCRIPTION:
        return await _by_subscription(gateway, kind, identifier)
    trace = await gateway.trace(kind, identifier)
    if kind is Kind.ITEM and trace.subscription_id:
        return await _by_subscription(gateway, kind, trace.subscription_id)
    return found_by_trace(trace, kind)


def found_account(account: str) -> Found:
    """An Account that stands for the customer; nothing is asked, the session create decides."""
    return Found(Customer(account), Kind.ACCOUNT, customer_account=account, complete=False)


def found_by_trace(trace: Trace, kind: Kind) -> Found:
    """Return the customer an object leads to. Raises `NotFound` when it leads to none."""
    if trace.customer is not None:
        return Found(
            trace.customer,
            kind,
            subscription=trace.subscription or _current(trace.customer, trace.subscription_id),
            subscription_id=trace.subscription_id,
            invoice=trace.invoice,
            complete=trace.complete,
        )
    if trace.customer_account is not None:
        return found_account(trace.customer_account)
    if kind in {Kind.EVENT, Kind.PAYMENT_METHOD}:
        raise NotFound("object_without_customer", kind=kind.value)
    if trace.email is None:
        raise NotFound("guest_payment_without_email", kind=kind.value)
    raise NotFound("guest_payment", kind=kind.value, email=trace.email)


async def _by_subscription(gateway: StripeGateway, kind: Kind, identifier: str) -> Found:
    subscription, trace = await gateway.subscription(identifier)
    if trace.customer is not None:
        held = Found(trace.customer, kind, complete=trace.complete)
    elif trace.customer_account is not None:
        held = replace(found_account(trace.customer_account), kind=kind)
    else:
        raise NotFound("object_without_customer", kind=kind.value)
    return replace(held, subscription=subscription, subscription_id=subscription.id)


def _current(customer: Customer, subscription: str | None) -> Subscription | None:
    return next((each for each in customer.subscriptions or () if each.id == subscription), None)
