"""`docs/alert-sheet.md` shows every default alert in every state, as the channel shows it.

`python -m tests.alerts.test_alert_sheet` writes it anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from bot.alerts.alert import Facts, Occurrence, Severity
from bot.alerts.read_events import read_event
from bot.alerts.replay import Replayed, preview, replay
from bot.alerts.rule_tables import default_tables
from bot.alerts.rules import AlertRules
from bot.alerts.states import state_of
from bot.health.health_alerts import SEVERITIES, TYPE
from bot.replies.alert import alert_message
from bot.replies.alert_words import said_of
from bot.words import Words
from bot.words.speaking import speaking
from sandbox.slack.block_checker import check_message
from tests.alerts.examples import AT, Event, every_example, own_troubles, sections

SHEET = Path(__file__).parents[2] / "docs" / "alert-sheet.md"
WORDS = Words()
RULES = AlertRules(channel="C0ALERTS")
HEAD = """# What every alert says

Written by `python -m tests.alerts.test_alert_sheet` from `tests/data/alert_examples.yaml` and the default
rules; a test fails when it is stale. A real alert names the customer where an id stands here, with what they
are worth a month, and says what the plan is called, why a payment was declined and what a reason for
canceling is: that is looked up in Stripe before it is posted. `page` wakes whoever is on call, `notify` is
told to the channel, `digest` is counted for the week.
"""


def happened(events: Sequence[Event]) -> Iterator[Replayed]:
    """What is told of an example; rates are left out."""
    return (each for each in replay(occurrences(events)) if not each.occurrence.at_least)


def occurrences(events: Sequence[Event]) -> list[Occurrence]:
    """What the rules make of events, in their order."""
    read = [stored for each in events if (stored := read_event(each, 0)) is not None]
    return [occurrence for each in read for occurrence in RULES.read(each)]


def line(name: str, replayed: Replayed) -> str:
    """One line of the sheet."""
    alert = replayed.alert
    if alert.severity is Severity.IGNORE:
        return f"| {name} | | nothing | | |"
    said = said_of(WORDS, alert)
    mark = alert_message(WORDS, alert).text.partition(" ")[0]
    cells = (name, f"`{replayed.occurrence.rule}` {alert.severity.value}", f"{mark} {said.plain_title}",
             said.plain_detail, said.plain_todo)  # fmt: skip
    return f"| {' | '.join(cell.replace(chr(10), '<br>').replace('|', '/') for cell in cells)} |"


def sheet() -> str:
    """The page as text."""
    parts = [HEAD]
    for section, examples in sections().items():
        parts.append(
            table(
                section, (line(name, each) for name, events in examples.items() for each in happened(events))
            )
        )
    parts.append(
        table("Many at a time", (line(f"From {each.at_least} on", raised(each)) for each in rates()))
    )
    own = (
        line(name.replace("_", " "), raised(trouble(name, facts))) for name, facts in own_troubles().items()
    )
    parts.append(table("The bot itself", own))
    return "\n".join(parts)


def table(title: str, rows: Iterable[str]) -> str:
    """One section."""
    head = ["| what happened | rule | title | detail | what to do |", "|---|---|---|---|---|"]
    return f"## {title}\n\n" + "\n".join([*head, *rows]) + "\n"


def rates() -> list[Occurrence]:
    """What is told when much of one kind happens."""
    found = (each for _, events in every_example() for each in occurrences(events) if each.at_least)
    return list({each.rule: each for each in found}.values())


def trouble(name: str, facts: Facts) -> Occurrence:
    """An alert of the bot's own."""
    return Occurrence(key=name, type=TYPE, at=AT, rule=name, severity=SEVERITIES[name], group_key=name,
                      template=name, livemode=False, facts=facts)  # fmt: skip


def raised(occurrence: Occurrence) -> Replayed:
    """The alert that it raises."""
    return Replayed(occurrence, preview(occurrence))


def test_every_alert_of_the_bots_own_stands_on_the_sheet() -> None:
    assert set(own_troubles()) == set(SEVERITIES)


def test_the_sheet_is_as_the_rules_and_words_are() -> None:
    assert SHEET.read_text(encoding="utf-8") == sheet(), "python -m tests.alerts.test_alert_sheet"


def test_every_default_rule_that_tells_something_stands_on_the_sheet() -> None:
    told = {each.rule for _, events in every_example() for each in occurrences(events)}
    rules = {str(each["name"]) for each in default_tables() if each["severity"] != "ignore"}
    assert rules <= told


def test_every_state_with_words_of_its_own_stands_on_the_sheet() -> None:
    shown = {
        f"{each.alert.template}.{state_of(each.alert.facts).key}"
        for _, events in every_example()
        for each in happened(events)
    }
    own = {key for key in WORDS.keys("alerts") if "." in key and not key.startswith("invoice_settled.")}
    assert own <= shown


@pytest.mark.parametrize(("name", "events"), [pytest.param(*each, id=each[0]) for each in every_example()])
def test_slack_takes_every_alert_of_the_sheet_in_every_language(name: str, events: list[Event]) -> None:
    for each, tag in product(happened(events), WORDS.spoken):
        with speaking(partial(str, tag)):
            message = alert_message(WORDS, each.alert)
        content = {
            "text": message.text,
            "blocks": message.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        assert check_message(content, public=True) == [], (name, tag)


if __name__ == "__main__":
    SHEET.write_text(sheet(), encoding="utf-8")
