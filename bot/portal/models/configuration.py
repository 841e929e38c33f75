"""Portal configurations: what a customer may do in the portal at all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.portal.configuring.present import settings_of
from bot.portal.models.model import Model, Moment, Source, at, made_by
from bot.portal.models.reading import MISSING, Missing, entries, identifier, inner, mapping, text


def _prices(source: Source) -> tuple[str, ...]:
    return tuple(price for price in map(identifier, entries(source.get("prices"))) if price)


def _conditions(source: Source) -> tuple[str, ...]:
    conditions = entries(inner(source, "schedule_at_period_end").get("conditions"))
    return tuple(name for each in conditions if (name := text(mapping(each), "type")))


@dataclass(frozen=True, slots=True)
class ListedProduct(Model):
    """A product that customers may move to, its prices and the bounds on its quantity.

    `adjustable` is None when the answer says nothing about quantities.
    """

    product: str = made_by(lambda source: identifier(source.get("product")) or "", "")
    prices: tuple[str, ...] = made_by(_prices, ())
    adjustable: bool | None = at("adjustable_quantity.enabled")
    minimum: int | None = at("adjustable_quantity.minimum")
    maximum: int | None = at("adjustable_quantity.maximum")


@dataclass(frozen=True, slots=True)
class SubscriptionUpdate(Model):
    """Feature "change the subscription". `products` is None when not expanded: absent is not empty."""

    enabled: bool | Missing = MISSING
    default_allowed_updates: tuple[str, ...] | Missing = MISSING
    products: tuple[ListedProduct, ...] | None = None
    proration_behavior: str | None = None
    billing_cycle_anchor: str | None = None
    schedule_conditions: tuple[str, ...] = made_by(_conditions, ())
    trial_update_behavior: str | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionCancel(Model):
    """Feature "cancel"; `mode` is `at_period_end` or `immediately`."""

    enabled: bool | Missing = MISSING
    mode: str | None = None
    proration_behavior: str | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionPause(Model):
    """Feature "pause"; older API versions do not have it, which reads as off."""

    enabled: bool = False


@dataclass(frozen=True, slots=True)
class CustomerUpdate(Model):
    """Feature "change billing details"."""

    enabled: bool | Missing = MISSING
    allowed_updates: tuple[str, ...] | Missing = MISSING


@dataclass(frozen=True, slots=True)
class LoginPage(Model):
    """The hosted login page; `url` is None while it is switched off."""

    enabled: bool | Missing = MISSING
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Configuration(Model):
    """A `billing_portal.configuration`; features stand directly on it.

    `settings` has everything that can be set, by the path it has in Stripe's API.
    """

    id: str
    name: str | None = None
    active: bool | Missing = MISSING
    is_default: bool | None = None
    livemode: bool | None = None
    created: Moment = None
    updated: Moment = None
    headline: str | None = at("business_profile.headline")
    privacy_policy_url: str | None = at("business_profile.privacy_policy_url")
    terms_of_service_url: str | None = at("business_profile.terms_of_service_url")
    default_return_url: str | None = None
    customer_update: CustomerUpdate = at("features.customer_update", CustomerUpdate())
    invoice_history: bool | Missing = at("features.invoice_history.enabled", MISSING)
    payment_method_update: bool | Missing = at("features.payment_method_update.enabled", MISSING)
    subscription_cancel: SubscriptionCancel = at("features.subscription_cancel", SubscriptionCancel())
    subscription_pause: SubscriptionPause = at("features.subscription_pause", SubscriptionPause())
    subscription_update: SubscriptionUpdate = at("features.subscription_update", SubscriptionUpdate())
    login_page: LoginPage = LoginPage()
    settings: Mapping[str, Any] = field(
        default_factory=dict, compare=False, repr=False, metadata={"make": settings_of}
    )

    @property
    def version(self) -> str:
        """Return what is another one after each change; Stripe's `updated` counts whole seconds only."""
        written = json.dumps(self.settings, sort_keys=True)
        return f"{self.updated}-{hashlib.sha256(written.encode()).hexdigest()[:16]}"
