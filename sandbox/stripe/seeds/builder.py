"""Makes the seeded objects. Every label gives the same id at every start."""

from dataclasses import dataclass
from typing import Any

from stripe import Customer, Subscription, SubscriptionItem

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.money import make_invoice
from sandbox.stripe.periods import period_days
from sandbox.stripe.seeds.methods import method_details
from sandbox.stripe.skeleton import embedded
from sandbox.stripe.world import World

DAY = 86_400
MANY = 500
PLATFORM = "acct_1SandboxExample00"
CONNECTED = "acct_1SandboxConnected"


@dataclass(frozen=True, slots=True)
class Story:
    """One seeded customer and what it is there to show, in one line. `label` is its name in tests."""

    customer_id: str
    email: str | None
    name: str | None
    story: str
    label: str


class Builder:
    """Adds objects to a world. Times are given in days from now, amounts in the smallest unit.

    `many` is how many subscriptions the customer with very many has.
    """

    def __init__(self, world: World, many: int = MANY) -> None:
        self.world = world
        self.many = many
        self.now = world.clock()
        self.stories: list[Story] = []

    def ref(self, label: str) -> StripeObject:
        """Return the object a label was given to."""
        return self.world.get(self.world.labels[label])

    def named(self, prefix: str, label: str) -> str:
        """Return the id of a label; the label is remembered."""
        return self.world.named(prefix, label)

    def invoice(self, subscription: StripeObject, *, days: float = 10, status: str = "paid") -> StripeObject:
        """Return the invoice of one period of that subscription."""
        return make_invoice(self.world, subscription, created=self.ago(days), status=status)

    def ago(self, days: float) -> int:
        """Return the time that many days before now, in Unix seconds."""
        return self.now - int(days * DAY)

    def customer(
        self, label: str, name: str | None, email: str | None, story: str, *, days: float = 100, **fields: Any
    ) -> StripeObject:
        """Add a customer, with its line for the demo page."""
        customer_id = self.named("cus", label)
        made = self.world.add(
            "customer",
            **{
                "id": customer_id,
                "name": name,
                "email": email,
                "created": self.ago(days),
                "balance": 0,
                "delinquent": False,
                "invoice_prefix": self.world.stable_id("", label).upper(),
                "invoice_settings": embedded(Customer.InvoiceSettings),
                "metadata": {},
                "next_invoice_sequence": 1,
                "preferred_locales": [],
                "tax_exempt": "none",
                "address": address("US", "San Francisco", "94103"),
                **fields,
            },
        )
        self.stories.append(Story(customer_id, email, name, story, label))
        return made

    def method(
        self, customer: StripeObject, kind: str = "card", *, default: bool = True, **details: Any
    ) -> StripeObject:
        """Attach a payment method to a customer, as the default one for invoices unless told otherwise."""
        label = f"{customer['id']}.{kind}.{details.get('last4', '')}"
        made = self.world.add(
            "payment_method",
            id=self.world.stable_id("pm", label),
            type=kind,
            customer=customer["id"],
            created=customer["created"],
            metadata={},
            allow_redisplay="always",
        )
        made[kind] = method_details(kind, **details)
        made["billing_details"]["email"] = customer["email"]
        made["billing_details"]["name"] = customer["name"]
        if default:
            customer["invoice_settings"]["default_payment_method"] = made["id"]
        return made

    def item(self, subscription_id: str, price: str, quantity: int | None, **fields: Any) -> StripeObject:
        """Return a subscription item on the price with that label."""
        listed = self.ref(f"price.{price}")
        metered = (listed["recurring"] or {}).get("usage_type") == "metered"
        made = stripe_item(
            id=self.world.stable_id("si", f"{subscription_id}.{price}"),
            subscription=subscription_id,
            price=listed["id"],
            created=self.ago(90),
            current_period_start=self.ago(10),
            current_period_end=self.now + period_days(listed) * DAY - 10 * DAY,
            quantity=None if metered else quantity,
            tax_rates=[],
        )
        if metered:
            del made["quantity"]
        return {**made, **fields}

    def subscription(
        self,
        customer: StripeObject,
        *prices: str,
        label: str | None = None,
        quantity: int = 1,
        days: float = 90,
        **fields: Any,
    ) -> StripeObject:
        """Subscribe a customer to the prices with those labels: active, flexible, charged automatically."""
        name = label or f"{self._label_of(customer)}.subscription"
        subscription_id = self.named("sub", name)
        items = [self.item(subscription_id, price, quantity) for price in prices or ("starter_monthly",)]
        currency = self.world.get(items[0]["price"])["currency"]
        customer["currency"] = currency
        defaults: dict[str, Any] = {
            "billing_mode": embedded(Subscription.BillingMode, type="flexible", updated_at=None),
            "billing_cycle_anchor": items[0]["current_period_start"],
            "cancellation_details": embedded(Subscription.CancellationDetails),
            "currency": currency,
            "start_date": self.ago(days),
            "created": self.ago(days),
            "default_tax_rates": [],
            "payment_settings": embedded(Subscription.PaymentSettings, save_default_payment_method="off"),
        }
        url = f"/v1/subscription_items?subscription={subscription_id}"
        return self.world.add(
            "subscription",
            **{
                **defaults,
                "id": subscription_id,
                "customer": customer["id"],
                "items": {"object": "list", "data": items, "has_more": False, "url": url},
                **fields,
            },
        )

    def _label_of(self, customer: StripeObject) -> str:
        return next(name for name, value in self.world.labels.items() if value == customer["id"])

    def plain(
        self, label: str, name: str | None, email: str | None, story: str, **fields: Any
    ) -> StripeObject:
        """Add a customer with a card, a Starter subscription, returned, and its paid invoice."""
        customer = self.customer(label, name, email, story, **fields)
        self.method(customer, last4="4242")
        return self.subscription(customer)


def stripe_item(**fields: Any) -> StripeObject:
    """Return a subscription item; its `price` is an id here and is shown whole by the API."""
    return {**embedded(SubscriptionItem), "object": "subscription_item", "plan": None, **fields}


def address(country: str, city: str, postal_code: str, line1: str = "1 Market Street") -> StripeObject:
    """Return a postal address."""
    return {
        "city": city,
        "country": country,
        "line1": line1,
        "line2": None,
        "postal_code": postal_code,
        "state": None,
    }
