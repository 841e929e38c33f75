"""Services outside Slack that wake people, through Apprise: pagers, texts, mails, whatever has an address."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from types import ModuleType

from pydantic import SecretStr

from bot.alerts.alert import Alert
from bot.logs import get_log

_log = get_log(__name__)
# What more than a hundred services of somebody else's making may raise; that must not end an escalation.
_FAILURES = (OSError, ValueError, TypeError, AttributeError, LookupError, RuntimeError, ImportError)

Wording = Callable[[Alert], Awaitable[tuple[str, str]]]
"""Title and text of an alert, plain."""


class AppriseServices:
    """The services of one text of addresses, by spaces or commas."""

    def __init__(self, addresses: SecretStr, wording: Wording) -> None:
        self._addresses = addresses
        self._wording = wording

    async def tell(self, alert: Alert) -> bool:
        """Tell every service; whether all of them took it. Never raises for what they do."""
        title, text = await self._wording(alert)
        try:
            # In a thread: reading Apprise's plugins takes a second, and some of them wait without asyncio.
            return await asyncio.to_thread(self._notify, title, text)
        except _FAILURES as error:
            _log.error("outside_service_failed", error=type(error).__name__)
            return False

    async def not_understood(self) -> tuple[str, ...]:
        """List the kinds (`slack`, `mailto` …) of addresses that lead nowhere; nobody is told anything."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> tuple[str, ...]:
        apprise = _apprise()
        return tuple(_kind(each) for each in self._each() if not apprise.Apprise().add(each))

    def __len__(self) -> int:
        return len(self._each())

    def _each(self) -> list[str]:
        return re.split(r"[\s,]+", self._addresses.get_secret_value().strip())

    def _notify(self, title: str, text: str) -> bool:
        apprise = _apprise()
        services = apprise.Apprise()
        for address in self._each():
            if not services.add(address):
                _log.error("outside_address_not_understood", kind=_kind(address))
        return bool(
            len(services) and services.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT)
        )


def _apprise() -> ModuleType:
    """Import Apprise when somebody has to be woken: it takes a second, and memory."""
    import apprise  # noqa: PLC0415

    logging.getLogger("apprise").addFilter(_shows_no_address)
    return apprise


def _shows_no_address(record: logging.LogRecord) -> bool:
    """Drop what quotes an address that Apprise does not understand, secrets included."""
    return "URL" not in record.getMessage()


def _kind(address: str) -> str:
    """Return what stands before the colon: the rest may be a secret."""
    kind, colon, _ = address.partition("://")
    return kind[:20] if colon else "?"
