"""Links that were just shown, so that the Copy window can show them again.

In memory only and for five minutes: a session URL is in no table, no button and no log. Another process, or
this one after a restart, simply does not have it, and says so.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.portal.links import PortalLink

MOST_LINKS = 1_000


@dataclass(frozen=True, slots=True)
class _Kept:
    user: str
    link: PortalLink


class RecentLinks:
    """Remembers fresh links by session id, for the person who got them and nobody else."""

    def __init__(self, clock: Callable[[], int]) -> None:
        """`clock` gives Unix seconds."""
        self._clock = clock
        self._links: OrderedDict[str, _Kept] = OrderedDict()

    def put(self, user: str, link: PortalLink) -> None:
        """Keep a link until it expires, or until a thousand newer ones have come."""
        self._drop_expired()
        self._links[link.session] = _Kept(user, link)
        while len(self._links) > MOST_LINKS:
            self._links.popitem(last=False)

    def find(self, user: str, session: str) -> PortalLink | None:
        """The link of a session, when this person got it and it can still be opened."""
        self._drop_expired()
        shelved = self._links.get(session)
        return shelved.link if shelved and shelved.user == user else None

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._links:
            oldest = next(iter(self._links.values()))
            if oldest.link.expires_at > now:
                return
            self._links.popitem(last=False)
