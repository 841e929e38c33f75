"""Tells a person that an answer takes longer, so that they do not type the command a second time.

After a pressed button the answer replaces this message. After a slash command it comes below, since Slack
replaces nothing there (github.com/slackapi/bolt-js/issues/2287). It uses up one of the five messages that a
`response_url` takes.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from bot.notify.answer_sender import AnswerSender
from bot.slack.request import Place
from bot.words import Words

PATIENCE_SECONDS = 2.0
"""How long an answer may take before the person is told."""

Result = TypeVar("Result")


@dataclass(eq=False, repr=False)
class Progress:
    """Waits for the work on a command, and shows a message when it takes long.

    Show the message after `patience_seconds`.
    """

    sender: AnswerSender
    words: Words
    patience_seconds: float = PATIENCE_SECONDS

    async def during(self, place: Place, work: Awaitable[Result]) -> Result:
        """Return the result of the work; show the message once when it takes long.

        Raises what the work raises.
        """
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=self.patience_seconds)
            if not done:
                await self.sender.send_if_possible(place, self.words.message("progress"))
            return await task
        finally:
            task.cancel()  # only ever unfinished when we ourselves were cancelled
