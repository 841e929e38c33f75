"""Payment methods and payments."""

from dataclasses import dataclass

from sandbox.stripe.actions.cancelling import UPDATED
from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.money import decline, make_invoice, payment, receipt_number
from sandbox.stripe.seeds.methods import method_details

DAY = 86_400
FAILS_WHEN_CHARGED = "0341"
"""The last four digits of the test card that can be saved but never charged."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card of the fake form. `declined` ones are refused at once."""

    __test__ = False

    key: str
    brand: str
    last4: str
    label: str
    declined: bool = False


CARDS = (
    TestCard("visa", "visa", "4242", "Visa •••• 4242"),
    TestCard("mastercard", "mastercard", "4444", "Mastercard •••• 4444"),
    TestCard("amex", "amex", "0005", "American Express •••• 0005"),
    TestCard("declined", "visa", "0002", "Visa •••• 0002", declined=True),
    TestCard("fails_later", "visa", FAILS_WHEN_CHARGED, f"Visa •••• {FAILS_WHEN_CHARGED}"),
)


class CardDeclinedError(Exception):
    """The bank said no."""


def attach_card(desk: Desk, customer: StripeObject, key: str) -> StripeObject:
    """Save a card as the customer's default.

    Raises `CardDeclinedError`, and `LookupError` for an unknown card.
    """
    card = next((one for one in CARDS if one.key == key), None)
    if card is None:
        raise LookupError(key)
    if card.declined:
        raise CardDeclinedError
    method = desk.world.add(
        "payment_method",
        id=desk.world.new_id("pm"),
        type="card",
        customer=customer["id"],
        metadata={},
        allow_redisplay="always",
    )
    method["card"] = method_details("card", brand=card.brand, display_brand=card.brand, last4=card.last4)
    method["billing_details"].update(email=customer["email"], name=customer["name"])
    desk.tell("payment_method.attached", method)
    make_default(desk, customer, method["id"])
    return method


def make_default(desk: Desk, customer: StripeObject, method_id: str) -> None:
    """Set the customer's default, as the portal does; one on a subscription still comes first."""
    settings = {**customer["invoice_settings"], "default_payment_method": method_id}
    desk.change(customer, "customer.updated", lambda one: one.update(invoice_settings=settings))


def methods_of(desk: Desk, customer: StripeObject) -> list[StripeObject]:
    """Return the customer's payment methods, newest first."""
    return [one for one in desk.world.every("payment_method") if one["customer"] == customer["id"]]


def detach(desk: Desk, customer: StripeObject, method: StripeObject) -> None:
    """Remove a payment method that is not the default one."""
    if customer["invoice_settings"]["default_payment_method"] == method["id"]:
        return
    desk.change(method, "payment_method.detached", lambda one: one.update(customer=None))


def can_charge(desk: Desk, subscription: StripeObject) -> bool:
    """Return whether a payment would go through."""
    customer = desk.world.get(subscription["customer"])
    method = method_of(desk, subscription)
    if method is None:
        return customer["default_source"] is not None
    return not (method["type"] == "card" and method["card"]["last4"] == FAILS_WHEN_CHARGED)


def method_of(desk: Desk, subscription: StripeObject) -> StripeObject | None:
    """Return what the subscription is paid with: its own payment method, or the customer's default."""
    customer = desk.world.get(subscription["customer"])
    return desk.world.find(
        subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    )


def bill(desk: Desk, subscription: StripeObject, amount: int | None, reason: str) -> StripeObject:
    """Invoice now and charge; a failed charge leaves the subscription past due."""
    works = can_charge(desk, subscription)
    invoice = make_invoice(
        desk.world,
        subscription,
        created=desk.now,
        status="paid" if works else "open",
        amount=amount,
        reason=reason,
    )
    desk.tell("invoice.created", invoice)
    desk.tell("invoice.finalized", invoice)
    if works:
        desk.tell("invoice.paid", invoice)
    else:
        fail(desk, subscription, invoice)
    return invoice


def fail(desk: Desk, subscription: StripeObject, invoice: StripeObject) -> None:
    """Record that a charge for this invoice failed, and why; the next attempt is in three days."""
    invoice.update(next_payment_attempt=desk.now + 3 * DAY, attempted=True)
    decline(desk.world, invoice, method_of(desk, subscription))
    desk.tell("invoice.payment_failed", invoice)
    if subscription["status"] in {"active", "trialing"}:
        desk.change(subscription, UPDATED, lambda one: one.update(status="past_due"))


def pay(desk: Desk, invoice: StripeObject) -> bool:
    """Pay an open invoice with the default payment method, and return whether that worked."""
    details = (invoice["parent"] or {}).get("subscription_details") or {}
    subscription = desk.world.find(details.get("subscription"))
    if subscription is None or invoice["status"] != "open":
        return False
    invoice["attempt_count"] += 1
    if not can_charge(desk, subscription):
        fail(desk, subscription, invoice)
        return False
    invoice.update(
        status="paid",
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        next_payment_attempt=None,
        receipt_number=receipt_number(invoice["id"]),
    )
    invoice["status_transitions"]["paid_at"] = desk.now
    customer = desk.world.get(subscription["customer"])
    label = f"{invoice['number']}.payment"
    payment(desk.world, label, customer, invoice["amount_due"], invoice["currency"], created=desk.now)
    desk.tell("invoice.paid", invoice)
    if subscription["status"] in {"past_due", "unpaid", "incomplete"}:
        desk.change(subscription, UPDATED, lambda one: one.update(status="active"))
    return True
