"""How long the rules take to decide one subscription, everything already fetched and read."""

from dataclasses import dataclass
from time import thread_time_ns

from bot.portal.models import Configuration, Customer, Price, Subscription
from bot.portal.rules import Question, Target, explain


@dataclass(frozen=True, slots=True)
class RuleEngineTiming:
    """Microseconds of processor time per subscription, all five actions and everything around them."""

    median: float
    ninety_ninth_percentile: float


def question() -> Question:
    """A switch that many rules have something to say about, in a full configuration."""
    prices = {f"price_{number}": _price(f"price_{number}", f"prod_{number // 4}") for number in range(40)}
    products = [
        {
            "product": f"prod_{number}",
            "prices": [f"price_{number * 4 + place}" for place in range(4)],
            "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 10},
        }
        for number in range(10)
    ]
    item = {"id": "si_1", "quantity": 2, "price": _price("price_0", "prod_0", tax_behavior=None)}
    return Question(
        customer=Customer.of({"id": "cus_1", "livemode": False}),
        now=1_800_000_000,
        subscription=Subscription.of(
            {
                "id": "sub_1",
                "customer": "cus_1",
                "status": "trialing",
                "trial_end": 1_800_600_000,
                "collection_method": "send_invoice",
                "currency": "usd",
                "cancel_at_period_end": True,
                "billing_mode": {"type": "classic"},
                "pause_collection": {"behavior": "void"},
                "pending_update": {"expires_at": 1_800_000_900},
                "schedule": {
                    "id": "sub_sched_1",
                    "status": "active",
                    "phases": [{"start_date": 1_801_000_000}],
                },
                "discounts": ["di_1"],
                "items": {"data": [item, {**item, "id": "si_2"}]},
            }
        ),
        configuration=Configuration.of(
            {
                "id": "bpc_1",
                "active": True,
                "login_page": {"enabled": False, "url": None},
                "features": {
                    "subscription_update": {
                        "enabled": True,
                        "default_allowed_updates": ["price", "quantity"],
                        "proration_behavior": "always_invoice",
                        "products": products,
                    },
                    "subscription_cancel": {"enabled": False, "mode": "immediately"},
                },
            }
        ),
        target=Target(Price.of(_price("price_9", "prod_2")), 3),
        prices={name: Price.of(price) for name, price in prices.items()},
        key_livemode=False,
    )


def _price(identifier: str, product: str, tax_behavior: str | None = "exclusive") -> dict[str, object]:
    return {
        "id": identifier,
        "product": product,
        "active": True,
        "currency": "usd",
        "unit_amount": 2000,
        "type": "recurring",
        "billing_scheme": "per_unit",
        "tax_behavior": tax_behavior,
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
    }


def measure(rounds: int = 5000) -> RuleEngineTiming:
    """Time `rounds` answers, after a few to warm up."""
    asked = question()
    for _ in range(200):
        explain(asked)
    taken = []
    for _ in range(rounds):
        started = thread_time_ns()
        explain(asked)
        taken.append((thread_time_ns() - started) / 1000)
    taken.sort()
    return RuleEngineTiming(taken[len(taken) // 2], taken[len(taken) * 99 // 100])
