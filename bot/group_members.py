"""Remembers for a minute who is in a Slack user group.

Slack allows about twenty such questions a minute. A removed member keeps access for at most a minute: an
older answer is not used, even when Slack does not answer.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from cachetools import TTLCache

REMEMBER_SECONDS = 60.0
MOST_GROUPS = 1_000


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
        # Kept from when Slack is asked on, so that no answer is used for longer than a minute.
        self._asked: TTLCache[str, asyncio.Task[frozenset[str]]] = TTLCache(
            MOST_GROUPS, REMEMBER_SECONDS, timer=clock
        )

    async def of(self, group_id: str) -> frozenset[str]:
        """Return the ids of the members, as of at most a minute ago. Raises LookupFailed."""
        asked = self._asked.get(group_id)
        if asked is None:
            asked = self._asked[group_id] = asyncio.create_task(self._groups.members(group_id))
            asked.add_done_callback(lambda task: self._answered(group_id, task))
        # When one caller is cancelled, the others must still get the answer.
        return await asyncio.shield(asked)

    def _answered(self, group_id: str, task: asyncio.Task[frozenset[str]]) -> None:
        # The exception is seen here, also when everybody who waited has gone.
        if (task.cancelled() or task.exception()) and self._asked.get(group_id) is task:
            del self._asked[group_id]
