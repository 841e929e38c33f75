"""Remembers the links that were just shown, so that the Copy modal can show them again.

Links are kept in memory only, until they expire: a session URL is written to no table, button or log. Another
process, or this one after a restart, does not have the link, and the modal says so.
"""

from cachetools import TLRUCache

from bot.durations import Clock
from bot.portal.links import PortalLink

MOST_LINKS = 1_000
"""When there are more, those that were not looked at for longest are forgotten."""


class RecentLinks:
    """Remembers links by Slack user and session, each until it expires or many others were used since."""

    def __init__(self, clock: Clock) -> None:
        self._links: TLRUCache[tuple[str, str], PortalLink] = TLRUCache(
            MOST_LINKS, lambda _key, link, _now: link.expires_at, timer=clock
        )

    def put(self, user: str, link: PortalLink) -> None:
        """Keep a link for the Slack user who got it."""
        self._links[user, link.session] = link

    def find(self, user: str, session: str) -> PortalLink | None:
        """Return the link of a session; None when this user did not get it or it has expired."""
        return self._links.get((user, session))
