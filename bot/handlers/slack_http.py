"""`POST /slack/events`: what is not properly signed never reaches Bolt.

Bolt and slack_sdk answer 500 to a timestamp that is no number and to bytes that are no text, and Bolt logs
whole bodies on a wrong signature; that is decided here instead. Limits: 300 seconds either way, one megabyte.
The same signed request again, as somebody who listened on its way could send it, costs and does nothing.
Signature: HMAC-SHA256 of `v0:<timestamp>:<body>`
(https://docs.slack.dev/authentication/verifying-requests-from-slack).
"""

import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from cachetools import TTLCache
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import Response
from structlog.typing import FilteringBoundLogger

from bot.handlers.raw_body import CLOSING, BodyRefused, read_body
from bot.handlers.signature_age import TOLERANCE_SECONDS, is_recent

LARGEST_BODY = 1_000_000
MOST_REMEMBERED = 20_000
"""Signatures that are remembered, so that a request that was listened to on its way has no second effect.

Thirty requests a second for as long as they are believed, which take 6 MB.
"""

# What reading a payload of the wrong shape raises inside Bolt.
_MALFORMED = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


def slack_endpoint(
    app: AsyncApp, signing_secret: str, log: FilteringBoundLogger
) -> Callable[[Request], Awaitable[Response]]:
    """Make the endpoint that verifies a request and hands it to Bolt.

    `signing_secret` may be several, separated by commas, while one takes the place of the other.
    """
    secrets = tuple(filter(None, map(str.strip, signing_secret.split(","))))

    async def refuse(error: Exception) -> BoltResponse:
        # Our listeners raise nothing, so this is Bolt itself stumbling over a payload before one is chosen.
        if not isinstance(error, _MALFORMED):
            log.error("slack_request_failed", exc_info=error)
            return BoltResponse(status=500, body="")
        log.warning("malformed_slack_request", error=type(error).__name__)
        return BoltResponse(status=400, body="")

    app.error(refuse)

    # A signature is believed from five minutes before its time to five minutes after it.
    # False: in progress, so whether it will have had its effect is not known yet.
    seen: TTLCache[str, bool] = TTLCache(MOST_REMEMBERED, 2 * TOLERANCE_SECONDS)

    async def dispatch(bolt_request: AsyncBoltRequest, signature: str) -> Response:
        before = seen.get(signature)
        if before is not None:
            return Response(status_code=200 if before else 503)
        seen[signature] = done = False
        try:
            answer = to_starlette_response(await app.async_dispatch(bolt_request))
            seen[signature] = done = answer.status_code < 500
        finally:
            if not done:  # it had no effect, and may come again
                seen.pop(signature, None)
        return answer

    async def handle(request: Request) -> Response:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw}
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        # Without a secret (Socket Mode) nothing can be signed, also not with an empty one.
        if not secrets or not is_recent(timestamp, time.time()) or not signature:
            return Response(status_code=401)
        try:
            body = await read_body(request, LARGEST_BODY)
        except BodyRefused as refused:
            return Response(status_code=refused.status, headers=CLOSING)
        if not any(_is_signed(body, timestamp, signature, one) for one in secrets):
            return Response(status_code=401)
        try:
            bolt_request = _bolt_request(request.scope["query_string"], headers, body)
            if not isinstance(cast(object, bolt_request.body), dict) or not bolt_request.body:
                return Response(status_code=400)
            return await dispatch(bolt_request, signature)
        except _MALFORMED as error:
            log.warning("malformed_slack_request", error=type(error).__name__)
            return Response(status_code=400)

    return handle


def _is_signed(body: bytes, timestamp: str, signature: str, secret: str) -> bool:
    mac = hmac.digest(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, "sha256")
    return hmac.compare_digest(f"v0={mac.hex()}".encode(), signature.encode())


def _bolt_request(query: bytes, headers: Mapping[str, str], body: bytes) -> AsyncBoltRequest:
    text = body.decode("utf-8")
    if "payload=" not in text and not text.startswith("{"):
        # Bolt takes any form that holds the word "payload" for an interaction and drops a command about one.
        text = text.replace("payload", "p%61yload")
    return AsyncBoltRequest(body=text, query=query.decode("latin-1"), headers={**headers})
