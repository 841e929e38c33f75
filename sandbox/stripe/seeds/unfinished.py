"""An account in the state in which most are found: it takes payments, and nobody looked at the portal yet."""

from sandbox.stripe.seeds.accounts import Addresses, tax_settings, unfinished_account, webhook_endpoint
from sandbox.stripe.seeds.builder import Builder
from sandbox.stripe.seeds.catalog import price, product
from sandbox.stripe.seeds.configurations import untouched


def unfinished(b: Builder, addresses: Addresses) -> None:
    """Seed two bare plans, the portal's settings as the Dashboard saves them untouched, three customers."""
    unfinished_account(b)
    tax_settings(b, active=False)
    webhook_endpoint(b, addresses, "invoice.payment_failed", "customer.subscription.deleted")
    for label, monthly in (("starter", 1_000), ("team", 2_500)):
        product(b, label, label.title())
        price(b, f"{label}_monthly", label, monthly)
        price(b, f"{label}_yearly", label, 10 * monthly, interval="year")
    untouched(b, addresses.base_url)
    for label, name, plan, story in (
        ("ursula", "Ursula Upgrade", "starter", "Wants the Team plan. The portal does not let her switch."),
        ("pablo", "Pablo Pause", "team", "Wants to pause for the summer. The portal has no pausing."),
        ("lena", "Lena Login", "starter", "Looks for the login page. There is none yet."),
    ):
        customer = b.customer(label, name, f"{label}@example.com", story)
        b.method(customer, last4="4242")
        b.invoice(b.subscription(customer, f"{plan}_monthly"))
