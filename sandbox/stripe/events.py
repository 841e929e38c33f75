"""What happened: events, and their signed delivery to the merchant's webhook endpoint."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from copy import deepcopy
from typing import Any

import aiohttp

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.endpoints import ENDPOINT, listens
from sandbox.stripe.render import render
from sandbox.stripe.skeleton import build
from sandbox.stripe.world import World

API_VERSION = "2026-10-28.endive"
RETRY_AFTER_SECONDS = (0.5, 1, 2, 4, 8)
"""Pauses between attempts.

Stripe's own sandboxes try three times in a few hours; nobody waits that long here.
"""
TIMEOUT_SECONDS = 20
REQUEST: ContextVar[StripeObject] = ContextVar("request", default={"id": None, "idempotency_key": None})  # noqa: B039
"""The API request that is being answered, as events name it; nothing outside of one."""


def signature(payload: bytes, secret: str, timestamp: int) -> str:
    """Return the `Stripe-Signature` header: HMAC-SHA256 over the time and the raw body."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + payload, hashlib.sha256)
    return f"t={timestamp},v1={signed.hexdigest()}"


class Events:
    """Records every event in its world and delivers those of one mode in the background.

    Without a `webhook_url` events are only recorded, and so are those that the account's endpoint is not
    registered for. `livemode` says which mode the endpoint was
    registered in.
    """

    def __init__(
        self,
        clock: Callable[[], int],
        webhook_url: str | None,
        webhook_secret: str,
        notify: Callable[[str, dict[str, Any]], None],
        *,
        retry_after: Sequence[float] = RETRY_AFTER_SECONDS,
    ) -> None:
        self.webhook_url = webhook_url
        self.livemode = False
        self.recorded: list[StripeObject] = []
        self._clock = clock
        self._secret = webhook_secret
        self._notify = notify
        self._retry_after = retry_after
        self._client: aiohttp.ClientSession | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def startup(self) -> None:
        """Open the connection pool."""
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))

    async def shutdown(self) -> None:
        """Stop every delivery that is still under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
            self._client = None

    def record(
        self,
        world: World,
        kind: str,
        about: StripeObject,
        previous: StripeObject | None = None,
    ) -> StripeObject:
        """Record that something happened to an object. `previous` holds the former values of what changed."""
        made = build(
            "event", id=world.new_id("evt"), type=kind, created=self._clock(), api_version=API_VERSION
        )
        made["livemode"] = world.livemode
        made["data"] = {"object": render(world, about)}
        if previous is not None:
            made["data"]["previous_attributes"] = deepcopy(previous)
        made["request"] = dict(REQUEST.get())
        endpoint = (world.platform or world).labelled(ENDPOINT)
        delivered = (
            self.webhook_url is not None and world.livemode == self.livemode and listens(endpoint, kind)
        )
        made["pending_webhooks"] = 1 if delivered else 0
        world.keep(made)
        self.recorded.append(made)
        self._notify("stripe.event", {"id": made["id"], "type": kind, "livemode": world.livemode})
        if delivered:
            self._start(made)
        return made

    def redeliver(self, event_id: str, *, times: int = 1) -> None:
        """Send a recorded event again, as often as asked. Raises `LookupError` when it is not known."""
        found = next((event for event in self.recorded if event["id"] == event_id), None)
        if found is None:
            raise LookupError(event_id)
        for _ in range(times):
            self._start(found)

    async def settled(self) -> None:
        """Wait until no delivery is under way."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    def _start(self, event: StripeObject) -> None:
        if self._client is None or self.webhook_url is None:
            return
        task = asyncio.get_running_loop().create_task(self._deliver(self._client, self.webhook_url, event))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _deliver(self, client: aiohttp.ClientSession, url: str, event: StripeObject) -> None:
        """Send an event until it is taken; each attempt has a fresh time and signature, as Stripe's do."""
        payload = json.dumps(event, indent=2).encode()
        for pause in (*self._retry_after, None):
            if await self._attempt(client, url, payload, event):
                event["pending_webhooks"] = 0
                return
            if pause is not None:
                await asyncio.sleep(pause)

    async def _attempt(
        self, client: aiohttp.ClientSession, url: str, payload: bytes, event: StripeObject
    ) -> bool:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(payload, self._secret, self._clock()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            async with client.post(url, data=payload, headers=headers) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        self._notify("stripe.webhook", {"id": event["id"], "type": event["type"], "status": status})
        return 200 <= status < 300
