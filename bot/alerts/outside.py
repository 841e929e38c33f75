"""Services outside Slack that wake people, through Apprise: pagers, texts, mails, whatever has an address."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from pydantic import SecretStr

from bot.alerts.alert import Alert
from bot.logs import get_log

_log = get_log(__name__)
# What more than a hundred services of somebody else's making may raise; that must not end an escalation.
_FAILURES = (OSError, ValueError, TypeError, AttributeError, LookupError, RuntimeError, ImportError)

Wording = Callable[[Alert], Awaitable[tuple[str, str]]]
"""Title and text of an alert, plain."""


class Outside(Protocol):
    """Where an alert goes that nobody in Slack takes."""

    async def tell(self, alert: Alert) -> bool:
        """Tell every service; whether all of them took it. Never raises for what they do."""
        ...


class AppriseServices:
    """The services of one text of addresses, by spaces or commas."""

    def __init__(self, addresses: SecretStr, wording: Wording) -> None:
        """Nothing is opened here."""
        self._addresses = addresses
        self._wording = wording

    async def tell(self, alert: Alert) -> bool:
        """See `Outside.tell`."""
        title, text = await self._wording(alert)
        try:
            # In a thread: reading Apprise's plugins takes a second, and some of them wait without asyncio.
            return await asyncio.to_thread(self._notify, title, text)
        except _FAILURES as error:
            _log.error("outside_service_failed", error=type(error).__name__)
            return False

    def _notify(self, title: str, text: str) -> bool:
        import apprise  # noqa: PLC0415 (when somebody has to be woken: it takes memory, too)

        services = apprise.Apprise()
        for address in re.split(r"[\s,]+", self._addresses.get_secret_value().strip()):
            if not services.add(address):
                _log.error("outside_address_not_understood", kind=address.partition("://")[0][:20])
        return bool(
            len(services) and services.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT)
        )
