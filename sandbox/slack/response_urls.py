"""Response URLs: five answers within thirty minutes, for whoever pressed something."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

USES = 5
LIFETIME = 30 * 60.0
"""Seconds, https://docs.slack.dev/interactivity/handling-user-interaction."""


class ResponseUrlError(Exception):
    """The address cannot be used any more; `code` is Slack's word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class ResponseUrl:
    """For whom, where, and which message `replace_original` means (none after a slash command)."""

    id: str
    user: str
    channel: str
    issued: float
    original_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """Issues addresses and counts their uses."""

    def __init__(self, base_url: str, clock: Callable[[], float]) -> None:
        self._base_url = base_url
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}

    def issue(
        self, user: str, channel: str, *, original_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        """Return a new address."""
        issued = ResponseUrl(secrets.token_urlsafe(18), user, channel, self._clock(), original_ts, thread_ts)
        self._issued[issued.id] = issued
        return f"{self._base_url}/slack-response/{issued.id}"

    def open(self, url_id: str) -> ResponseUrl:
        """Return what an address stands for, without using it.

        Raises:
            ResponseUrlError: it is unknown, over thirty minutes old, or used five times.
        """
        found = self._issued.get(url_id)
        if found is None:
            raise ResponseUrlError("invalid_url")
        if self._clock() - found.issued > LIFETIME:
            raise ResponseUrlError("expired_url")
        if found.uses >= USES:
            raise ResponseUrlError("used_url")
        return found

    def expire(self, url: str) -> None:
        """Make an address as old as it can get, so that a test need not wait half an hour."""
        if found := self._issued.get(url.rsplit("/", 1)[-1]):
            found.issued = self._clock() - LIFETIME - 1
