"""Small answers of Stripe that are no models of their own."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.portal.models import Subscription
from bot.portal.models.model import Id, Model, at, made_by

WEBHOOK_PATH: Final = "/stripe/webhooks"
"""Where the bot takes events."""


@dataclass(frozen=True, slots=True)
class Account(Model):
    """The merchant, as the bot's key sees it. `icon` and `logo` are ids of files."""

    id: str
    name: str | None = at("business_profile.name")
    support_email: str | None = at("business_profile.support_email")
    support_phone: str | None = at("business_profile.support_phone")
    support_url: str | None = at("business_profile.support_url")
    url: str | None = at("business_profile.url")
    details_submitted: bool | None = None
    charges_enabled: bool | None = None
    icon: Id = at("settings.branding.icon")
    logo: Id = at("settings.branding.logo")
    primary_color: str | None = at("settings.branding.primary_color")
    secondary_color: str | None = at("settings.branding.secondary_color")
    statement_descriptor: str | None = at("settings.payments.statement_descriptor")


@dataclass(frozen=True, slots=True)
class TaxSettings(Model):
    """Stripe Tax: whether it is set up, and what holds for products and prices that say nothing."""

    active: bool = made_by(lambda source: source.get("status") == "active", default=False)
    tax_behavior: str | None = at("defaults.tax_behavior")
    tax_code: str | None = at("defaults.tax_code")


@dataclass(frozen=True, slots=True)
class WebhookEndpoint(Model):
    """Where Stripe sends events; `api_version` is None for the account's own version."""

    id: str
    url: str
    status: str | None = None
    events: tuple[str, ...] = at("enabled_events", ())
    api_version: str | None = None

    @property
    def base(self) -> str | None:
        """Return the address of the bot that it leads to; None when it leads to another program."""
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/")
        if not path.endswith(WEBHOOK_PATH):
            return None
        return parts._replace(path=path.removesuffix(WEBHOOK_PATH), query="", fragment="").geturl()


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a customer's subscriptions, newest first, and whether there are more."""

    subscriptions: tuple[Subscription, ...]
    has_more: bool = False
