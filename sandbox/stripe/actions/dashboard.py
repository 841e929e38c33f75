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
from sandbox.stripe.seeds.catalogue import price, product
from sandbox.stripe.seeds.configurations import untouched

Step = Callable[[Desk, Addresses], None]


def _account(desk: Desk, _addresses: Addresses) -> None:
    desk.tell("account.updated", complete_account(Builder(desk.world), "Example Inc", "support@example.com"))


def _product(desk: Desk, addresses: Addresses) -> None:
    b = Builder(desk.world)
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


def _portal(desk: Desk, addresses: Addresses) -> None:
    if not any(one["is_default"] for one in desk.world.every("billing_portal.configuration")):
        saved = untouched(Builder(desk.world), addresses.base_url)
        desk.tell("billing_portal.configuration.created", saved)


def _endpoint(desk: Desk, addresses: Addresses) -> None:
    present = desk.world.labelled(ENDPOINT)
    if present is None:
        webhook_endpoint(Builder(desk.world), addresses)
    else:
        present.update(enabled_events=["*"], status="enabled")


STEPS: Mapping[str, Step] = {
    "account": _account,
    "endpoint": _endpoint,
    "portal": _portal,
    "product": _product,
}
