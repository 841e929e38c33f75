"""Saying that an answer takes longer, so that nobody types the command a second time.

Where a button was pressed the answer takes the place of this message; after a slash command it comes below,
since Slack replaces nothing there (github.com/slackapi/bolt-js/issues/2287). It costs one of the five uses.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bot.notify.answers import Answers
from bot.slack.request import Place
from bot.words import Words

PATIENCE_SECONDS = 2.0

Result = TypeVar("Result")


class Progress:
    """Watches over work on a command, whatever it is."""

    def __init__(self, answers: Answers, words: Words, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """`patience_seconds` pass before anything is said."""
        self._answers = answers
        self._words = words
        self._patience = patience_seconds

    async def during(self, place: Place, work: Awaitable[Result]) -> Result:
        """Wait for the work; say once that it goes on when it takes longer. Raises what the work raises."""
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._patience)
            if not done:
                await self._answers.mention(place, self._words.message("progress"))
            return await task
        finally:
            task.cancel()  # only ever unfinished when we ourselves were cancelled
