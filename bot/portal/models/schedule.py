"""Subscription schedules: what is planned to happen to a subscription later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from bot.portal.models.price import Price
from bot.portal.models.reading import (
    MISSING,
    Missing,
    entries,
    identifier,
    inner,
    mapping,
    moment,
    text,
    text_or_missing,
    whole,
)

LIVE_SCHEDULE: Final = frozenset({"active", "not_started"})
"""The statuses of a schedule that still has something to say."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of a schedule; times in Unix seconds.

    `quantities` are those of `prices`, in their order. `known` are the prices themselves; Stripe sends their
    ids only, and `bot.portal.product_catalog` fills in what it knows.
    """

    start_date: int | None
    end_date: int | None
    prices: tuple[str, ...] = ()
    quantities: tuple[int | None, ...] = ()
    known: tuple[Price, ...] = ()

    @classmethod
    def of(cls, value: object) -> Self:
        """Read one of a schedule's `phases`."""
        source = mapping(value)
        items = [mapping(entry) for entry in entries(source.get("items"))]
        sold = [(identifier(item.get("price")) or identifier(item.get("plan")), item) for item in items]
        return cls(
            start_date=moment(source, "start_date"),
            end_date=moment(source, "end_date"),
            prices=tuple(price for price, _ in sold if price),
            quantities=tuple(whole(item, "quantity") for price, item in sold if price),
        )


@dataclass(frozen=True, slots=True)
class PlannedPause:
    """A pause that a schedule holds; `status` is `scheduled`, `succeeded` or `error`."""

    pause_at: int | None
    status: str | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A `subscription_schedule`. `phases` is `MISSING` when the answer left them out.

    `current_end` is when the present phase ends, in Unix seconds; None before the first and after the last.
    """

    id: str
    status: str | Missing = MISSING
    phases: tuple[Phase, ...] | Missing = MISSING
    pauses: tuple[PlannedPause, ...] = ()
    end_behavior: str | None = None
    current_end: int | None = None
    customer: str | None = None
    subscription: str | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Read a schedule object."""
        source = mapping(value)
        phases = source.get("phases")
        return cls(
            id=text(source, "id") or "",
            status=text_or_missing(source, "status"),
            phases=tuple(Phase.of(entry) for entry in entries(phases))
            if isinstance(phases, list | tuple)
            else MISSING,
            pauses=tuple(_pause(mapping(entry)) for entry in entries(source.get("pause_schedules"))),
            end_behavior=text(source, "end_behavior"),
            current_end=moment(inner(source, "current_phase"), "end_date"),
            customer=identifier(source.get("customer")),
            subscription=identifier(source.get("subscription")),
        )


def _pause(source: Mapping[str, object]) -> PlannedPause:
    pause = inner(source, "pause")
    return PlannedPause(moment(pause, "pause_at"), text(inner(pause, "status"), "type"))
