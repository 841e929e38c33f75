"""Customers for whom everything works, and the objects an agent may paste about them."""

import stripe

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.money import payment
from sandbox.stripe.render import render
from sandbox.stripe.seeds.builder import Builder, address
from sandbox.stripe.skeleton import build, embedded


def plain(b: Builder) -> None:
    """Seed the plain cases, Jenny first: the demo begins with her."""
    jenny = b.plain(
        "jenny", "Jenny Rosen", "jenny@example.com", "One plain subscription, a Visa card. Everything works."
    )
    b.ref("jenny").update(phone="+15555550123", metadata={"user_id": "42"})
    b.invoice(jenny, days=40)
    b.invoice(jenny, days=10)
    _papers(b, jenny)

    noah = b.customer(
        "noah", "Noah Müller", "noah@example.com", "Team plan with five seats: the quantity can be changed."
    )
    noah["address"] = address("DE", "Berlin", "10117", "Friedrichstraße 1")
    b.method(noah, brand="mastercard", display_brand="mastercard", last4="4444", country="DE")
    b.invoice(b.subscription(noah, "team_monthly", quantity=5))

    olga = b.customer(
        "olga",
        "Olga Petrova",
        "olga@example.com",
        "Yearly Business plan: a switch to monthly waits for the period's end.",
    )
    b.method(olga, brand="amex", display_brand="amex", last4="0005")
    b.invoice(b.subscription(olga, "business_yearly"))

    free = b.customer(
        "free",
        "Frieda Frei",
        "frieda@example.com",
        "Free plan and no payment method at all: a paid plan asks for one.",
    )
    b.subscription(free, "free_monthly")


def _papers(b: Builder, subscription: StripeObject) -> None:
    """Seed one of each kind of object that hangs on a customer."""
    customer = b.ref("jenny")
    invoice = b.world.get(subscription["latest_invoice"])
    _refund(b, customer)
    _billing_papers(b, customer, invoice)
    _sign_up(b, customer, subscription)
    _event(b, "customer.subscription.created", subscription, days=1)
    _event(b, "invoice.paid", invoice, days=2)
    _event(b, "customer.updated", customer, days=3)


def _refund(b: Builder, customer: StripeObject) -> None:
    charge = payment(b.world, "jenny.refunded", customer, 1_000, "usd", created=b.ago(35))
    charge.update(amount_refunded=1_000, refunded=True)
    b.world.add(
        "refund",
        id=b.named("re", "jenny.refund"),
        amount=1_000,
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        currency="usd",
        status="succeeded",
        reason="requested_by_customer",
        metadata={},
        customer=customer["id"],
        created=b.ago(34),
    )


def _billing_papers(b: Builder, customer: StripeObject, invoice: StripeObject) -> None:
    b.world.add(
        "credit_note",
        id=b.named("cn", "jenny.credit_note"),
        invoice=invoice["id"],
        amount=500,
        subtotal=500,
        total=500,
        currency="usd",
        number=f"{invoice['number']}-CN-01",
        pdf="https://example.com/credit-note.pdf",
        metadata={},
        customer=customer["id"],
        created=b.ago(34),
    )
    b.world.add(
        "quote",
        id=b.named("qt", "jenny.quote"),
        currency="usd",
        status="open",
        expires_at=b.now + 86_400,
        customer=customer["id"],
        created=b.ago(34),
    )
    b.world.add(
        "invoiceitem",
        id=b.named("ii", "jenny.invoice_item"),
        customer=customer["id"],
        amount=300,
        currency="usd",
        date=b.ago(5),
        description="Extra storage",
        quantity=1,
        quantity_decimal="1",
        period={"start": b.ago(5), "end": b.ago(5)},
        metadata={},
    )


def _sign_up(b: Builder, customer: StripeObject, subscription: StripeObject) -> None:
    b.world.add(
        "setup_intent",
        id=b.named("seti", "jenny.setup_intent"),
        payment_method=customer["invoice_settings"]["default_payment_method"],
        payment_method_types=["card"],
        status="succeeded",
        usage="off_session",
        customer=customer["id"],
        created=b.ago(34),
    )
    b.world.add(
        "checkout.session",
        id=b.named(f"cs_{b.world.mode}", "jenny.checkout"),
        customer=customer["id"],
        subscription=subscription["id"],
        mode="subscription",
        status="complete",
        payment_status="paid",
        created=b.ago(90),
        expires_at=b.ago(89),
        currency="usd",
        amount_total=1_000,
        amount_subtotal=1_000,
        payment_method_types=["card"],
        customer_details=embedded(
            stripe.checkout.Session.CustomerDetails, email=customer["email"], name=customer["name"]
        ),
    )


def _event(b: Builder, kind: str, about: StripeObject, *, days: float) -> None:
    made = build(
        "event",
        id=b.named("evt", f"jenny.{kind}"),
        type=kind,
        created=b.ago(days),
        api_version="2026-10-28.endive",
    )
    made["livemode"] = b.world.livemode
    made["data"] = {"object": render(b.world, about)}
    b.world.keep(made)
