"""Remembers the links that were just shown, so that the Copy modal can show them again.

Links are kept in memory only, until they expire: a session URL is written to no table, button or log. Another
process, or this one after a restart, does not have the link, and the modal says so.
"""

from collections import OrderedDict
from dataclasses import dataclass

from bot.durations import Clock
from bot.portal.links import PortalLink

MOST_LINKS = 1_000
"""When there are more, the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class _Kept:
    user: str
    link: PortalLink


class RecentLinks:
    """Remembers links by session id, each only for the person who got it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._links: OrderedDict[str, _Kept] = OrderedDict()

    def put(self, user: str, link: PortalLink) -> None:
        """Keep a link until it expires, or until `MOST_LINKS` newer ones have come.

        `user` is a Slack user id.
        """
        self._drop_expired()
        self._links[link.session] = _Kept(user, link)
        while len(self._links) > MOST_LINKS:
            self._links.popitem(last=False)

    def find(self, user: str, session: str) -> PortalLink | None:
        """Return the link of a session; None when this user did not get it or it has expired."""
        self._drop_expired()
        kept = self._links.get(session)
        return kept.link if kept and kept.user == user else None

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._links:
            oldest = next(iter(self._links.values()))
            if oldest.link.expires_at > now:
                return
            self._links.popitem(last=False)
