"""Products, prices, coupons and promotion codes."""

from typing import Any

import stripe

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.seeds.accounts import TAX_CODE, Addresses, statement_name
from sandbox.stripe.seeds.builder import Builder
from sandbox.stripe.skeleton import embedded

YEAR_AGO = 400


SHOWN = {
    "starter": "For one person: every basic feature, support by email.",
    "team": "For teams: shared workspaces, roles, and answers within a day. Billed per seat.",
    "business": "For companies: single sign-on, audit log, and a contact of your own.",
}
"""What customers read about the three main plans, which also have a picture."""


def catalog(b: Builder, addresses: Addresses) -> None:
    """Seed everything that is for sale."""
    for name, monthly, yearly in (
        ("Starter", 1_000, 10_000),
        ("Team", 2_500, 25_000),
        ("Business", 8_000, 80_000),
    ):
        label = name.lower()
        product(
            b,
            label,
            name,
            description=SHOWN[label],
            images=[addresses.image(label)],
            statement_descriptor=statement_name(f"Example {name}"),
            tax_code=TAX_CODE,
            unit_label="seat" if name == "Team" else None,
            marketing_features=[],
            metadata={},
            url=f"https://example.com/plans/{label}",
        )
        price(b, f"{label}_monthly", label, monthly)
        price(b, f"{label}_yearly", label, yearly, interval="year")
    b.ref("price.business_monthly")["currency_options"] = {
        "usd": currency_option(8_000),
        "eur": currency_option(7_500),
    }
    for currency, starter, team in (("eur", 900, 2_300), ("jpy", 1_500, 3_500), ("gbp", 800, 2_000)):
        for name, amount in (("Starter", starter), ("Team", team)):
            label = f"{name.lower()}_{currency}"
            product(b, label, f"{name} ({currency.upper()})")
            price(b, f"{label}_monthly", label, amount, currency=currency)
    product(b, "starter_brl", "Starter (BRL)")
    price(b, "starter_brl_monthly", "starter_brl", 4_900, currency="brl")
    _special(b)
    _discounts(b)


def _special(b: Builder) -> None:
    product(b, "api", "API calls")
    price(b, "metered", "api", 1, usage_type="metered", meter=b.world.stable_id("mtr", "calls"))
    product(b, "storage", "Storage")
    tiered = price(b, "tiered", "storage", None, billing_scheme="tiered", tiers_mode="graduated")
    tiered["tiers"] = [tier(10, 500), tier(None, 300)]
    product(b, "legacy", "Legacy plan", active=False)
    price(b, "archived", "legacy", 1_500, active=False, lookup_key=None)
    product(b, "untaxed", "Starter before tax was set up")
    price(b, "untaxed_monthly", "untaxed", 1_000, tax_behavior="unspecified")
    product(b, "inclusive", "Team with tax included")
    price(b, "inclusive_monthly", "inclusive", 3_000, tax_behavior="inclusive")
    product(b, "free", "Free")
    price(b, "free_monthly", "free", 0)
    product(b, "packs", "Messages in packs of 100")
    price(b, "packs_monthly", "packs", 500, transform_quantity={"divide_by": 100, "round": "up"})
    product(b, "addon", "Priority support")
    price(b, "addon_monthly", "addon", 1_900)
    price(b, "addon_2024_monthly", "addon", 1_500)
    product(b, "setup", "Onboarding workshop")
    price(b, "setup_once", "setup", 25_000, interval=None)


def product(b: Builder, label: str, name: str, **fields: Any) -> StripeObject:
    """Return a product with that label, `prod.<label>`."""
    return b.world.add(
        "product",
        **{
            "id": b.named("prod", f"prod.{label}"),
            "name": name,
            "active": True,
            "created": b.ago(YEAR_AGO),
            "updated": b.ago(YEAR_AGO),
            "type": "service",
            **fields,
        },
    )


def price(
    b: Builder,
    label: str,
    of: str,
    amount: int | None,
    *,
    interval: str | None = "month",
    usage_type: str = "licensed",
    meter: str | None = None,
    **fields: Any,
) -> StripeObject:
    """Return a price; its label is its lookup key as well unless that is given."""
    recurring = None
    if interval is not None:
        recurring = embedded(
            stripe.Price.Recurring, interval=interval, interval_count=1, usage_type=usage_type, meter=meter
        )
    return b.world.add(
        "price",
        **{
            "id": b.named("price", f"price.{label}"),
            "product": b.ref(f"prod.{of}")["id"],
            "active": True,
            "currency": "usd",
            "unit_amount": amount,
            "unit_amount_decimal": None if amount is None else str(amount),
            "recurring": recurring,
            "type": "recurring" if recurring else "one_time",
            "tax_behavior": "exclusive",
            "lookup_key": label,
            "created": b.ago(YEAR_AGO),
            **fields,
        },
    )


def currency_option(amount: int) -> StripeObject:
    """Return what a multi-currency price costs in one of its currencies."""
    return embedded(
        stripe.Price.CurrencyOptions,
        unit_amount=amount,
        unit_amount_decimal=str(amount),
        tax_behavior="exclusive",
    )


def tier(up_to: int | None, amount: int) -> StripeObject:
    """Return one tier of a tiered price; the last one has no end."""
    return embedded(stripe.Price.Tier, up_to=up_to, unit_amount=amount, unit_amount_decimal=str(amount))


def _discounts(b: Builder) -> None:
    coupon(b, "STAY30", name="30 % off for three months", percent_off=30.0, duration_in_months=3)
    coupon(b, "ONCE10", name="$10 off once", amount_off=1_000, currency="usd", duration="once")
    coupon(b, "EXPIRED", name="Summer 2020", percent_off=50.0, duration="once", valid=False)
    coupon(b, "EURO5", name="€5 off", amount_off=500, currency="eur", duration="once")
    coupon(b, "SUPPORT15", name="15 % off support", percent_off=15.0, applies_to=only_for(b, "addon"))
    promotion_code(b, "promo_welcome", "WELCOME20")
    promotion_code(b, "promo_over", "OVER", active=False)
    promotion_code(b, "promo_first", "FIRSTBUY", first_time_transaction=True)
    promotion_code(b, "promo_large", "LARGE", minimum_amount=50_000, minimum_amount_currency="usd")


def only_for(b: Builder, *products: str) -> StripeObject:
    """What a coupon is limited to, by the products' labels."""
    return embedded(stripe.Coupon.AppliesTo, products=[b.ref(f"prod.{label}")["id"] for label in products])


def promotion_code(
    b: Builder, label: str, code: str, *, active: bool = True, **restrictions: Any
) -> StripeObject:
    """A code for 30 % off; `restrictions` are Stripe's, in its own words."""
    return b.world.add(
        "promotion_code",
        id=b.named("promo", label),
        code=code,
        active=active,
        created=b.ago(50),
        metadata={},
        promotion={"coupon": "STAY30", "type": "coupon"},
        restrictions=embedded(stripe.PromotionCode.Restrictions, **restrictions),
    )


def coupon(b: Builder, coupon_id: str, **fields: Any) -> StripeObject:
    """Return a coupon; its id is the same in both modes, since merchants choose it."""
    defaults = {"duration": "repeating", "valid": True, "created": b.ago(60), "metadata": {}}
    return b.world.add("coupon", **{"id": coupon_id, **defaults, **fields})
