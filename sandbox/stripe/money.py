"""Invoices, charges and what hangs on them."""

from datetime import UTC, datetime
from typing import Any

import stripe

from sandbox.stripe.annotations import StripeObject, hints, inner_class
from sandbox.stripe.skeleton import build, embedded
from sandbox.stripe.world import World

DAY = 86_400


def make_invoice(
    world: World,
    subscription: StripeObject,
    *,
    created: int,
    status: str = "paid",
    amount: int | None = None,
    reason: str = "subscription_cycle",
) -> StripeObject:
    """Make the invoice of one period, the subscription's latest, with its charge when it was paid.

    `amount` replaces what the items cost, for an invoice of prorations.
    """
    customer = world.get(subscription["customer"])
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    customer["next_invoice_sequence"] += 1
    invoice_id = world.named("in", f"invoice.{number}")
    lines = [line(world, item, invoice_id) for item in subscription["items"]["data"]]
    if amount is not None:
        lines = [{**lines[0], "amount": amount, "subtotal": amount}]
    total = sum(one["amount"] for one in lines)
    paid = status == "paid"
    invoice = world.add(
        "invoice",
        id=invoice_id,
        number=number,
        created=created,
        currency=subscription["currency"],
        collection_method=subscription["collection_method"],
        billing_reason=reason,
        status=status,
        attempted=subscription["collection_method"] == "charge_automatically",
        attempt_count=1,
        period_start=created,
        period_end=created,
        lines={"object": "list", "data": lines, "has_more": False, "url": f"/v1/invoices/{invoice_id}/lines"},
        **_sums(total, paid=paid),
        **_addressed(world, customer, invoice_id),
        **_belonging(subscription, created, paid=paid),
    )
    subscription["latest_invoice"] = invoice_id
    if paid and total > 0:
        invoice["receipt_number"] = receipt_number(invoice_id)
        payment(world, f"{number}.payment", customer, total, subscription["currency"], created=created)
    return invoice


def _sums(total: int, *, paid: bool) -> dict[str, int]:
    return {
        "amount_due": total,
        "amount_paid": total if paid else 0,
        "amount_remaining": 0 if paid else total,
        "subtotal": total,
        "total": total,
    }


def _addressed(world: World, customer: StripeObject, invoice_id: str) -> dict[str, Any]:
    host = f"https://invoice.stripe.com/i/{world.account}/{invoice_id}"
    return {
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "account_name": "Example Inc",
        "hosted_invoice_url": host,
        "invoice_pdf": f"{host}/pdf",
        "metadata": {},
    }


def _belonging(subscription: StripeObject, created: int, *, paid: bool) -> dict[str, Any]:
    by_invoice = subscription["collection_method"] == "send_invoice"
    return {
        "due_date": created + 30 * DAY if by_invoice else None,
        "parent": embedded(
            stripe.Invoice.Parent,
            type="subscription_details",
            subscription_details=embedded(
                stripe.Invoice.Parent.SubscriptionDetails, subscription=subscription["id"], metadata={}
            ),
        ),
        "status_transitions": {
            "finalized_at": created,
            "marked_uncollectible_at": None,
            "paid_at": created if paid else None,
            "voided_at": None,
        },
    }


def receipt_number(invoice_id: str) -> str:
    """Return eight digits, as on Stripe's receipts."""
    digits = sum(ord(letter) * 31**place for place, letter in enumerate(invoice_id)) % 100_000_000
    return f"{digits:08d}"[:4] + "-" + f"{digits:08d}"[4:]


def line(world: World, item: StripeObject, invoice_id: str) -> StripeObject:
    """Return the invoice line of a subscription item."""
    price = world.get(item["price"])
    made = build(
        "line_item",
        id=world.stable_id("il", f"{invoice_id}.{item['id']}"),
        amount=(price["unit_amount"] or 0) * (item.get("quantity") or 1),
        currency=price["currency"],
        description=f"{item.get('quantity') or 1} × {world.get(price['product'])['name']}",
        quantity=item.get("quantity"),
        period={"start": item["current_period_start"], "end": item["current_period_end"]},
        livemode=world.livemode,
        subscription=item["subscription"],
        parent=embedded(
            stripe.InvoiceLineItem.Parent,
            type="subscription_item_details",
            subscription_item_details=embedded(
                stripe.InvoiceLineItem.Parent.SubscriptionItemDetails,
                subscription=item["subscription"],
                subscription_item=item["id"],
            ),
        ),
    )
    made["invoice"] = invoice_id
    made["subtotal"] = made["amount"]
    return made


def payment(
    world: World,
    label: str,
    customer: StripeObject | None,
    amount: int,
    currency: str,
    *,
    created: int,
    email: str | None = None,
    name: str | None = None,
) -> StripeObject:
    """Make a payment intent with its charge, and return the charge; without a customer a guest pays."""
    method = world.find(((customer or {}).get("invoice_settings") or {}).get("default_payment_method"))
    intent_id, charge_id = world.named("pi", f"{label}.intent"), world.named("ch", f"{label}.charge")
    common: dict[str, Any] = {
        "amount": amount,
        "created": created,
        "currency": currency,
        "customer": customer and customer["id"],
        "payment_method": method and method["id"],
        "receipt_email": email,
        "status": "succeeded",
    }
    world.add(
        "payment_intent",
        id=intent_id,
        amount_received=amount,
        latest_charge=charge_id,
        payment_method_types=[method["type"] if method else "card"],
        client_secret=None,
        **common,
    )
    return world.add(
        "charge",
        id=charge_id,
        amount_captured=amount,
        captured=True,
        paid=True,
        payment_intent=intent_id,
        billing_details=embedded(
            stripe.Charge.BillingDetails,
            email=email or (customer or {}).get("email"),
            name=name or (customer or {}).get("name"),
        ),
        payment_method_details=_details(method),
        **common,
    )


def decline(world: World, invoice: StripeObject, method: StripeObject | None) -> None:
    """Give an invoice the payment that was declined: an expired card says so, any other lacks money."""
    card = (method or {}).get("card") or {}
    expiry = card.get("exp_year", 9999), card.get("exp_month", 12)
    today = datetime.fromtimestamp(invoice["created"], UTC)
    code, finer, message = "card_declined", "insufficient_funds", "Your card has insufficient funds."
    if expiry < (today.year, today.month):
        code, finer, message = "expired_card", "expired_card", "Your card has expired."
    error = embedded(
        stripe.PaymentIntent.LastPaymentError,
        type="card_error",
        code=code,
        decline_code=finer,
        message=message,
    )
    intent = world.add(
        "payment_intent",
        id=world.named("pi", f"{invoice['id']}.declined.{invoice['attempt_count']}"),
        amount=invoice["amount_due"],
        created=invoice["created"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        status="requires_payment_method",
        last_payment_error=error,
        client_secret=None,
    )
    payment = build(
        "invoice_payment",
        id=world.named("inpay", intent["id"]),
        invoice=invoice["id"],
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status="open",
    )
    url = f"/v1/invoice_payments?invoice={invoice['id']}"
    invoice["payments"] = {"object": "list", "data": [payment], "has_more": False, "url": url}


def _details(method: StripeObject | None) -> StripeObject:
    kind = method["type"] if method else "card"
    known: dict[str, Any] = method[kind] if method else {"brand": "visa", "last4": "4242"}
    owner = inner_class(hints(stripe.Charge.PaymentMethodDetails)[kind])
    details = embedded(owner)
    details.update({key: value for key, value in known.items() if key in details})
    return {"type": kind, kind: details}
