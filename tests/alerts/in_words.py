"""What is said of events, in words, straight from the rules."""

from collections.abc import Mapping
from typing import Any

from bot.alerts.alert import Severity
from bot.alerts.read_events import read_event
from bot.alerts.replay import Replayed, replay
from bot.alerts.rules import AlertRules
from bot.replies.alert import mark_of
from bot.replies.alert_words import said_of
from bot.words import Words
from tests.alerts.examples import example

WORDS = Words()
Thing = Mapping[str, Any]
OWN = {"name": "mine", "event": "*", "severity": "notify", "template": "other"}


def thing(name: str, number: int = -1, **changes: Any) -> dict[str, Any]:
    """The object of an example's event, changed."""
    return {**example(name)[number]["data"]["object"], **changes}


def told(*events: Mapping[str, Any], own: bool = False) -> list[Replayed]:
    """What is told of events; a rate is left out."""
    rules = AlertRules([OWN] if own else (), channel="C0ALERTS")
    read = [stored for each in events if (stored := read_event(each, 0)) is not None]
    found = replay(one for each in read for one in rules.read(each) if not one.at_least)
    return [each for each in found if each.alert.severity is not Severity.IGNORE]


def said(*events: Mapping[str, Any], own: bool = False) -> str:
    """The mark, title, detail and what to do of the one thing that is told."""
    (one,) = told(*events, own=own)
    words = said_of(WORDS, one.alert)
    return f"{mark_of(one.alert)} {words.plain_title} / {words.plain_detail} / {words.plain_todo}"
