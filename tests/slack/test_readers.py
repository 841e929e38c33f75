"""A person's language is read in the background: nobody waits for it, and it is English until it is known."""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.people import SlackPeople
from bot.slack.readers import Readers
from bot.words import Words
from bot.words.speaking import spoken_now

WORDS = Words()


class Slack(AsyncWebClient):
    """A Slack that answers when it is let."""

    def __init__(self, locale: object) -> None:
        super().__init__()
        self.locale = locale
        self.calls: list[dict[str, Any]] = []
        self.answers = asyncio.Event()

    async def users_info(self, **asked: Any) -> Any:
        self.calls.append(asked)
        await self.answers.wait()
        if isinstance(self.locale, Exception):
            raise self.locale
        return {"user": {"id": asked["user"], "locale": self.locale}}


def readers(slack: Slack) -> Readers:
    return Readers(SlackPeople(slack), WORDS.learn)


def language(known: Readers, whom: str) -> str | None:
    with known.speaking_to(whom):
        return spoken_now()


async def settled(known: Readers) -> None:
    while known._tasks:
        await asyncio.gather(*known._tasks)


async def test_nobody_waits_for_a_language_and_what_is_said_meanwhile_is_english() -> None:
    slack = Slack("de-DE")
    known = readers(slack)
    with known.speaking_to("U0LENA"):
        assert spoken_now() == "en"
        slack.answers.set()
        await settled(known)
        assert spoken_now() == "de"
    assert language(known, "U0LENA") == "de"
    assert slack.calls == [{"user": "U0LENA", "include_locale": True}]


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [
        ("de-AT", "de"),
        ("ja-JP", "ja"),
        ("fi-FI", "en"),
        ("en-GB", "en"),
        ("", "en"),
        (None, "en"),
        (SlackClientError("missing_scope"), "en"),
    ],
)
async def test_a_locale_leads_to_its_language_and_any_other_to_english(locale: object, spoken: str) -> None:
    slack = Slack(locale)
    known = readers(slack)
    language(known, "U1")
    slack.answers.set()
    await settled(known)
    assert language(known, "U1") == spoken
    assert len(slack.calls) == 1


@pytest.mark.parametrize("place", ["C0ALERTS", "D0LENA", "#alerts", "", "S0LEADS"])
async def test_a_channel_has_the_language_of_the_settings(place: str) -> None:
    slack = Slack("de-DE")
    known = readers(slack)
    with known.speaking_to("U0LENA"):
        assert language(known, place) is None
    await asyncio.sleep(0)
    assert [each["user"] for each in slack.calls] == ["U0LENA"]
    await known.aclose()
