"""Makes the message for `oncall`: who is on call, with buttons to take over, hand back or swap."""

from bot.replies.button import Button, button
from bot.use_cases.oncall import OnCallChange, OnCallView
from bot.words import Message, Words
from bot.words.escaping import Mrkdwn

MOST_STANDING_IN = 5
MOST_WAITING = 10
"""How many swaps are shown that wait for an answer, one's own first: a message has fifty blocks at most."""


def oncall_message(words: Words, view: OnCallView) -> Message:
    """Return the message with who is on call, the next turns, and who stands in for whom."""
    present = view.present
    waiting = sorted(view.waiting, key=lambda each: view.person not in {each.by, each.other})
    return words.message(
        "oncall",
        change=_changed(words, view),
        waiting=[
            words.markup("oncall_changes", "waiting", {"by": each.by, "other": each.other})
            for each in waiting[:MOST_WAITING]
        ],
        mention=present.mention,
        next_change=present.duty.until,
        turns=present.turns[1:],
        standing_in=present.standing_in[:MOST_STANDING_IN],
        buttons=_buttons(words, view),
        swap_with=_swap_with(view),
    )


def _changed(words: Words, view: OnCallView) -> Mrkdwn | str:
    if view.change is OnCallChange.NOTHING:
        return ""
    facts = {"until": view.until, "other": view.other}
    return words.markup("oncall_changes", view.change.value, facts)


def _buttons(words: Words, view: OnCallView) -> list[Button]:
    return [*_answers(words, view), *_turns(words, view)]


def _answers(words: Words, view: OnCallView) -> list[Button]:
    """The answers to the first swap that this person was asked for, should the direct message be gone."""
    asked = next((each for each in view.waiting if each.other == view.person), None)
    if asked is None:
        return []
    return [
        button(words, "accept_swap", f"oncall accept:{asked.id}", primary=True),
        button(words, "decline_swap", f"oncall decline:{asked.id}"),
    ]


def _turns(words: Words, view: OnCallView) -> list[Button]:
    if any(
        each.person == view.person and each.starts_at <= view.present.at for each in view.present.standing_in
    ):
        return [button(words, "hand_back", "oncall back")]
    if view.present.duty.people == (view.person,):
        return []
    return [
        button(words, "take_2h", "oncall take:2h"),
        button(words, "take_morning", "oncall take:9:00"),
    ]


def _swap_with(view: OnCallView) -> list[str]:
    people = view.present.roster.people
    if not view.present.turns or view.person not in people:
        return []
    return [each for each in dict.fromkeys(people) if each != view.person]
