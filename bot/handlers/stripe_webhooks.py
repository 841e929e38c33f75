"""`POST /stripe/webhooks`: verified over the raw bytes, durable before it is answered, then worked on.

What is none of ours is answered 200 and counted, since Stripe repeats a refused delivery for three days.
"""

import json
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn

from starlette.requests import Request
from starlette.responses import Response

from bot.alerts.read_events import read_event
from bot.durations import Clock
from bot.errors import Unavailable
from bot.handlers.raw_body import CLOSING, BodyCutShort, BodyTooLarge, read_body
from bot.handlers.stripe_signature import is_signed
from bot.logs import get_log
from bot.metrics import Metrics
from bot.store.events import StoredEvent, StripeEvents

LARGEST_BODY = 1_000_000

_log = get_log(__name__)

OnEvent = Callable[[StoredEvent], None]
OnOutcome = Callable[[str], Awaitable[None]]


def webhook_endpoint(
    events: StripeEvents,
    metrics: Metrics,
    secrets: Sequence[str],
    *,
    livemode: bool,
    clock: Clock,
    on_event: OnEvent,
    on_outcome: OnOutcome | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    """Make the endpoint. `on_event` is told each new event after it was stored; it must be quick.

    `on_outcome` is told what became of each delivery; it must not raise.
    """

    async def keep(body: bytes) -> tuple[int, str]:
        sent = json.loads(body, parse_constant=_no_constant, parse_float=_finite)
        event = read_event(sent, clock())
        if event is None:
            return 200, "thin"
        if event.livemode is not livemode:
            return 200, "other_mode"
        new = await events.add(event)
        if new:
            _log.info("event_stored", event_id=event.id, type=event.type)
            on_event(event)
        return 200, "stored" if new else "duplicate"

    async def receive(request: Request) -> tuple[int, str]:
        try:
            body = await read_body(request, LARGEST_BODY)
            if not is_signed(body, request.headers.get("stripe-signature", ""), secrets, time.time()):
                return 401, "bad_signature"
            return await keep(body)
        except BodyTooLarge:
            return 413, "too_large"
        except (BodyCutShort, ValueError, RecursionError):
            return 400, "malformed"
        except Unavailable:
            return 503, "not_stored"

    async def handle(request: Request) -> Response:
        status, outcome = await receive(request)
        metrics.webhooks.labels(outcome=outcome).inc()
        if on_outcome is not None:
            await on_outcome(outcome)
        return Response(status_code=status, headers=CLOSING if outcome == "too_large" else None)

    return handle


def _no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which are Python's and not JSON's; PostgreSQL would not take them."""
    raise ValueError(name)


def _finite(digits: str) -> float:
    """Return the number; refuse one like 1e999, which is JSON and reads as Infinity, which is none."""
    number = float(digits)
    return number if math.isfinite(number) else _no_constant(digits)
