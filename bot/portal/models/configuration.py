"""Portal configurations: what a customer may do in the portal at all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from bot.portal.configuring.present import settings_of
from bot.portal.models.reading import (
    MISSING,
    Missing,
    entries,
    flag,
    flag_or_missing,
    identifier,
    inner,
    mapping,
    moment,
    text,
    texts,
    texts_or_missing,
    whole,
)


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product that customers may move to, its prices and the bounds on its quantity.

    `adjustable` is None when the answer says nothing about quantities.
    """

    product: str
    prices: tuple[str, ...] = ()
    adjustable: bool | None = None
    minimum: int | None = None
    maximum: int | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Read one entry of `features.subscription_update.products`."""
        source = mapping(value)
        quantity = inner(source, "adjustable_quantity")
        prices = (identifier(entry) for entry in entries(source.get("prices")))
        return cls(
            product=identifier(source.get("product")) or "",
            prices=tuple(price for price in prices if price),
            adjustable=flag(quantity, "enabled"),
            minimum=whole(quantity, "minimum"),
            maximum=whole(quantity, "maximum"),
        )


@dataclass(frozen=True, slots=True)
class SubscriptionUpdate:
    """Feature "change the subscription". `products` is None when not expanded: absent is not empty."""

    enabled: bool | Missing = MISSING
    default_allowed_updates: tuple[str, ...] | Missing = MISSING
    products: tuple[ListedProduct, ...] | None = None
    proration_behavior: str | None = None
    billing_cycle_anchor: str | None = None
    schedule_conditions: tuple[str, ...] = ()
    trial_update_behavior: str | None = None

    @classmethod
    def of(cls, source: Mapping[str, object]) -> Self:
        """Read `features.subscription_update`."""
        listed = source.get("products")
        conditions = entries(inner(source, "schedule_at_period_end").get("conditions"))
        names = (text(mapping(condition), "type") for condition in conditions)
        return cls(
            enabled=flag_or_missing(source, "enabled"),
            default_allowed_updates=texts_or_missing(source, "default_allowed_updates"),
            products=tuple(ListedProduct.of(entry) for entry in listed)
            if isinstance(listed, list | tuple)
            else None,
            proration_behavior=text(source, "proration_behavior"),
            billing_cycle_anchor=text(source, "billing_cycle_anchor"),
            schedule_conditions=tuple(name for name in names if name),
            trial_update_behavior=text(source, "trial_update_behavior"),
        )


@dataclass(frozen=True, slots=True)
class SubscriptionCancel:
    """Feature "cancel"; `mode` is `at_period_end` or `immediately`."""

    enabled: bool | Missing = MISSING
    mode: str | None = None
    proration_behavior: str | None = None
    asks_reason: bool | None = None
    reasons: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: Mapping[str, object]) -> Self:
        """Read `features.subscription_cancel`."""
        survey = inner(source, "cancellation_reason")
        return cls(
            enabled=flag_or_missing(source, "enabled"),
            mode=text(source, "mode"),
            proration_behavior=text(source, "proration_behavior"),
            asks_reason=flag(survey, "enabled"),
            reasons=texts(survey, "options"),
        )


@dataclass(frozen=True, slots=True)
class SubscriptionPause:
    """Feature "pause"; older API versions do not have it, which reads as off."""

    enabled: bool = False
    duration_type: str | None = None
    intervals: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, source: Mapping[str, object]) -> Self:
        """Read `features.subscription_pause`."""
        duration = inner(source, "duration")
        options = (mapping(entry) for entry in entries(duration.get("interval_options")))
        pairs = ((text(option, "interval"), whole(option, "interval_count")) for option in options)
        return cls(
            enabled=flag(source, "enabled") is True,
            duration_type=text(duration, "type"),
            intervals=tuple((unit, count) for unit, count in pairs if unit and count is not None),
        )


@dataclass(frozen=True, slots=True)
class CustomerUpdate:
    """Feature "change billing details"."""

    enabled: bool | Missing = MISSING
    allowed_updates: tuple[str, ...] | Missing = MISSING


@dataclass(frozen=True, slots=True)
class LoginPage:
    """The hosted login page; `url` is None while it is switched off."""

    enabled: bool | Missing = MISSING
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """A `billing_portal.configuration`; features stand directly on it.

    `settings` has everything that can be set, by the path it has in Stripe's API.
    """

    id: str
    name: str | None = None
    active: bool | Missing = MISSING
    is_default: bool | None = None
    livemode: bool | None = None
    application: str | None = None
    created: int | None = None
    updated: int | None = None
    headline: str | None = None
    privacy_policy_url: str | None = None
    terms_of_service_url: str | None = None
    default_return_url: str | None = None
    customer_update: CustomerUpdate = field(default_factory=CustomerUpdate)
    invoice_history: bool | Missing = MISSING
    payment_method_update: bool | Missing = MISSING
    payment_method_configuration: str | None = None
    subscription_cancel: SubscriptionCancel = field(default_factory=SubscriptionCancel)
    subscription_pause: SubscriptionPause = field(default_factory=SubscriptionPause)
    subscription_update: SubscriptionUpdate = field(default_factory=SubscriptionUpdate)
    login_page: LoginPage = field(default_factory=LoginPage)
    settings: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def version(self) -> str:
        """Return what is another one after each change; Stripe's `updated` counts whole seconds only."""
        written = json.dumps(self.settings, sort_keys=True)
        return f"{self.updated}-{hashlib.sha256(written.encode()).hexdigest()[:16]}"

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a configuration object."""
        source = mapping(value)
        features = inner(source, "features")
        profile = inner(source, "business_profile")
        details = inner(features, "customer_update")
        payment = inner(features, "payment_method_update")
        login = inner(source, "login_page")
        return cls(
            id=text(source, "id") or "",
            name=text(source, "name"),
            active=flag_or_missing(source, "active"),
            is_default=flag(source, "is_default"),
            livemode=flag(source, "livemode"),
            application=identifier(source.get("application")),
            created=moment(source, "created"),
            updated=moment(source, "updated"),
            headline=text(profile, "headline"),
            privacy_policy_url=text(profile, "privacy_policy_url"),
            terms_of_service_url=text(profile, "terms_of_service_url"),
            default_return_url=text(source, "default_return_url"),
            customer_update=CustomerUpdate(
                flag_or_missing(details, "enabled"), texts_or_missing(details, "allowed_updates")
            ),
            invoice_history=flag_or_missing(inner(features, "invoice_history"), "enabled"),
            payment_method_update=flag_or_missing(payment, "enabled"),
            payment_method_configuration=text(payment, "payment_method_configuration"),
            subscription_cancel=SubscriptionCancel.of(inner(features, "subscription_cancel")),
            subscription_pause=SubscriptionPause.of(inner(features, "subscription_pause")),
            subscription_update=SubscriptionUpdate.of(inner(features, "subscription_update")),
            login_page=LoginPage(flag_or_missing(login, "enabled"), text(login, "url")),
            settings=settings_of(source),
        )
