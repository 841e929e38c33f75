"""Services outside Slack that wake people, through Apprise: pagers, texts, mails, whatever has an address."""

import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from pydantic import SecretStr

from bot.alerts.alert import Alert
from bot.logs import get_log

_log = get_log(__name__)

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
        # Imported when somebody has to be woken: it takes a quarter of a second and memory.
        import apprise  # noqa: PLC0415

        services = apprise.Apprise()
        for address in re.split(r"[\s,]+", self._addresses.get_secret_value().strip()):
            if not services.add(address):
                _log.error("outside_address_not_understood", kind=address.partition("://")[0][:20])
        title, text = await self._wording(alert)
        if not len(services):
            return False
        return bool(
            await services.async_notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT)
        )
