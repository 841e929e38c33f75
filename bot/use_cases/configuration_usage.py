"""Who uses a configuration: what to know before it is switched off."""

from collections.abc import Mapping
from typing import Any

from bot.durations import DAY, Clock
from bot.store.audit import AuditTrail
from bot.use_cases.configuration_changes import Proposal

LATELY = 30 * DAY


class ConfigurationUsage:
    """Looks at the settings' own names and at the links of the last month."""

    def __init__(self, audit: AuditTrail, names: Mapping[str, str], clock: Clock) -> None:
        """`names` are those of `[configurations]`."""
        self._audit = audit
        self._names = names
        self._clock = clock

    async def of(self, proposal: Proposal) -> dict[str, Any] | None:
        """Return who uses a configuration that would be switched off; None when it would not be.

        Raises Unavailable when the database does not answer.
        """
        off = {line.path for line in proposal.lines if line.after is False}
        if not off & {"active", "login_page.enabled"}:
            return None
        configuration = proposal.configuration
        links, people = await self._audit.links_with(configuration.id, self._clock() - LATELY)
        return {
            "names": sorted(name for name, each in self._names.items() if each == configuration.id),
            "links": links,
            "people": people,
            "is_default": configuration.is_default is True,
            "login_page": bool(configuration.login_page.url),
        }
