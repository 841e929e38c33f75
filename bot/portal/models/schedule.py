"""Subscription schedules: what is planned to happen to a subscription later."""

from dataclasses import dataclass
from typing import Final, Self

from bot.portal.models.model import Id, Model, Moment, at
from bot.portal.models.price import Price
from bot.portal.models.reading import MISSING, Missing, entries, identifier, mapping, moment, whole

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
class PlannedPause(Model):
    """A pause that a schedule holds; `status` is `scheduled`, `succeeded` or `error`."""

    pause_at: Moment = at("pause.pause_at")
    status: str | None = at("pause.status.type")


@dataclass(frozen=True, slots=True)
class Schedule(Model):
    """A `subscription_schedule`. `phases` is `MISSING` when the answer left them out.

    `current_end` is when the present phase ends, in Unix seconds; None before the first and after the last.
    """

    id: str
    status: str | Missing = MISSING
    phases: tuple[Phase, ...] | Missing = MISSING
    pauses: tuple[PlannedPause, ...] = at("pause_schedules", ())
    end_behavior: str | None = None
    current_end: Moment = at("current_phase.end_date")
    customer: Id = None
    subscription: Id = None
