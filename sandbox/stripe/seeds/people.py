"""Customers who are hard to find: shared addresses, no address, other languages, guests."""

import stripe

from sandbox.stripe.money import payment
from sandbox.stripe.seeds.builder import Builder, address
from sandbox.stripe.skeleton import build, embedded


def people(b: Builder) -> None:
    """Seed customers who are hard to tell apart, or to reach."""
    _shared_addresses(b)
    _spellings(b)
    b.plain("no_email", "Nameless Mail", None, "No email address: the login page cannot send a passcode.")
    newcomer = b.customer(
        "no_subscription", "Nora New", "nora@example.com", "A customer without any subscription."
    )
    b.method(newcomer, last4="1111")
    _deleted(b)
    for label, name, tags, country, city in (
        ("locale_de", "Greta Schmidt", ["de-DE"], "DE", "München"),
        ("locale_ja", "山田 花子", ["ja"], "JP", "東京"),
        ("locale_pt", "Beatriz Souza", ["pt-BR"], "BR", "São Paulo"),
        ("locale_es", "Lucía Hernández", ["es-MX", "en"], "MX", "Ciudad de México"),
        ("locale_zh", "陳大文", ["zh-Hant"], "TW", "臺北"),
        ("locale_ar", "ليلى حسن", ["ar"], "EG", "القاهرة"),
        ("locale_fr", "Amélie Dupont", ["fr-FR"], "FR", "Paris"),
    ):
        fields = {"preferred_locales": tags, "address": address(country, city, "10000")}
        story = f"Prefers {', '.join(tags)}: the portal speaks that, or the nearest language it has."
        b.invoice(b.plain(label, name, f"{label.removeprefix('locale_')}@example.com", story, **fields))
    _guest(b)
    _disputed(b)


def _shared_addresses(b: Builder) -> None:
    older = b.plain(
        "sam_active",
        "Sam Doe",
        "sam@example.com",
        "Shares an address; the older one, and the one that pays.",
        days=300,
    )
    b.invoice(older)
    b.customer(
        "sam_idle",
        "Sam Doe",
        "sam@example.com",
        "Shares an address; newer, but without a subscription.",
        days=20,
    )
    b.plain(
        "twin_old",
        "Toni Twin",
        "twin@example.com",
        "Two paying customers with one address; the login page never opens this older one.",
        days=200,
    )
    b.plain(
        "twin_new",
        "Toni Twin",
        "twin@example.com",
        "Two paying customers with one address; the login page opens this newer one.",
        days=30,
    )


def _spellings(b: Builder) -> None:
    b.plain(
        "case_upper",
        "Kim Case",
        "Kim@Example.com",
        "The address is stored with capitals: an exact search misses it.",
        days=80,
    )
    b.plain("case_lower", "Kim Case", "kim@example.com", "The same address in lower case.", days=60)
    b.plain(
        "capital",
        "Pat Capital",
        "Pat.Capital@Example.COM",
        "The only customer with this address, stored with capitals.",
    )


def _deleted(b: Builder) -> None:
    b.plain("deleted", "Dora Deleted", "dora@example.com", "Was deleted; the subscription ended with it.")
    subscription = b.ref("deleted.subscription")
    subscription.update(status="canceled", ended_at=b.ago(3), canceled_at=b.ago(3))
    gone = b.ref("deleted")
    b.world.keep({"id": gone["id"], "object": "customer", "deleted": True})


def _guest(b: Builder) -> None:
    """Seed a payment without a customer, who is in no list and has no story of her own."""
    charge = payment(
        b.world, "guest", None, 4_900, "usd", created=b.ago(4), email="guest@example.com", name="Gus Guest"
    )
    b.world.add(
        "checkout.session",
        id=b.named(f"cs_{b.world.mode}", "guest.checkout"),
        mode="payment",
        status="complete",
        payment_status="paid",
        created=b.ago(4),
        expires_at=b.ago(3),
        currency="usd",
        amount_total=4_900,
        amount_subtotal=4_900,
        payment_intent=charge["payment_intent"],
        payment_method_types=["card"],
        customer_details=embedded(
            stripe.checkout.Session.CustomerDetails, email="guest@example.com", name="Gus Guest"
        ),
    )


def _disputed(b: Builder) -> None:
    disputed = b.customer("disputed", "Dita Dispute", "dita@example.com", "A payment she disputes.")
    b.method(disputed, last4="0259")
    b.invoice(b.subscription(disputed))
    charge = payment(b.world, "disputed", disputed, 1_000, "usd", created=b.ago(6))
    charge["disputed"] = True
    dispute = build(
        "dispute",
        id=b.named("dp", "dispute"),
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        amount=1_000,
        currency="usd",
        reason="fraudulent",
        status="needs_response",
        created=b.ago(2),
    )
    dispute["evidence_details"]["due_by"] = b.now + 7 * 86_400
    dispute["livemode"] = b.world.livemode
    b.world.keep(dispute)
