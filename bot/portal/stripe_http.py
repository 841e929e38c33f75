"""Stripe's SDK over aiohttp, with three of its habits changed.

An error while the body is read counts as a connection error (the SDK lets aiohttp's own exceptions
through), every try waits its turn, and the SDK's logging never sees a response body or a parameter: bodies
hold session URLs and addresses, and the SDK writes both at its debug level.
"""

import logging
import ssl
from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
import stripe

from bot.portal.pace import Pace

SECONDS_PER_TRY: Final = 10.0
MORE_TRIES: Final = 2
MOST_CONNECTIONS: Final = 256
TIMED_OUT: Final = "timed out"
TOO_MANY: Final = 429
HIDDEN_BODY: Final = "[response body hidden]"

# The SDK leaves the constructor untyped.
_connection_error: Final[Callable[..., Exception]] = stripe.APIConnectionError


class ResponseBody(str):
    """The text of an answer from Stripe, readable as JSON and by nothing that prints it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(HIDDEN_BODY)

    def __str__(self) -> str:
        return HIDDEN_BODY

    def __format__(self, format_spec: str) -> str:
        return format(HIDDEN_BODY, format_spec)


class PacedClient(stripe.AIOHTTPClient):
    """One pool of connections; each request, retries included, waits for its turn."""

    def __init__(self, pace: Pace, *, seconds_per_try: float = SECONDS_PER_TRY) -> None:
        super().__init__(timeout=aiohttp.ClientTimeout(total=seconds_per_try))
        self.pace = pace
        self._pool: aiohttp.ClientSession | None = None

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Send one try and read the whole answer.

        Raises:
            stripe.APIConnectionError: whatever went wrong on the way, for the SDK to try again.
        """
        await self.pace.turn()
        arguments, options = self._get_request_args_kwargs(method, url, headers, post_data)
        try:
            async with self._opened().request(*arguments, **options) as response:
                body = ResponseBody(await response.text(encoding="utf-8", errors="replace"))
                if response.status == TOO_MANY and _is_about_the_rate(response.headers, body):
                    self.pace.refused(retry_after(response.headers) or 0.0)
                return body, response.status, response.headers
        except TimeoutError as error:
            raise _connection_error(TIMED_OUT, should_retry=True) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _connection_error(type(error).__name__, should_retry=True) from error

    def _opened(self) -> aiohttp.ClientSession:
        """Open the pool, wider than aiohttp's 100 connections: two hundred agents may ask at once."""
        if self._pool is None:
            trusted = ssl.create_default_context(cafile=stripe.ca_bundle_path)
            connector = aiohttp.TCPConnector(ssl=trusted, limit=MOST_CONNECTIONS)
            self._pool = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._pool

    async def aclose(self) -> None:
        """Close the pool; harmless when it was never opened."""
        if self._pool is not None:
            await self._pool.close()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that Stripe asks to wait for, if it does."""
    asked = str(headers.get("Retry-After", ""))
    return float(asked) if asked.replace(".", "", 1).isdecimal() and len(asked) < 8 else None


def _is_about_the_rate(headers: Mapping[str, str], body: ResponseBody) -> bool:
    """Return whether a 429 asks for fewer calls, and not only for fewer on one object."""
    return headers.get("Stripe-Rate-Limited-Reason") != "resource-specific" and "lock_timeout" not in body


def make_stripe_client(
    api_key: str,
    http_client: PacedClient,
    *,
    api_base: str = "https://api.stripe.com",
    more_tries: int = MORE_TRIES,
) -> stripe.StripeClient:
    """Build a client on these connections; no key is ever set globally."""
    # At info level the SDK logs addresses with e-mails in them.
    logging.getLogger("stripe").setLevel(logging.WARNING)
    stripe.enable_telemetry = False  # how long earlier calls took, and an id of this machine
    return stripe.StripeClient(
        api_key,
        http_client=http_client,
        base_addresses={"api": api_base.rstrip("/")},
        max_network_retries=more_tries,
    )
