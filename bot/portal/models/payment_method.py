"""Payment methods, and the legacy cards, bank accounts and sources that stand in their place."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from bot.portal.models.reading import inner, mapping, text, whole


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay. `type` is Stripe's API value; legacy bank accounts read as `bank_account`."""

    id: str
    type: str | None = None
    brand: str | None = None
    last4: str | None = None
    country: str | None = None
    expires_month: int | None = None
    expires_year: int | None = None
    wallet: str | None = None

    def has_expired(self, now: int) -> bool:
        """Whether the month on the card is over at this moment (Unix seconds), in UTC."""
        if self.expires_year is None or self.expires_month is None:
            return False
        today = datetime.fromtimestamp(now, UTC)
        return (self.expires_year, self.expires_month) < (today.year, today.month)

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a `payment_method`, or a legacy `card`, `bank_account` or `source` object."""
        source = mapping(value)
        kind = _type(text(source, "object"), text(source, "type"))
        # A PaymentMethod keeps its particulars under its type, a legacy card at the top.
        details = inner(source, kind) if kind and kind in source else source
        return cls(
            id=text(source, "id") or "",
            type=kind,
            brand=text(details, "brand") or text(details, "bank_name") or text(details, "bank"),
            last4=text(details, "last4"),
            country=text(details, "country"),
            expires_month=whole(details, "exp_month"),
            expires_year=whole(details, "exp_year"),
            wallet=text(inner(details, "wallet"), "type"),
        )


def _type(kind_of_object: str | None, declared: str | None) -> str | None:
    """Legacy objects say what they are in `object`; sources have a `type` with old names."""
    if kind_of_object in {"card", "bank_account"}:
        return kind_of_object
    if kind_of_object == "source" and declared == "three_d_secure":
        return "card"
    return declared
