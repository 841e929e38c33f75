"""Subscriptions of every shape that decides what the portal lets a customer do."""

from sandbox.stripe.periods import phase
from sandbox.stripe.seeds.accounts import business
from sandbox.stripe.seeds.builder import CONNECTED, DAY, Builder
from sandbox.stripe.skeleton import build

SOLD: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        "multi",
        "Mia Multi",
        ("starter_monthly", "addon_monthly"),
        "Two items: the portal cannot change the plan.",
    ),
    (
        "one_product",
        "Otto One",
        ("team_monthly", "team_yearly"),
        "Two prices of one product: still two items.",
    ),
    ("metered", "Meta Meter", ("metered",), "Usage-based price: no changes in the portal."),
    ("tiered", "Tia Tier", ("tiered",), "Tiered price: the portal cannot offer its quantity."),
    ("archived", "Archie Old", ("archived",), "An archived price that nobody can buy any more."),
    (
        "untaxed",
        "Una Taxed",
        ("untaxed_monthly",),
        "Tax behaviour unspecified: documented as no change at all.",
    ),
    (
        "inclusive",
        "Inka Clusive",
        ("inclusive_monthly",),
        "Tax included, while the catalog's prices exclude it.",
    ),
    ("packs", "Paco Packs", ("packs_monthly",), "Quantity is divided into packs of 100."),
    ("euro", "Eva Euro", ("team_eur_monthly",), "Pays in euro: only some prices fit."),
    ("yen", "円谷 翔", ("team_jpy_monthly",), "Pays in yen, which has no decimals."),
)


def shapes(b: Builder) -> None:
    """Seed customers by what they were sold, and how."""
    for label, name, prices, story in SOLD:
        customer = b.customer(label, name, f"{label.replace('_', '.')}@example.com", story)
        b.method(customer, last4="4242")
        b.invoice(b.subscription(customer, *prices))
    _invoiced(b)
    _scheduled(b)
    _several(b)
    _discounted(b)
    _connected(b)


def _invoiced(b: Builder) -> None:
    customer = b.customer(
        "invoiced", "Ines Invoice", "invoiced@example.com", "Pays by invoice within 30 days, not by card."
    )
    subscription = b.subscription(
        customer, "business_monthly", collection_method="send_invoice", days_until_due=30
    )
    b.invoice(subscription, status="open")


def _scheduled(b: Builder) -> None:
    for label, name, ahead, story in (
        (
            "scheduled",
            "Sally Schedule",
            True,
            "A schedule with a plan change ahead: the portal waits for it.",
        ),
        (
            "schedule_over",
            "Silvio Schedule",
            False,
            "A schedule without future phases: it is in nobody's way.",
        ),
    ):
        subscription = b.plain(label, name, f"{label.replace('_', '.')}@example.com", story)
        starts = [b.ago(60), b.ago(10)] if not ahead else [b.ago(10), b.now + 20 * DAY]
        prices = [b.ref("price.starter_monthly")["id"], b.ref("price.team_monthly")["id"]]
        schedule = b.world.add(
            "subscription_schedule",
            id=b.named("sub_sched", f"{label}.schedule"),
            customer=subscription["customer"],
            subscription=subscription["id"],
            status="active",
            end_behavior="release",
            metadata={},
            current_phase={"start_date": b.ago(10), "end_date": b.now + 20 * DAY},
            phases=[
                phase(price, "usd", (start, end), 1)
                for price, start, end in zip(prices, starts, [starts[1], starts[1] + 30 * DAY], strict=True)
            ],
        )
        subscription["schedule"] = schedule["id"]
        if not ahead:
            subscription["items"]["data"][0]["price"] = prices[1]
        b.invoice(subscription)


def _several(b: Builder) -> None:
    customer = b.customer(
        "several", "Seva Several", "several@example.com", "Three subscriptions: one ends, one is on trial."
    )
    b.method(customer, last4="4242")
    b.subscription(customer, "starter_monthly", label="several.first")
    b.subscription(customer, "team_monthly", label="several.second", quantity=3, days=60)
    ended = b.subscription(customer, "addon_monthly", label="several.third", days=50)
    ended.update(status="canceled", canceled_at=b.ago(20), ended_at=b.ago(20))
    twice = b.customer(
        "twice", "Thea Twice", "twice@example.com", "Signed up for Team twice, and pays twice."
    )
    b.method(twice, last4="4242")
    for label, price in (("twice.first", "team_monthly"), ("twice.second", "team_yearly")):
        b.invoice(b.subscription(twice, price, label=label))


def _discounted(b: Builder) -> None:
    subscription = b.plain(
        "discounted", "Dina Discount", "discounted@example.com", "A coupon that runs for three months."
    )
    discount = build(
        "discount",
        id=b.named("di", "discounted.discount"),
        source={"coupon": "STAY30", "type": "coupon"},
        start=b.ago(30),
        end=b.now + 60 * DAY,
        customer=subscription["customer"],
        subscription=subscription["id"],
    )
    b.world.keep(discount)
    subscription["discounts"] = [discount["id"]]
    b.invoice(subscription)


def _connected(b: Builder) -> None:
    account = b.world.add(
        "account",
        id=CONNECTED,
        business_type="company",
        country="US",
        charges_enabled=True,
        default_currency="usd",
        email="owner@hairdresser.example",
        type="standard",
    )
    account["business_profile"] = business("Cut & Curl", "hello@hairdresser.example")
    subscription = b.plain(
        "connect", "Cora Connect", "connect@example.com", "Billed on behalf of a connected account."
    )
    subscription["on_behalf_of"] = account["id"]
    b.invoice(subscription)
