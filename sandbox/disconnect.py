"""Cutting a connection without an answer, as when a service is down."""

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EXTENSION = "sandbox.disconnect"


class Disconnect(Response):
    """Cuts the connection without a byte of an answer.

    Raises `ConnectionResetError` where the server offers no way to do that (an in-process test transport).
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Cut the connection."""
        cut = scope.get("extensions", {}).get(EXTENSION, {}).get("cut")
        if cut is None:
            raise ConnectionResetError("the sandbox was told to be down")
        cut()
        await asyncio.sleep(0)  # let the server notice, or it would try to answer 500


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with a way for the application to cut the connection."""

    def on_message_begin(self) -> None:
        """Put the way to cut into the request's scope."""
        super().on_message_begin()
        extensions = dict(self.scope.get("extensions") or {})
        extensions[EXTENSION] = {"cut": self.transport.abort}
        self.scope["extensions"] = extensions
