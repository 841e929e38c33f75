"""The response URLs of links, where Slack takes answers for half an hour.

They are kept in memory alone, since whoever has one can write there. A process that did not get the request,
or was started since, tells people by direct message instead.
"""

from dataclasses import dataclass
from typing import Final

from cachetools import TTLCache

SECONDS: Final = 1800
USES: Final = 3
"""Of five: the answer itself, and the word that it takes longer, use up the others."""
MOST: Final = 5_000


@dataclass(slots=True)
class _ResponseUrl:
    url: str
    until: int
    uses: int = USES


class LinkResponseUrls:
    """Keeps the response URL of each link's request."""

    def __init__(self) -> None:
        self._known: TTLCache[str, _ResponseUrl] = TTLCache(MOST, SECONDS)

    def keep(self, link: str, url: str | None, asked_at: int) -> None:
        """Keep the response URL of a request that was sent at a time (Unix seconds); None has none."""
        if url:
            self._known[link] = _ResponseUrl(url, asked_at + SECONDS)

    def take(self, link: str, now: int) -> str | None:
        """Return the response URL for one more message, while it lives."""
        known = self._known.get(link)
        if known is None or known.uses == 0 or now >= known.until:
            return None
        known.uses -= 1
        return known.url
