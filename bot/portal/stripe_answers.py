"""Small answers of Stripe that are no models of their own."""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from bot.portal.models import Subscription
from bot.portal.models.reading import flag, identifier, inner, mapping, text, texts

WEBHOOK_PATH: Final = "/stripe/webhooks"
"""Where the bot takes events."""


@dataclass(frozen=True, slots=True)
class Account:
    """The merchant, as the bot's key sees it. `icon` and `logo` are ids of files."""

    id: str
    name: str | None = None
    support_email: str | None = None
    support_phone: str | None = None
    support_url: str | None = None
    url: str | None = None
    details_submitted: bool | None = None
    charges_enabled: bool | None = None
    icon: str | None = None
    logo: str | None = None
    primary_color: str | None = None
    secondary_color: str | None = None
    statement_descriptor: str | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Read an `account` object."""
        source = mapping(value)
        profile, settings = inner(source, "business_profile"), inner(source, "settings")
        branding = inner(settings, "branding")
        return cls(
            id=text(source, "id") or "",
            name=text(profile, "name"),
            support_email=text(profile, "support_email"),
            support_phone=text(profile, "support_phone"),
            support_url=text(profile, "support_url"),
            url=text(profile, "url"),
            details_submitted=flag(source, "details_submitted"),
            charges_enabled=flag(source, "charges_enabled"),
            icon=identifier(branding.get("icon")),
            logo=identifier(branding.get("logo")),
            primary_color=text(branding, "primary_color"),
            secondary_color=text(branding, "secondary_color"),
            statement_descriptor=text(inner(settings, "payments"), "statement_descriptor"),
        )


@dataclass(frozen=True, slots=True)
class TaxSettings:
    """Stripe Tax: whether it is set up, and what holds for products and prices that say nothing."""

    active: bool
    tax_behavior: str | None = None
    tax_code: str | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a `tax.settings` object."""
        source = mapping(value)
        defaults = inner(source, "defaults")
        return cls(
            text(source, "status") == "active", text(defaults, "tax_behavior"), text(defaults, "tax_code")
        )


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """Where Stripe sends events; `api_version` is None for the account's own version."""

    id: str
    url: str
    status: str | None = None
    events: tuple[str, ...] = ()
    api_version: str | None = None

    @property
    def base(self) -> str | None:
        """Return the address of the bot that it leads to; None when it leads to another program."""
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/")
        if not path.endswith(WEBHOOK_PATH):
            return None
        return parts._replace(path=path.removesuffix(WEBHOOK_PATH), query="", fragment="").geturl()

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a `webhook_endpoint` object."""
        source = mapping(value)
        return cls(
            id=text(source, "id") or "",
            url=text(source, "url") or "",
            status=text(source, "status"),
            events=texts(source, "enabled_events"),
            api_version=text(source, "api_version"),
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a customer's subscriptions, newest first, and whether there are more."""

    subscriptions: tuple[Subscription, ...]
    has_more: bool = False
