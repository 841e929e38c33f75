"""What a merchant does in the Dashboard, for accounts that are yet to be set up: the bot's key cannot."""

from collections.abc import Callable, Mapping

from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.endpoints import ENDPOINT
from sandbox.stripe.seeds.accounts import (
    TAX_CODE,
    Addresses,
    complete_account,
    statement_name,
    webhook_endpoint,
)
from sandbox.stripe.seeds.builder import Builder
from sandbox.stripe.seeds.catalog import price, product
from sandbox.stripe.seeds.configurations import untouched

Step = Callable[[Desk, Builder, Addresses], None]
"""Done with a builder, whose stories are the customers that the step adds."""


def _account(desk: Desk, b: Builder, _addresses: Addresses) -> None:
    desk.tell("account.updated", complete_account(b, "Example Inc", "support@example.com"))


def _product(desk: Desk, b: Builder, addresses: Addresses) -> None:
    if desk.world.labelled("prod.pro") is not None:
        return
    sold = product(
        b,
        "pro",
        "Pro",
        created=b.now,
        description="Everything, for teams of any size.",
        images=[addresses.image("team")],
        statement_descriptor=statement_name("Example Pro"),
        tax_code=TAX_CODE,
        unit_label="seat",
    )
    desk.tell("product.created", sold)
    for label, amount, interval in (("pro_monthly", 2_000, "month"), ("pro_yearly", 20_000, "year")):
        desk.tell("price.created", price(b, label, "pro", amount, interval=interval, created=b.now))


def _portal(desk: Desk, b: Builder, addresses: Addresses) -> None:
    if not any(one["is_default"] for one in desk.world.every("billing_portal.configuration")):
        saved = untouched(b, addresses.base_url)
        desk.tell("billing_portal.configuration.created", saved)


def _endpoint(desk: Desk, b: Builder, addresses: Addresses) -> None:
    present = desk.world.labelled(ENDPOINT)
    if present is None:
        webhook_endpoint(b, addresses)
    else:
        present.update(enabled_events=["*"], status="enabled")


def _customer(desk: Desk, b: Builder, addresses: Addresses) -> None:
    if desk.world.labelled("frida") is not None:
        return
    _product(desk, b, addresses)
    story = "The first customer, on Pro by the month. She would rather pay by the year."
    customer = b.customer("frida", "Frida First", "frida@example.com", story, days=0)
    desk.tell("customer.created", customer)
    b.method(customer, last4="4242")
    subscription = b.subscription(customer, "pro_monthly", days=0)
    desk.tell("customer.subscription.created", subscription)
    desk.tell("invoice.paid", b.invoice(subscription, days=0))


STEPS: Mapping[str, Step] = {
    "account": _account,
    "customer": _customer,
    "endpoint": _endpoint,
    "portal": _portal,
    "product": _product,
}
