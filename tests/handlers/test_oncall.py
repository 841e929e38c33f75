"""`/portal oncall`: who is on call, standing in, handing back and swapping, as people do it in Slack."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, delete

from bot.alerts.roster import OnCallNow
from bot.alerts.rotation import Duty, Roster
from bot.alerts.rows.swaps import Swap
from bot.alerts.rows.tables import oncall_overrides, oncall_swaps
from bot.replies.oncall import oncall_message
from bot.use_cases.oncall import OnCallView
from bot.words import Words
from sandbox.slack.block_checker import check_message
from tests.alerts.oncall_parts import notes
from tests.stand.person import AGENT, ALERTS, LEAD, ONCALL, STRANGER, Person
from tests.stand.shown import Shown
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
    database = weekly_stand.web.services.database

    def clear(connection: Connection) -> None:
        for table in (oncall_overrides, oncall_swaps):
            connection.execute(delete(table))

    weekly_stand.loop.run(database.write(clear))
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


def ask_to_swap(weekly: Stand, typed: str = "@priya") -> Shown:
    return weekly.person().asks(f"oncall swap:{typed}")


def test_a_swap_counts_once_the_other_accepts_it(weekly: Stand) -> None:
    before = on_call(weekly.person().asks("oncall").words)
    asked = ask_to_swap(weekly)
    assert f"I've asked <@{LEAD}>" in asked.words
    assert on_call(asked.words) == before
    *_, told = weekly.loop.run(notes(weekly.web.services.database))
    assert (told.template, told.channel) == ("oncall_swap_asked", LEAD)
    priya = weekly.person(LEAD)
    swapped = priya.presses(priya.asks("oncall"), "Accept the swap")
    assert f"You and <@{AGENT}> have swapped turns" in swapped.words
    assert on_call(swapped.words) != before
    *_, told = weekly.loop.run(notes(weekly.web.services.database))
    assert (told.template, told.channel) == ("oncall_swapped", ALERTS)
    assert (told.facts["by"], told.facts["other"]) == (AGENT, LEAD)


def test_a_declined_swap_changes_nothing_and_who_asked_is_told(weekly: Stand) -> None:
    before = on_call(weekly.person().asks("oncall").words)
    ask_to_swap(weekly)
    priya = weekly.person(LEAD)
    declined = priya.presses(priya.asks("oncall"), "Decline the swap")
    assert "Declined" in declined.words
    assert on_call(declined.words) == before
    *_, told = weekly.loop.run(notes(weekly.web.services.database))
    assert (told.template, told.channel) == ("oncall_swap_declined", AGENT)
    assert "declined your swap" in Words().message(told.template, facts=told.facts).text


def test_the_direct_message_about_a_swap_has_both_answers(weekly: Stand) -> None:
    ask_to_swap(weekly)
    *_, told = weekly.loop.run(notes(weekly.web.services.database))
    message = Words().message("oncall_swap_asked", facts=told.facts)
    assert f"<@{AGENT}> would like to swap turns" in message.text
    values = [each["value"] for each in message.blocks[-1]["elements"]]
    assert values == [f"oncall {each}:{told.facts['swap']}" for each in ("accept", "decline")]


def test_only_who_was_asked_can_accept_and_only_once(weekly: Stand) -> None:
    ask_to_swap(weekly)
    *_, told = weekly.loop.run(notes(weekly.web.services.database))
    number, said = told.facts["swap"], "wasn't asked of you"
    assert said in weekly.person().asks(f"oncall accept:{number}").words
    priya = weekly.person(LEAD)
    assert "have swapped turns" in priya.asks(f"oncall accept:{number}").words
    for again in (f"accept:{number}", f"decline:{number}", "accept:999", "accept:x"):
        assert said in priya.asks(f"oncall {again}").words


def test_asking_twice_is_one_request_by_whatever_name(weekly: Stand) -> None:
    for name in ("@priya", '"Priya Nair"', f"<@{LEAD}|priya>", LEAD):
        assert "I've asked" in ask_to_swap(weekly, name).words
    assert weekly.person(LEAD).asks("oncall").words.count("asks <@") == 1


def test_swapping_by_the_menu(weekly: Stand) -> None:
    alex = weekly.person()
    shown = alex.asks("oncall")
    ((block, element),) = shown.elements("users_select")
    asked = alex.waits_for(
        lambda: weekly.control(
            "click", user=AGENT, channel=str(shown.content["channel"]), ts=shown.ts, block=block,
            action=element["action_id"], values=[LEAD],
        )
    )  # fmt: skip
    assert "I've asked" in asked.words


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


def test_ninety_swaps_that_wait_fit_into_the_answer_with_ones_own_before_others() -> None:
    present = OnCallNow(0, Duty((LEAD,)), (LEAD,), Roster((LEAD,)), (), ())
    others = [Swap(number, AGENT, LEAD, ()) for number in range(90)]
    view = OnCallView(present, ONCALL, waiting=(*others, Swap(90, LEAD, ONCALL, ())))
    message = oncall_message(Words(), view)
    assert check_message({"text": message.text, "blocks": message.blocks}, public=True) == []
    waiting = [str(each) for each in message.blocks if each["type"] == "context"]
    assert f"<@{ONCALL}>" in waiting[0]
