"""Times what reaches the Stripe stand-in, for the page's traffic list."""

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.traffic import Traffic


class StripeStopwatch:
    """Notes every `/v1/` request with its status and milliseconds."""

    def __init__(self, app: ASGIApp, traffic: Traffic, clock: Callable[[], float]) -> None:
        self._app = app
        self._traffic = traffic
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and look at the clock."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        status = 0
        started = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            self._traffic.add(
                at=self._clock(),
                service="stripe",
                name=f"{scope['method']} {scope['path']}",
                status=str(status) if status else "connection closed",
                milliseconds=int((time.perf_counter() - started) * 1000),
                alarming=not 200 <= status < 300,
            )
