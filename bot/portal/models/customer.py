"""Customers, with what proves to an agent that this is the right one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.portal.models.payment_method import PaymentMethod, payment_method_reference
from bot.portal.models.reading import Reference, entries, flag, inner, mapping, moment, text, texts
from bot.portal.models.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer. `subscriptions` is None when the answer did not hold them, which is not "none".

    A deleted customer comes back with an id and `deleted` only.
    """

    id: str
    deleted: bool = False
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    created: int | None = None
    livemode: bool | None = None
    currency: str | None = None
    delinquent: bool | None = None
    preferred_locales: tuple[str, ...] = ()
    default_payment_method: Reference[PaymentMethod] | None = None
    default_source: Reference[PaymentMethod] | None = None
    address_country: str | None = None
    subscriptions: tuple[Subscription, ...] | None = None
    subscriptions_have_more: bool = False

    @property
    def card(self) -> PaymentMethod | None:
        """The customer's own default way to pay, when the answer held the object."""
        chosen = self.default_payment_method or self.default_source
        return chosen.object if chosen else None

    @property
    def country(self) -> str | None:
        """Country of the billing address, else of the card (ISO 3166, two letters)."""
        return self.address_country or (self.card.country if self.card else None)

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a `customer` object, deleted ones included."""
        source = mapping(value)
        chosen = inner(source, "invoice_settings").get("default_payment_method")
        return cls(
            id=text(source, "id") or "",
            deleted=flag(source, "deleted") is True,
            email=text(source, "email"),
            name=text(source, "name"),
            phone=text(source, "phone"),
            created=moment(source, "created"),
            livemode=flag(source, "livemode"),
            currency=text(source, "currency"),
            delinquent=flag(source, "delinquent"),
            preferred_locales=texts(source, "preferred_locales"),
            default_payment_method=payment_method_reference(chosen),
            default_source=payment_method_reference(source.get("default_source")),
            address_country=text(inner(source, "address"), "country"),
            subscriptions=_subscriptions(source),
            subscriptions_have_more=flag(inner(source, "subscriptions"), "has_more") is True,
        )


def _subscriptions(source: Mapping[str, object]) -> tuple[Subscription, ...] | None:
    held = inner(source, "subscriptions").get("data")
    if not isinstance(held, list | tuple):
        return None
    return tuple(Subscription.of(entry) for entry in entries(held))
