"""What came of a link: told to its agent, and in a line of the history and of the card."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.outcomes.link_actions import EXPIRED, Change, LinkActions
from bot.outcomes.links import KnownLink
from bot.replies.alert_words import Known, feedback_words, plan_words
from bot.replies.button import verb_button
from bot.words import Message, Words
from bot.words.escaping import Mrkdwn, escape_mrkdwn

NOTHING_LOOKED_UP = Known()
NOT_SAID: Mapping[str, object] = dict.fromkeys(("brand", "ended", "ends_at", "last4", "type"))
"""Facts that an event may leave out."""


def outcome_message(words: Words, known: KnownLink, who: str) -> Message:
    """Tell what came of a link; `who` is what its customer is called."""
    actions = known.actions
    key = "through" if actions.through else "since" if actions.since else "nothing"
    context = {"who": who or words.sentence("link_outcomes", "who"), "link": _name(words, known.link.verb)}
    sentence = words.markup("link_outcomes", key, context | _told(words, actions))
    plain = words.sentence("link_outcomes", key, context | _told(words, actions, plain=True))
    shown = words.message("outcome", sentence=sentence, buttons=[verb_button(words, "", known.link.customer)])
    return Message(escape_mrkdwn(plain), shown.blocks)


def came_of(words: Words, actions: LinkActions, outcome: str | None) -> Mrkdwn:
    """Say in a few words what came of a link; empty while nothing has, and it may still."""
    return words.markup("link_outcomes", "came", _told(words, actions) | {"nothing": outcome == EXPIRED})


def link_line(words: Words, known: KnownLink, now: int) -> Mrkdwn:
    """Say who sent a link when, and what came of it."""
    link, minutes = known.link, max(0, now - known.link.at) // 60
    facts = {
        "actor": link.actor,
        "link": _name(words, link.verb),
        "ago": words.sentence("link_outcomes", "ago", {"minutes": minutes, "hours": minutes // 60}),
        "came": came_of(words, known.actions, known.outcome),
    }
    return words.markup("link_outcomes", "card", facts)


def _name(words: Words, verb: str) -> str:
    return words.sentence("link_names", verb if verb in words.keys("link_names") else "home")


def _told(words: Words, actions: LinkActions, *, plain: bool = False) -> dict[str, object]:
    return {part: _done(words, getattr(actions, part), plain=plain) for part in ("through", "since")}


def _done(words: Words, changes: Sequence[Change], *, plain: bool) -> str:
    say = words.sentence if plain else words.markup
    said = [say("link_actions", each.action.value, _facts(words, each.facts)) for each in changes]
    return "; ".join(said) if plain else Mrkdwn("; ".join(said))


def _facts(words: Words, facts: Mapping[str, Any]) -> dict[str, object]:
    plans = {
        side: plan_words(words, Known(facts[side]), NOTHING_LOOKED_UP) if facts.get(side) else ""
        for side in ("before", "after")
    }
    reason = feedback_words(words, Known(facts), NOTHING_LOOKED_UP)
    return {**NOT_SAID, **facts, **plans, "reason": reason}
