"""Who is in a Slack user group, remembered for a minute.

Slack allows about twenty such questions a minute; a removed member keeps access for at most that minute.
Nothing older is ever used, also when Slack does not answer.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

REMEMBER_SECONDS = 60.0


class LookupFailed(Exception):  # noqa: N818 - caught by Access, which decides what it means
    """Slack did not say what we asked; the cause is chained."""


class UserGroups(Protocol):
    """Where the members of a user group are asked for."""

    async def members(self, group_id: str) -> frozenset[str]:
        """The users of the group. Raises LookupFailed."""
        ...


class GroupMembers:
    """Members by group, each asked for at most once a minute, and once however many wait for it."""

    def __init__(self, groups: UserGroups, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask `groups`; `clock` is in seconds and never goes back."""
        self._groups = groups
        self._clock = clock
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        self._asking: dict[str, asyncio.Task[frozenset[str]]] = {}

    async def of(self, group_id: str) -> frozenset[str]:
        """The members now, or as of at most a minute ago. Raises LookupFailed."""
        known = self._known.get(group_id)
        if known is not None and self._clock() < known[0]:
            return known[1]
        asking = self._asking.get(group_id)
        if asking is None:
            asking = asyncio.create_task(self._ask(group_id))
            self._asking[group_id] = asking
            asking.add_done_callback(lambda task: self._answered(group_id, task))
        # One who gives up waiting must not take the answer from the others.
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
