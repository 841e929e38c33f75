"""Subscriptions and their items, as every API version since 2019 sends them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.portal.models.invoice import Invoice
from bot.portal.models.model import Has, Id, Model, Moment, Source, at, made_by
from bot.portal.models.payment_method import PaymentMethod
from bot.portal.models.price import Price
from bot.portal.models.reading import (
    MISSING,
    Missing,
    Reference,
    entries,
    identifier,
    mapping,
    moment,
    text,
)
from bot.portal.models.schedule import Schedule


def _price_of(source: Source) -> Price | None:
    price, plan = source.get("price"), source.get("plan")
    if isinstance(price, Mapping):
        return Price.of(price)
    if isinstance(plan, Mapping):
        return Price.of({**plan, "object": "plan"})
    return Price(price) if isinstance(price, str) and price else None


def _discounts(source: Source) -> tuple[str, ...]:
    """Ids of the discounts; before 2024 there was a single `discount` object."""
    found = [identifier(entry) for entry in entries(source.get("discounts"))]
    return tuple(entry for entry in (*found, identifier(source.get("discount"))) if entry)


def _period_end(source: Source) -> int | None:
    ends = (moment(mapping(entry), "current_period_end") for entry in entries(source.get("items")))
    return max((end for end in ends if end is not None), default=moment(source, "current_period_end"))


def _billing_schedules(source: Source) -> tuple[str, ...]:
    return tuple(text(mapping(entry), "key") or "" for entry in entries(source.get("billing_schedules")))


@dataclass(frozen=True, slots=True)
class Item(Model):
    """One line of a subscription. `price` is None only when the answer held neither price nor plan."""

    id: str
    price: Price | None = made_by(_price_of)
    quantity: int | None = None
    current_period_start: Moment = None
    current_period_end: Moment = None
    has_current_trial: Has = at("current_trial", default=False)
    current_trial_end: Moment = at("current_trial.end_date")
    discounts: tuple[str, ...] = made_by(_discounts, ())
    plan_usage_type: str | None = at("plan.usage_type")


@dataclass(frozen=True, slots=True)
class Subscription(Model):
    """A subscription. Times are Unix seconds.

    `MISSING` stands where Stripe always sends a field that decides a rule; any other absent field is
    None. The period lives on the items; `current_period_end` here is the latest of them, or what an
    older API version sent on the subscription itself.
    """

    id: str
    customer: Id = None
    status: str | Missing = MISSING
    paused_reason: str | None = at("status_details.paused.subscription.type")
    items: tuple[Item, ...] | Missing = MISSING
    items_have_more: bool = at("items.has_more", default=False)
    collection_method: str | Missing = MISSING
    currency: str | None = None
    schedule: Reference[Schedule] | None = None
    cancel_at: Moment = None
    cancel_at_period_end: bool | Missing = MISSING
    canceled_at: Moment = None
    ended_at: Moment = None
    trial_end: Moment = None
    has_pause_collection: Has = at("pause_collection", default=False)
    pause_behavior: str | None = at("pause_collection.behavior")
    pause_resumes_at: Moment = at("pause_collection.resumes_at")
    has_pending_update: Has = at("pending_update", default=False)
    pending_update_expires_at: Moment = at("pending_update.expires_at")
    pending_update_cancels: bool = at("pending_update.cancel_at_period_end", default=False)
    pending_update_items: tuple[Item, ...] = at("pending_update.subscription_items", ())
    billing_mode: str | Missing = at("billing_mode.type", MISSING)
    discounts: tuple[str, ...] = made_by(_discounts, ())
    default_payment_method: Reference[PaymentMethod] | None = None
    default_source: Reference[PaymentMethod] | None = None
    latest_invoice: Reference[Invoice] | None = None
    on_behalf_of: Id = None
    application: Id = None
    livemode: bool | None = None
    created: Moment = None
    current_period_end: Moment = made_by(_period_end)
    managed_payments_enabled: bool = at("managed_payments.enabled", default=False)
    has_billing_thresholds: Has = at("billing_thresholds", default=False)
    billing_schedules: tuple[str, ...] = made_by(_billing_schedules, ())
    has_pending_invoice_item_interval: Has = at("pending_invoice_item_interval", default=False)
