"""Reading a Stripe event, from a webhook's body, a file or a list."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from bot.store.events import StoredEvent

THIN = "v2.core.event"
END_OF_TIME = 253_402_214_400
"""The last day of the year 9999: a later one cannot be written in any message."""


class _Envelope(BaseModel):
    """What every snapshot event has; the whole of it is kept."""

    id: str = Field(strict=True, min_length=1, max_length=255)
    object: Literal["event"]
    type: str = Field(strict=True, min_length=1, max_length=255)
    created: int = Field(strict=True, ge=0, lt=END_OF_TIME)
    livemode: bool = Field(strict=True)
    data: dict[str, Any]


class _Kind(BaseModel):
    object: str = Field(strict=True)


def read_event(raw: Any, received_at: int) -> StoredEvent | None:
    """Read an event, None for a thin one. Raises ValueError (pydantic's) or RecursionError otherwise."""
    if _Kind.model_validate(raw).object == THIN:
        return None
    envelope = _Envelope.model_validate(raw)
    return StoredEvent(
        id=envelope.id,
        type=envelope.type,
        created=envelope.created,
        livemode=envelope.livemode,
        received_at=received_at,
        payload=raw,
    )


def stored_event(raw: Mapping[str, Any], received_at: int) -> StoredEvent | None:
    """Read an event, None also for what is none."""
    try:
        return read_event(raw, received_at)
    except ValidationError:
        return None
