"""Reads time zones, languages, names and kinds of Slack users, and remembers them for ten minutes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import get_log
from bot.slack.failures import SLACK_FAILURES

KEPT_SECONDS = 600.0
MOST_KEPT = 10_000
_OUTSIDERS = ("is_restricted", "is_ultra_restricted", "is_bot", "is_stranger")
"""Guests of several channels, guests of one, apps, and people of another company in a shared channel."""

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class _Person:
    zone: tzinfo | None
    locale: str | None
    names: frozenset[str]
    outsider: bool


class SlackPeople:
    """Reads users with `users.info`. Without the scope `users:read`, every user is unknown."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        """Take `clock`, which gives seconds that never go back."""
        self._client = client
        self._known: TTLCache[str, _Person] = TTLCache(MOST_KEPT, KEPT_SECONDS, timer=clock)

    async def time_zone(self, user: str) -> tzinfo | None:
        """Return a user's time zone; None when Slack does not say."""
        person = await self._person(user)
        return person.zone if person else None

    async def locale(self, user: str) -> str | None:
        """Return a user's locale, such as `de-DE`; None when Slack does not say."""
        person = await self._person(user)
        return person.locale if person else None

    async def is_outsider(self, user: str) -> bool | None:
        """Return whether a user is a guest, a bot or of another company; None when Slack does not say."""
        person = await self._person(user)
        return person.outsider if person else None

    async def find_by_name(self, name: str, among: tuple[str, ...]) -> str | None:
        """Return which of the users in `among` has this name, in any case; None when none or several have."""
        found = []
        for user in among:
            person = await self._person(user)
            if person and name.casefold() in person.names:
                found.append(user)
        return found[0] if len(found) == 1 else None

    async def _person(self, user: str) -> _Person | None:
        known: _Person | None = self._known.get(user)
        if known is not None:
            return known
        try:
            answer = await self._client.users_info(user=user, include_locale=True)
        except SLACK_FAILURES as error:
            _log.warning("person_unknown", user=user, error=type(error).__name__)
            return None
        person = _read(answer.get("user"))
        self._known[user] = person
        return person


def _read(user: object) -> _Person:
    if not isinstance(user, dict):
        return _Person(None, None, frozenset(), outsider=False)
    profile = user.get("profile")
    texts = [user.get("name"), user.get("real_name")]
    if isinstance(profile, dict):
        texts += [profile.get("display_name"), profile.get("real_name")]
    names = frozenset(text.casefold() for text in texts if isinstance(text, str) and text)
    outsider = any(user.get(kind) is True for kind in _OUTSIDERS)
    locale = user.get("locale")
    return _Person(_zone(user.get("tz")), locale if isinstance(locale, str) else None, names, outsider)


def _zone(name: object) -> tzinfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
