"""What stands in the thread of an alert, and what whoever is on call is told beside it, in words."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.alerts.alert import Note
from bot.alerts.read_events import read_event
from bot.alerts.rules import AlertRules
from bot.replies.alert import note_message
from bot.words import messages_folder
from tests.alerts.examples import AT, example, sections
from tests.alerts.in_words import WORDS, told


def said(template: str, facts: Mapping[str, Any], name: str = "") -> str:
    alert = told(*example(name))[0].alert if name else None
    return str(note_message(WORDS, Note(1, None, "key", None, template, dict(facts), AT, None), alert).blocks)


def test_a_rules_note_says_in_a_sentence_what_came_after() -> None:
    rules = AlertRules((), channel="C0ALERTS")
    events = [each for section in sections().values() for found in section.values() for each in found]
    read = [one for each in events if (stored := read_event(each, 0)) for one in rules.read(stored)]
    notes = {one.note: said(one.note, one.facts) for one in read if one.note}
    assert set(notes) == {path.stem for path in messages_folder().glob("slack/alert_note_*.yaml")}
    assert [text for text in notes.values() if "–" in text or "." not in text] == []


@pytest.mark.parametrize(("template", "facts", "words"), [
    ("alert_next", {"mention": ["U0PRIYA"], "silent": ["U0SAM"]}, "<@U0PRIYA> you're next on the list"),
    ("alerts_waiting", {"mention": [], "count": 1, "since": AT}, "1 alert in this channel has not been"),
    ("oncall_swapped", {"by": "U1", "other": "U2", "turns": []}, "<@U1> and <@U2> have swapped turns"),
])  # fmt: skip
def test_who_is_on_call_reads_what_changed(template: str, facts: dict[str, Any], words: str) -> None:
    assert words in said(template, facts, "Dispute")
