"""Customers, with what proves to an agent that this is the right one."""

from dataclasses import dataclass

from bot.portal.models.model import Model, Moment, at
from bot.portal.models.payment_method import PaymentMethod
from bot.portal.models.reading import Reference
from bot.portal.models.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Customer(Model):
    """A customer. `subscriptions` is None when the answer did not hold them, which is not "none".

    A deleted customer comes back with an id and `deleted` only.
    """

    id: str
    deleted: bool = False
    email: str | None = None
    name: str | None = None
    created: Moment = None
    livemode: bool | None = None
    currency: str | None = None
    delinquent: bool | None = None
    preferred_locales: tuple[str, ...] = ()
    default_payment_method: Reference[PaymentMethod] | None = at("invoice_settings.default_payment_method")
    default_source: Reference[PaymentMethod] | None = None
    address_country: str | None = at("address.country")
    subscriptions: tuple[Subscription, ...] | None = None
    subscriptions_have_more: bool = at("subscriptions.has_more", default=False)

    @property
    def card(self) -> PaymentMethod | None:
        """The customer's own default way to pay, when the answer held the object."""
        chosen = self.default_payment_method or self.default_source
        return chosen.object if chosen else None

    @property
    def country(self) -> str | None:
        """Country of the billing address, else of the card (ISO 3166, two letters)."""
        return self.address_country or (self.card.country if self.card else None)
