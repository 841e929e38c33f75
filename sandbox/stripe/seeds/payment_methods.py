"""One customer for each family of payment methods, supported by the portal or not."""

from sandbox.stripe.seeds.builder import Builder
from sandbox.stripe.skeleton import build

SUPPORTED = (
    ("sepa_debit", "Sepp Sepa", "starter_eur_monthly"),
    ("us_bank_account", "Ulla Usbank", "starter_monthly"),
    ("bacs_debit", "Barry Bacs", "starter_gbp_monthly"),
    ("link", "Linus Link", "starter_monthly"),
    ("paypal", "Paula Paypal", "starter_eur_monthly"),
    ("cashapp", "Cassie Cash", "starter_monthly"),
)
UNSUPPORTED = (
    ("ideal", "Ida Ideal", "starter_eur_monthly"),
    ("klarna", "Klara Klarna", "starter_eur_monthly"),
    ("konbini", "紺野 美咲", "starter_jpy_monthly"),
    ("customer_balance", "Balu Balance", "starter_eur_monthly"),
    ("pix", "Pilar Pix", "starter_brl_monthly"),
    ("revolut_pay", "Rita Revolut", "starter_gbp_monthly"),
)


def payment_methods(b: Builder) -> None:
    """Seed customers by how they pay."""
    for kinds, word in ((SUPPORTED, "supported"), (UNSUPPORTED, "not supported")):
        for kind, name, price in kinds:
            story = f"Pays with {kind}, which is {word} by the portal for plan changes."
            customer = b.customer(f"pm_{kind}", name, f"{kind.replace('_', '.')}@example.com", story)
            b.method(customer, kind)
            b.invoice(b.subscription(customer, price))
    _layers(b)
    _sources(b)


def _layers(b: Builder) -> None:
    """Seed customers whose subscription has a method of its own, which counts before theirs."""
    customer = b.customer(
        "pm_layers",
        "Lea Layers",
        "layers@example.com",
        "A card as default, but the subscription itself pays with klarna.",
    )
    b.method(customer, last4="4242")
    klarna = b.method(customer, "klarna", default=False)
    b.invoice(b.subscription(customer, default_payment_method=klarna["id"]))


def _sources(b: Builder) -> None:
    """Seed customers from before payment methods: a card and a bank account as sources."""
    for kind, prefix, name, word in (
        ("card", "card", "Cecil Card", "supported"),
        ("bank_account", "ba", "Bob Bank", "not supported"),
    ):
        story = f"Pays with a legacy {kind} source, which is {word} for plan changes."
        customer = b.customer(f"source_{kind}", name, f"source.{prefix}@example.com", story)
        source = build(kind, id=b.named(prefix, f"source.{kind}"), customer=customer["id"], last4="4242")
        b.world.keep(source)
        customer["default_source"] = source["id"]
        b.invoice(b.subscription(customer))
