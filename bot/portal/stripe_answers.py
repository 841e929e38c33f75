"""Small answers of Stripe that are no models of their own."""

from dataclasses import dataclass
from typing import Self

from bot.portal.models import Subscription
from bot.portal.models.reading import inner, mapping, text


@dataclass(frozen=True, slots=True)
class Account:
    """The merchant, as the bot's key sees it."""

    id: str
    name: str | None = None
    support_email: str | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Read an `account` object."""
        source = mapping(value)
        profile = inner(source, "business_profile")
        return cls(text(source, "id") or "", text(profile, "name"), text(profile, "support_email"))


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a customer's subscriptions, newest first, and whether there are more."""

    subscriptions: tuple[Subscription, ...]
    has_more: bool = False
