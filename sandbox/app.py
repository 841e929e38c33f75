"""The sandbox as one ASGI application: Stripe, Slack, the control API and the page, on one port."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from sandbox.control import Control
from sandbox.guard import Guard
from sandbox.page.routes import Page
from sandbox.services import SandboxOptions, Services
from sandbox.stopwatch import StripeStopwatch

__all__ = ["Sandbox", "SandboxOptions"]


class Sandbox(Services):
    """The services, and `app`, which a server serves. The application starts and stops them."""

    def __init__(self, options: SandboxOptions, clock: Callable[[], float] = time.time) -> None:
        super().__init__(options, clock)
        self.app = Starlette(
            routes=[
                *self.slack.routes(),
                *Control(self).routes(),
                *Page(self).routes(),
                *self.stripe.routes(),
            ],
            lifespan=self._lifespan,
            middleware=[
                Middleware(Guard, base_url=options.base_url),
                Middleware(StripeStopwatch, traffic=self.traffic, clock=clock),
            ],
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()
