"""Keeps other web sites away from the page and the control API."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Guard:
    """Refuses foreign host names (DNS rebinding) and control requests that are no JSON (foreign forms)."""

    def __init__(self, app: ASGIApp, base_url: str) -> None:
        self._app = app
        self._hosts = LOOPBACK | {urlsplit(base_url).hostname or ""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and (complaint := self._complaint(Request(scope))):
            await PlainTextResponse(complaint, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _complaint(self, request: Request) -> str:
        host = request.headers.get("host", "")
        name = host if host.endswith("]") else host.rsplit(":", 1)[0]
        if name not in self._hosts:
            return f"The sandbox does not answer for the host {name!r}."
        writes = request.method == "POST" and request.url.path.startswith("/sandbox/")
        if writes and not request.headers.get("content-type", "").startswith("application/json"):
            return "Send JSON, and say so: Content-Type: application/json."
        return ""
