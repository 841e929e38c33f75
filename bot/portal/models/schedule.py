"""Subscription schedules: what is planned to happen to a subscription later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

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
)


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of a schedule; times in Unix seconds."""

    start_date: int | None
    end_date: int | None
    prices: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: object) -> Self:
        """Read one of a schedule's `phases`."""
        source = mapping(value)
        items = (mapping(entry) for entry in entries(source.get("items")))
        prices = (identifier(item.get("price")) or identifier(item.get("plan")) for item in items)
        return cls(
            start_date=moment(source, "start_date"),
            end_date=moment(source, "end_date"),
            prices=tuple(price for price in prices if price),
        )


@dataclass(frozen=True, slots=True)
class PlannedPause:
    """A pause that a schedule holds; `status` is `scheduled`, `succeeded` or `error`."""

    pause_at: int | None
    status: str | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A `subscription_schedule`. `phases` is `MISSING` when the answer left them out."""

    id: str
    status: str | Missing = MISSING
    phases: tuple[Phase, ...] | Missing = MISSING
    pauses: tuple[PlannedPause, ...] = ()
    end_behavior: str | None = None
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
            customer=identifier(source.get("customer")),
            subscription=identifier(source.get("subscription")),
        )


def _pause(source: Mapping[str, object]) -> PlannedPause:
    pause = inner(source, "pause")
    return PlannedPause(moment(pause, "pause_at"), text(inner(pause, "status"), "type"))
