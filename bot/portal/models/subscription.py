"""Subscriptions and their items, as every API version since 2019 sends them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.portal.models.invoice import Invoice
from bot.portal.models.payment_method import PaymentMethod, payment_method_reference
from bot.portal.models.price import Price
from bot.portal.models.reading import (
    MISSING,
    Missing,
    Reference,
    entries,
    flag,
    flag_or_missing,
    identifier,
    inner,
    mapping,
    moment,
    reference,
    text,
    text_or_missing,
    whole,
)
from bot.portal.models.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a subscription. `price` is None only when the answer held neither price nor plan."""

    id: str
    price: Price | None = None
    quantity: int | None = None
    current_period_start: int | None = None
    current_period_end: int | None = None
    has_current_trial: bool = False
    current_trial_end: int | None = None
    discounts: tuple[str, ...] = ()
    plan_usage_type: str | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a `subscription_item`; the deprecated `plan` fills in for a missing price."""
        source = mapping(value)
        trial = source.get("current_trial")
        return cls(
            id=text(source, "id") or "",
            price=_price_of(source),
            quantity=whole(source, "quantity"),
            current_period_start=moment(source, "current_period_start"),
            current_period_end=moment(source, "current_period_end"),
            has_current_trial=isinstance(trial, Mapping),
            current_trial_end=moment(mapping(trial), "end_date"),
            discounts=_discounts(source),
            plan_usage_type=text(inner(source, "plan"), "usage_type"),
        )


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription. Times are Unix seconds.

    `MISSING` stands where Stripe always sends a field that decides a rule; any other absent field is
    None. The period lives on the items; `current_period_end` here is the latest of them, or what an
    older API version sent on the subscription itself.
    """

    id: str
    customer: str | None = None
    status: str | Missing = MISSING
    paused_reason: str | None = None
    items: tuple[Item, ...] | Missing = MISSING
    items_have_more: bool = False
    collection_method: str | Missing = MISSING
    currency: str | None = None
    schedule: Reference[Schedule] | None = None
    cancel_at: int | None = None
    cancel_at_period_end: bool | Missing = MISSING
    canceled_at: int | None = None
    ended_at: int | None = None
    trial_end: int | None = None
    has_pause_collection: bool = False
    pause_behavior: str | None = None
    pause_resumes_at: int | None = None
    has_pending_update: bool = False
    pending_update_expires_at: int | None = None
    pending_update_cancels: bool = False
    pending_update_items: tuple[Item, ...] = ()
    billing_mode: str | Missing = MISSING
    discounts: tuple[str, ...] = ()
    default_payment_method: Reference[PaymentMethod] | None = None
    default_source: Reference[PaymentMethod] | None = None
    latest_invoice: Reference[Invoice] | None = None
    on_behalf_of: str | None = None
    application: str | None = None
    livemode: bool | None = None
    created: int | None = None
    current_period_end: int | None = None
    managed_payments_enabled: bool = False
    has_billing_thresholds: bool = False
    billing_schedules: tuple[str, ...] = ()
    has_pending_invoice_item_interval: bool = False

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a `subscription` object."""
        source = mapping(value)
        items = _items(source.get("items"))
        pause = source.get("pause_collection")
        pending = source.get("pending_update")
        return cls(
            id=text(source, "id") or "",
            customer=identifier(source.get("customer")),
            status=text_or_missing(source, "status"),
            paused_reason=_paused_reason(source),
            items=items,
            items_have_more=flag(inner(source, "items"), "has_more") is True,
            collection_method=text_or_missing(source, "collection_method"),
            currency=text(source, "currency"),
            schedule=reference(source.get("schedule"), Schedule.of),
            cancel_at=moment(source, "cancel_at"),
            cancel_at_period_end=flag_or_missing(source, "cancel_at_period_end"),
            canceled_at=moment(source, "canceled_at"),
            ended_at=moment(source, "ended_at"),
            trial_end=moment(source, "trial_end"),
            has_pause_collection=isinstance(pause, Mapping),
            pause_behavior=text(mapping(pause), "behavior"),
            pause_resumes_at=moment(mapping(pause), "resumes_at"),
            has_pending_update=isinstance(pending, Mapping),
            pending_update_expires_at=moment(mapping(pending), "expires_at"),
            pending_update_cancels=flag(mapping(pending), "cancel_at_period_end") is True,
            pending_update_items=tuple(
                Item.of(entry) for entry in entries(mapping(pending).get("subscription_items"))
            ),
            billing_mode=text_or_missing(inner(source, "billing_mode"), "type"),
            discounts=_discounts(source),
            default_payment_method=payment_method_reference(source.get("default_payment_method")),
            default_source=payment_method_reference(source.get("default_source")),
            latest_invoice=reference(source.get("latest_invoice"), Invoice.of),
            on_behalf_of=identifier(source.get("on_behalf_of")),
            application=identifier(source.get("application")),
            livemode=flag(source, "livemode"),
            created=moment(source, "created"),
            current_period_end=_period_end(items, moment(source, "current_period_end")),
            managed_payments_enabled=flag(inner(source, "managed_payments"), "enabled") is True,
            has_billing_thresholds=isinstance(source.get("billing_thresholds"), Mapping),
            billing_schedules=_billing_schedules(source.get("billing_schedules")),
            has_pending_invoice_item_interval=isinstance(
                source.get("pending_invoice_item_interval"), Mapping
            ),
        )


def _price_of(source: Mapping[str, object]) -> Price | None:
    price, plan = source.get("price"), source.get("plan")
    if isinstance(price, Mapping):
        return Price.of(price)
    if isinstance(plan, Mapping):
        return Price.of({**plan, "object": "plan"})
    return Price(price) if isinstance(price, str) and price else None


def _items(value: object) -> tuple[Item, ...] | Missing:
    if isinstance(value, list | tuple) or isinstance(mapping(value).get("data"), list | tuple):
        return tuple(Item.of(entry) for entry in entries(value))
    return MISSING


def _period_end(items: tuple[Item, ...] | Missing, on_subscription: int | None) -> int | None:
    ends = () if items is MISSING else (item.current_period_end for item in items)
    return max((end for end in ends if end is not None), default=on_subscription)


def _discounts(source: Mapping[str, object]) -> tuple[str, ...]:
    """Ids of the discounts; before 2024 there was a single `discount` object."""
    found = [identifier(entry) for entry in entries(source.get("discounts"))]
    return tuple(entry for entry in (*found, identifier(source.get("discount"))) if entry)


def _paused_reason(source: Mapping[str, object]) -> str | None:
    return text(inner(inner(inner(source, "status_details"), "paused"), "subscription"), "type")


def _billing_schedules(value: object) -> tuple[str, ...]:
    return tuple(text(mapping(entry), "key") or "" for entry in entries(value))
