"""Real servers on free ports, in the test's own event loop."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from sandbox.disconnect import CuttableProtocol


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve until the block ends."""
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        loop="none",
        log_level="error",
        lifespan="auto",
        timeout_graceful_shutdown=1,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield
    finally:
        await server.shutdown(sockets=[listener])
