"""Remembers for a minute who is in a Slack user group.

Slack allows about twenty such questions a minute. A removed member keeps access for at most a minute: an
older answer is not used, even when Slack does not answer.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

REMEMBER_SECONDS = 60.0


class LookupFailed(Exception):  # noqa: N818 - caught by Access, which decides what it means
    """Slack did not answer a question; its cause is the chained exception."""


class UserGroups(Protocol):
    """Reads the members of user groups from Slack."""

    async def members(self, group_id: str) -> frozenset[str]:
        """Return the ids of the users in the group. Raises LookupFailed."""
        ...


class GroupMembers:
    """Caches the members of groups. However many wait for a group, Slack is asked once."""

    def __init__(self, groups: UserGroups, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask `groups` for what is not cached; `clock` gives seconds that never go back."""
        self._groups = groups
        self._clock = clock
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        self._asking: dict[str, asyncio.Task[frozenset[str]]] = {}

    async def of(self, group_id: str) -> frozenset[str]:
        """Return the ids of the members, as of at most a minute ago. Raises LookupFailed."""
        known = self._known.get(group_id)
        if known is not None and self._clock() < known[0]:
            return known[1]
        asking = self._asking.get(group_id)
        if asking is None:
            asking = asyncio.create_task(self._ask(group_id))
            self._asking[group_id] = asking
            asking.add_done_callback(lambda task: self._answered(group_id, task))
        # When one caller is cancelled, the others must still get the answer.
        return await asyncio.shield(asking)

    async def _ask(self, group_id: str) -> frozenset[str]:
        until = self._clock() + REMEMBER_SECONDS
        members = await self._groups.members(group_id)
        self._known[group_id] = (until, members)
        return members

    def _answered(self, group_id: str, task: asyncio.Task[frozenset[str]]) -> None:
        self._asking.pop(group_id, None)
        if not task.cancelled():
            task.exception()  # seen, also when everybody who waited has gone
