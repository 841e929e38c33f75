"""Prices and products; a legacy Plan reads as the price it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.portal.models.reading import (
    MISSING,
    Missing,
    Reference,
    decimal_text,
    flag,
    flag_or_missing,
    identifier,
    inner,
    mapping,
    moment,
    reference,
    text,
    text_or_missing,
    texts,
    whole,
)


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold. Only there when the price's `product` was expanded. `images` are addresses."""

    id: str
    name: str | None = None
    active: bool | None = None
    unit_label: str | None = None
    description: str | None = None
    images: tuple[str, ...] = ()
    statement_descriptor: str | None = None
    tax_code: str | None = None
    created: int | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a `product` object."""
        source = mapping(value)
        return cls(
            id=text(source, "id") or "",
            name=text(source, "name"),
            active=flag(source, "active"),
            unit_label=text(source, "unit_label"),
            description=text(source, "description"),
            images=texts(source, "images"),
            statement_descriptor=text(source, "statement_descriptor"),
            tax_code=identifier(source.get("tax_code")),
            created=moment(source, "created"),
        )


@dataclass(frozen=True, slots=True)
class Price:
    """What is charged. Amounts are integers in the currency's smallest unit.

    `unit_amount` is None for tiered prices and for fractions of the smallest unit, which stand in
    `unit_amount_decimal`. `currency_options` are the further currencies, None when not expanded.
    """

    id: str
    product: Reference[Product] | None = None
    active: bool | Missing = MISSING
    currency: str | None = None
    unit_amount: int | None = None
    unit_amount_decimal: str | None = None
    type: str | None = None
    interval: str | None = None
    interval_count: int | None = None
    usage_type: str | Missing = MISSING
    meter: str | None = None
    billing_scheme: str | Missing = MISSING
    tax_behavior: str | None = None
    has_transform_quantity: bool = False
    transform_divide_by: int | None = None
    has_custom_unit_amount: bool = False
    lookup_key: str | None = None
    nickname: str | None = None
    livemode: bool | None = None
    currency_options: frozenset[str] | None = None
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
    def of(cls, value: object) -> Self:
        """Read a `price`, or a `plan` from an older API version."""
        source = mapping(value)
        return cls._of_plan(source) if text(source, "object") == "plan" else cls._of_price(source)

    @classmethod
    def _of_price(cls, source: Mapping[str, object]) -> Self:
        recurring = inner(source, "recurring")
        transform = source.get("transform_quantity")
        return cls(
            id=text(source, "id") or "",
            product=reference(source.get("product"), Product.of),
            active=flag_or_missing(source, "active"),
            currency=text(source, "currency"),
            unit_amount=whole(source, "unit_amount"),
            unit_amount_decimal=decimal_text(source, "unit_amount_decimal"),
            type=text(source, "type"),
            interval=text(recurring, "interval"),
            interval_count=whole(recurring, "interval_count"),
            usage_type=text_or_missing(recurring, "usage_type"),
            meter=text(recurring, "meter"),
            billing_scheme=text_or_missing(source, "billing_scheme"),
            tax_behavior=text(source, "tax_behavior"),
            has_transform_quantity=isinstance(transform, Mapping),
            transform_divide_by=whole(mapping(transform), "divide_by"),
            has_custom_unit_amount=isinstance(source.get("custom_unit_amount"), Mapping),
            lookup_key=text(source, "lookup_key"),
            nickname=text(source, "nickname"),
            livemode=flag(source, "livemode"),
            currency_options=_currencies(source.get("currency_options")),
        )

    @classmethod
    def _of_plan(cls, source: Mapping[str, object]) -> Self:
        transform = source.get("transform_usage")
        return cls(
            id=text(source, "id") or "",
            product=reference(source.get("product"), Product.of),
            active=flag_or_missing(source, "active"),
            currency=text(source, "currency"),
            unit_amount=whole(source, "amount"),
            unit_amount_decimal=decimal_text(source, "amount_decimal"),
            type="recurring",
            interval=text(source, "interval"),
            interval_count=whole(source, "interval_count"),
            usage_type=text_or_missing(source, "usage_type"),
            meter=text(source, "meter"),
            billing_scheme=text_or_missing(source, "billing_scheme"),
            has_transform_quantity=isinstance(transform, Mapping),
            transform_divide_by=whole(mapping(transform), "divide_by"),
            nickname=text(source, "nickname"),
            livemode=flag(source, "livemode"),
            from_plan=True,
        )


def _currencies(value: object) -> frozenset[str] | None:
    if not isinstance(value, Mapping):
        return None
    return frozenset(name for name in value if isinstance(name, str))
