"""A slow answer says that it is on its way; a quick one does not."""

import asyncio
from typing import cast

import pytest

from bot.notify.answer_sender import AnswerSender
from bot.notify.progress import Progress
from bot.slack.request import Place
from bot.words import Message, Words

PLACE = Place("U0ALEX", response_url="http://127.0.0.1:9/none")


class Heard:
    """Stands in for the ways to Slack."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send_if_possible(self, place: Place, message: Message) -> None:
        self.messages.append(message)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def progress(heard: Heard) -> Progress:
    return Progress(cast(AnswerSender, heard), Words(), patience_seconds=0.05)


async def after(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "answer"


async def test_nothing_is_said_before_a_quick_answer(heard: Heard) -> None:
    assert await progress(heard).during(PLACE, after(0)) == "answer"
    assert heard.messages == []


async def test_a_slow_answer_is_announced_once(heard: Heard) -> None:
    assert await progress(heard).during(PLACE, after(0.2)) == "answer"
    assert [message.text for message in heard.messages] == ["Still working. The answer will appear here."]


async def test_what_the_work_raises_comes_through(heard: Heard) -> None:
    async def fails() -> str:
        await asyncio.sleep(0.1)
        raise LookupError("gone")

    with pytest.raises(LookupError):
        await progress(heard).during(PLACE, fails())


async def test_work_is_cancelled_with_the_one_who_waits(heard: Heard) -> None:
    stopped = asyncio.Event()

    async def works() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return "never"

    waiting = asyncio.create_task(progress(heard).during(PLACE, works()))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.wait_for(stopped.wait(), 1)
