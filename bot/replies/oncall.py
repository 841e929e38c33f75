"""Makes the message for `oncall`: who is on call, with buttons to take over, hand back or swap."""

from bot.replies.button import Button, button
from bot.use_cases.oncall import OnCallView
from bot.words import Message, Words

MOST_STANDING_IN = 5


def oncall_message(words: Words, view: OnCallView) -> Message:
    """Return the message with who is on call, the next turns, and who stands in for whom."""
    present = view.present
    return words.message(
        "oncall",
        change=view.change.value,
        until=view.until,
        other=view.other,
        mention=present.mention,
        next_change=present.duty.until,
        turns=present.turns[1:],
        standing_in=present.standing_in[:MOST_STANDING_IN],
        buttons=_buttons(words, view),
        swap_with=_swap_with(view),
    )


def _buttons(words: Words, view: OnCallView) -> list[Button]:
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
