"""Prices and products; a legacy Plan reads as the price it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.portal.models.model import Has, Id, Model, Moment, Source, at, made_by
from bot.portal.models.reading import MISSING, Missing, Reference, decimal_text, text


def _currencies(source: Source) -> frozenset[str] | None:
    options = source.get("currency_options")
    return (
        frozenset(each for each in options if isinstance(each, str)) if isinstance(options, Mapping) else None
    )


@dataclass(frozen=True, slots=True)
class Product(Model):
    """What is sold. Only there when the price's `product` was expanded. `images` are addresses."""

    id: str
    name: str | None = None
    active: bool | None = None
    unit_label: str | None = None
    description: str | None = None
    images: tuple[str, ...] = ()
    statement_descriptor: str | None = None
    tax_code: Id = None
    created: Moment = None


@dataclass(frozen=True, slots=True)
class Price(Model):
    """What is charged. Amounts are integers in the currency's smallest unit.

    `unit_amount` is None for tiered prices and for fractions of the smallest unit, which stand in
    `unit_amount_decimal`. `currency_options` are the further currencies, None when not expanded.
    """

    id: str
    product: Reference[Product] | None = None
    active: bool | Missing = MISSING
    currency: str | None = None
    unit_amount: int | None = None
    unit_amount_decimal: str | None = made_by(lambda source: decimal_text(source, "unit_amount_decimal"))
    type: str | None = None
    interval: str | None = at("recurring.interval")
    interval_count: int | None = at("recurring.interval_count")
    usage_type: str | Missing = at("recurring.usage_type", MISSING)
    meter: str | None = at("recurring.meter")
    billing_scheme: str | Missing = MISSING
    tax_behavior: str | None = None
    has_transform_quantity: Has = at("transform_quantity", default=False)
    transform_divide_by: int | None = at("transform_quantity.divide_by")
    has_custom_unit_amount: Has = at("custom_unit_amount", default=False)
    lookup_key: str | None = None
    nickname: str | None = None
    livemode: bool | None = None
    currency_options: frozenset[str] | None = made_by(_currencies)
    from_plan: bool = False

    @property
    def product_id(self) -> str | None:
        """The product's id, whether the product was expanded or not."""
        return self.product.id if self.product else None

    @property
    def product_name(self) -> str | None:
        """The product's name, when the product was expanded."""
        return self.product.object.name if self.product and self.product.object else None

    @property
    def unit_label(self) -> str | None:
        """What one of its product is called (`seat`), when the product was expanded and says it."""
        return self.product.object.unit_label if self.product and self.product.object else None

    @property
    def rhythm(self) -> tuple[str | None, str | None, int]:
        """Currency, interval and count: a list takes one price of each for a product."""
        return self.currency, self.interval, self.interval_count or 1

    @property
    def not_listable(self) -> str | None:
        """Say why no portal configuration can list it; None when one can, or nothing speaks against it.

        It is `archived`, `tiered`, `one_time` or `metered`.
        """
        if self.active is False:
            return "archived"
        if self.billing_scheme not in {MISSING, "per_unit"}:
            return "tiered"
        if self.type not in {None, "recurring"}:
            return "one_time"
        return "metered" if self.usage_type not in {MISSING, "licensed"} or self.meter else None

    @classmethod
    def shaped(cls, source: Source) -> Source:
        """Read a `plan` of an older API version as the price it is."""
        if text(source, "object") != "plan":
            return source
        return {
            **source, "type": "recurring", "recurring": source, "from_plan": True,
            "unit_amount": source.get("amount"), "unit_amount_decimal": source.get("amount_decimal"),
            "transform_quantity": source.get("transform_usage"), "currency_options": None,
        }  # fmt: skip
