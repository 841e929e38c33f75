"""`/portal oncall`: who is on call, standing in, handing back and swapping, as people do it in Slack."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from bot.alerts.rows.tables import oncall_overrides
from tests.alerts.oncall_parts import notes
from tests.stand.person import AGENT, ALERTS, LEAD, ONCALL, STRANGER, Person
from tests.stand.stand import Stand, open_stand

ROTATION = f"""
[rotation]
people = ["{AGENT}", "{LEAD}"]
handover = "monday 09:00"
timezone = "Europe/Berlin"
start = 2026-01-05
"""


@pytest.fixture(scope="module")
def weekly_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with open_stand(tmp_path_factory.mktemp("oncall"), ROTATION) as stand:
        yield stand


@pytest.fixture
def weekly(weekly_stand: Stand) -> Iterator[Stand]:
    """A stand with a weekly rotation, where nobody stands in yet."""
    weekly_stand.reset()
    work = delete(oncall_overrides)
    database = weekly_stand.web.services.database
    weekly_stand.loop.run(database.write(lambda connection: connection.execute(work)))
    yield weekly_stand
    assert weekly_stand.violations() == []


def on_call(shown_words: str) -> str:
    return next(line for line in shown_words.splitlines() if line.startswith("*On call now:*"))


def test_without_a_rotation_everybody_in_the_setting_is_on_call(agent: Person) -> None:
    answer = agent.asks("oncall")
    assert "<!subteam^S0ONCALL>" in on_call(answer.words)
    assert "Take over for 2 hours" in answer.labels


def test_the_rotation_shows_who_is_next(weekly: Stand) -> None:
    answer = weekly.person().asks("oncall")
    assert "*Next*" in answer.words
    assert f"<@{AGENT}>" in answer.words
    assert f"<@{LEAD}>" in answer.words


def test_somebody_takes_over_until_a_time_and_hands_back(weekly: Stand) -> None:
    sam = weekly.person(ONCALL)
    for typed in ("take:2h", "take until:23:59", "until:45m", "take:until:6:00"):
        taken = sam.asks(f"oncall {typed}")
        assert "You're on call until" in taken.words
        assert on_call(taken.words).startswith(f"*On call now:* <@{ONCALL}> ")
        back = sam.presses(taken, "Hand back")
        assert "Thanks for standing in" in back.words
        assert f"<@{ONCALL}>" not in on_call(back.words)


def test_taking_over_with_a_button(weekly: Stand) -> None:
    sam = weekly.person(ONCALL)
    taken = sam.presses(sam.asks("oncall"), "Take over until 9:00")
    assert f"<@{ONCALL}>" in on_call(taken.words)


def test_two_people_swap_their_turns(weekly: Stand) -> None:
    before = on_call(weekly.person().asks("oncall").words)
    swapped = weekly.person().asks("oncall swap:@priya")
    assert f"You and <@{LEAD}> have swapped turns" in swapped.words
    assert on_call(swapped.words) != before
    assert "Standing in" in swapped.words
    for name in ('"Priya Nair"', f"<@{LEAD}|priya>", LEAD):
        assert "have swapped turns" in weekly.person().asks(f"oncall swap:{name}").words


def test_swapping_by_the_menu(weekly: Stand) -> None:
    alex = weekly.person()
    shown = alex.asks("oncall")
    ((block, element),) = shown.elements("users_select")
    swapped = alex.waits_for(
        lambda: weekly.control(
            "click", user=AGENT, channel=str(shown.content["channel"]), ts=shown.ts, block=block,
            action=element["action_id"], values=[LEAD],
        )
    )  # fmt: skip
    assert "have swapped turns" in swapped.words


def test_what_cannot_be_done_is_said(weekly: Stand) -> None:
    for typed, says in (
        ("take", "Until when?"),
        ("take:soon", "Until when?"),
        ("take:99:99", "Until when?"),
        ("take:0m", "too short or too long"),
        ("take:15d", "too short or too long"),
        ("back", "nothing to hand back"),
        ("swap:@nobody", "I don't know whom you mean"),
        (f"swap:{STRANGER}", "One of you has none"),
        (f"swap:{AGENT}", "One of you has none"),
    ):
        assert says in weekly.person().asks(f"oncall {typed}").words, typed


def test_people_on_call_may_take_over_without_being_agents_and_strangers_may_not(stand: Stand) -> None:
    assert "You're on call until" in stand.person(ONCALL).asks("oncall take:1h").words
    assert "customer support" in stand.person(STRANGER).asks("oncall take:1h").words


def test_a_swap_is_told_to_the_channel_since_it_changes_somebody_elses_week(weekly: Stand) -> None:
    weekly.person().asks("oncall swap:@priya")
    *_, told = weekly.loop.run(notes(weekly.web.services.database))
    assert (told.template, told.channel) == ("oncall_swapped", ALERTS)
    assert (told.facts["by"], told.facts["other"]) == (AGENT, LEAD)
    assert {turn["person"] for turn in told.facts["turns"]} == {AGENT, LEAD}
    line = weekly.audit()[0]
    assert (line.verb, line.actor, line.reason) == ("oncall", AGENT, "swap with @priya")
