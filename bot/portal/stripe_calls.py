"""One call to Stripe: its turn, its retries, the agent's patience, and a refusal for whatever goes wrong."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Final, TypeVar
from urllib.parse import quote

import stripe
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_before_delay

from bot.errors import NotFound, Unavailable
from bot.portal.models.reading import entries, flag, mapping
from bot.portal.refusals import refusal_of, unreadable
from bot.portal.stripe_http import retry_after

# An agent waits this long for one answer before "Stripe is busy, try again" is the better one.
PATIENCE_SECONDS: Final = 20.0
FIRST_WAIT_SECONDS: Final = 0.5
LONGEST_WAIT_SECONDS: Final = 4.0
PAGE_SIZE: Final = 100
SEARCH_SIZE: Final = 20

T = TypeVar("T")
CountCall = Callable[[str, str], None]
"""Told the resource and the outcome of each call, for the metrics."""


def ignore_call(resource: str, outcome: str) -> None:
    """Count nothing."""


@dataclass(eq=False, repr=False)
class StripeCalls:
    """Sends requests as plain JSON: building the SDK's objects costs twenty times the parsing."""

    client: stripe.StripeClient
    _: KW_ONLY
    patience: float = PATIENCE_SECONDS
    count_call: CountCall = ignore_call

    async def get(
        self,
        resource: str,
        path: str,
        parameters: Mapping[str, object] | None = None,
        *,
        stripe_account: str | None = None,
    ) -> Mapping[str, object]:
        """Read. `resource` is the name in the metrics. Raises `Refused`."""
        return await self._patiently(
            resource, "get", path, {**(parameters or {}), **_account(stripe_account)}
        )

    async def page(
        self,
        build: Callable[[object], T],
        resource: str,
        path: str,
        parameters: Mapping[str, object],
        after: str | None = None,
    ) -> tuple[tuple[T, ...], bool]:
        """Read a list or a search, from behind the id `after`, and build its entries; are there more?"""
        beyond = {"starting_after": after} if after is not None else {}
        found = await self.get(resource, path, {**parameters, **beyond})
        return tuple(map(build, entries(found))), flag(found, "has_more") is True

    async def rows(
        self, build: Callable[[object], T], resource: str, path: str, parameters: Mapping[str, object]
    ) -> tuple[T, ...]:
        """Read and build the entries of a list or a search."""
        return (await self.page(build, resource, path, parameters))[0]

    async def post(
        self,
        resource: str,
        path: str,
        parameters: Mapping[str, object],
        *,
        idempotency_key: str | None = None,
        stripe_account: str | None = None,
    ) -> Mapping[str, object]:
        """Create; with the same idempotency key Stripe repeats its first answer. Raises `Refused`."""
        key = {"idempotency_key": idempotency_key} if idempotency_key else {}
        return await self._patiently(
            resource, "post", path, {**parameters, **key, **_account(stripe_account)}
        )

    async def _patiently(
        self, resource: str, method: str, path: str, parameters: Mapping[str, object]
    ) -> Mapping[str, object]:
        tries = AsyncRetrying(
            retry=retry_if_exception_type(stripe.RateLimitError),
            wait=_until_retry,
            stop=stop_before_delay(self.patience),
            reraise=True,
        )
        try:
            async with asyncio.timeout(self.patience):
                return await tries(self._once, resource, method, path, parameters)
        except stripe.StripeError as error:
            # Without its cause: Stripe's exception carries the whole response.
            raise refusal_of(error) from None
        except TimeoutError:
            self.count_call(resource, "timed_out")
            raise Unavailable("stripe_timed_out", retry=True) from None

    async def _once(
        self, resource: str, method: str, path: str, parameters: Mapping[str, object]
    ) -> Mapping[str, object]:
        try:
            response = await self.client.raw_request_async(method, path, **parameters)
        except stripe.StripeError as error:
            self.count_call(resource, _outcome(error))
            raise
        except (AttributeError, TypeError):
            # The SDK trips over an error that is a text or a list, as proxies send it.
            self.count_call(resource, "unreadable")
            raise unreadable() from None
        answer = mapping(response.data)
        if not answer:
            self.count_call(resource, "unreadable")
            raise unreadable()
        self.count_call(resource, "ok")
        return answer


def path_segment(identifier: str) -> str:
    """Write an id as one segment of a path, whatever somebody pasted. Raises NotFound."""
    if not identifier.strip("."):
        # `..` would leave the collection; no object is called that.
        raise NotFound("no_such_object")
    return quote(identifier, safe="")


def _account(stripe_account: str | None) -> dict[str, str]:
    return {"stripe_account": stripe_account} if stripe_account else {}


def _until_retry(state: RetryCallState) -> float:
    """Seconds to wait: what Stripe asks for, else growing from half a second."""
    error = state.outcome.exception() if state.outcome else None
    headers = error.headers if isinstance(error, stripe.StripeError) else None
    if (asked := retry_after(headers or {})) is not None:
        return asked
    return min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** (state.attempt_number - 1))


_OUTCOMES: Final[tuple[tuple[type[stripe.StripeError], str], ...]] = (
    (stripe.PermissionError, "denied"),
    (stripe.AuthenticationError, "denied"),
    (stripe.RateLimitError, "limited"),
    (stripe.APIConnectionError, "unreachable"),
)


def _outcome(error: stripe.StripeError) -> str:
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return outcome
    return "refused" if 400 <= (error.http_status or 0) < 500 else "failed"
