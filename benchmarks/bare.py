"""What portalbot is measured beside: the least a server can do for a slash command.

`python -m benchmarks.bare asgi PORT` only checks the signature; `… bolt PORT` is a Bolt app that acks.
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SECRET = "benchmark-signing-secret"

Message = MutableMapping[str, Any]


def bare_asgi() -> Callable[..., Awaitable[None]]:
    """Read, verify, answer."""
    verifier = SignatureVerifier(SECRET)

    async def application(
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        status = 200 if verifier.is_valid(body, stamp, signature) else 401
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    return application


def bare_bolt() -> Starlette:
    """A Bolt app of the kind portalbot uses, whose only listener acks."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", user_id="U1", bot_token="xoxb-1")

    app = AsyncApp(
        client=AsyncWebClient(), authorize=authorize, signing_secret=SECRET, process_before_response=True
    )

    @app.command("/portal")
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


if __name__ == "__main__":
    uvicorn.run(
        bare_asgi() if sys.argv[1] == "asgi" else bare_bolt(),
        port=int(sys.argv[2]),
        log_level="error",
        access_log=False,
        http="httptools",
        loop="asyncio",
        lifespan="off",
    )
