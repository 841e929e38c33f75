"""In which language to speak to whom: a person's own, by their Slack locale, and channels by the settings.

Nobody waits for it: a locale is read in the background when somebody is first seen, and they are spoken to in
English until it is known.
"""

import asyncio
import re
from collections.abc import Callable, MutableMapping
from contextlib import AbstractContextManager

from cachetools import LRUCache, TTLCache

from bot.slack.people import KEPT_SECONDS, MOST_KEPT, SlackPeople
from bot.words.speaking import speaking
from bot.words.writing import ENGLISH

_PERSON = re.compile("[UW][A-Z0-9]+")


class Readers:
    """Knows the languages of people who have been seen."""

    def __init__(self, people: SlackPeople, learn: Callable[[str], str]) -> None:
        """`learn` gives the tag of the language for a locale and gets it ready, which may read a file."""
        self._people = people
        self._learn = learn
        self._known: MutableMapping[str, str] = LRUCache(MOST_KEPT)
        self._fresh: TTLCache[str, bool] = TTLCache(MOST_KEPT, KEPT_SECONDS)
        self._tasks: set[asyncio.Task[None]] = set()

    def speaking_to(self, place: str) -> AbstractContextManager[None]:
        """Have what is said inside be in the language of a person (`U…`), or of channels for all else."""
        if not _PERSON.fullmatch(place):
            return speaking(None)
        if place not in self._fresh:
            self._fresh[place] = True
            task = asyncio.create_task(self._read(place))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return speaking(lambda: self._known.get(place, ENGLISH))

    async def aclose(self) -> None:
        """Stop reading."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _read(self, user: str) -> None:
        locale = await self._people.locale(user)
        if locale is not None:
            self._known[user] = await asyncio.to_thread(self._learn, locale)
