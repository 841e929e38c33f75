"""What came of a link, judged from the customer's sessions and changes. Pure: nothing is asked or kept.

Stripe says of no change which session it was made in. It is told as made "through the link" only where
nothing else is possible: no other session of the customer was alive, no API request made it (Stripe's event
object: `request.id`), and the link's flow has a page for it. Anything else is told as "since then".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.durations import HOUR, MINUTE

WATCHED_SECONDS = 65 * MINUTE
"""How long a link is watched: five minutes until it is opened, and an hour of use."""
IDLE_SECONDS = HOUR
"""How long a session lives on after the customer last did something in it."""
LOOK_BACK_SECONDS = 6 * HOUR
"""How long ago another session may have begun that lives as long as its customer does things."""


class Action(StrEnum):
    """What a customer did. Its name is what `outcome_of_link` says."""

    CARD_CHANGED = "card_changed"
    CARD_REMOVED = "card_removed"
    PLAN_CHANGED = "plan_changed"
    PLAN_CHANGE_PLANNED = "plan_change_planned"
    CANCELED = "canceled"
    CANCELLATION_UNDONE = "cancellation_undone"
    REASON_GIVEN = "reason_given"
    PAUSED = "paused"
    RESUMED = "resumed"
    DISCOUNT_TAKEN = "discount_taken"
    DETAILS_CHANGED = "details_changed"


EXPIRED = "expired"
"""What `outcome_of_link` says of a link through which nothing came, and since which nothing happened."""

_FLOWS: Mapping[str, frozenset[Action]] = {
    "payment_method_update": frozenset({Action.CARD_CHANGED}),
    "customer_update": frozenset({Action.DETAILS_CHANGED}),
    "subscription_cancel": frozenset({Action.CANCELED, Action.REASON_GIVEN, Action.DISCOUNT_TAKEN}),
    "subscription_pause": frozenset({Action.PAUSED}),
    "subscription_update": frozenset(
        {Action.PLAN_CHANGED, Action.PLAN_CHANGE_PLANNED, Action.DISCOUNT_TAKEN}
    ),
    "subscription_update_confirm": frozenset(
        {Action.PLAN_CHANGED, Action.PLAN_CHANGE_PLANNED, Action.DISCOUNT_TAKEN}
    ),
}
"""What a flow has a page for; while it lasts, the portal shows nothing else."""
_UNDOES = {Action.CANCELLATION_UNDONE: Action.CANCELED, Action.RESUMED: Action.PAUSED}


@dataclass(frozen=True, slots=True)
class Session:
    """A place where a customer could do something from `at` on (Unix seconds): a portal session, a checkout.

    `heard`: Stripe's event about it came. Then `flow` is the one that it opens (None: the whole portal),
    `subscription` the one that the flow is about, and `then` what comes after the flow. `until` is its end
    where that is known.
    """

    id: str
    at: int
    heard: bool = True
    flow: str | None = None
    subscription: str | None = None
    then: str | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed `at` a moment (Unix seconds). `elsewhere`: no portal page did it."""

    action: Action
    at: int
    subscription: str | None = None
    elsewhere: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkActions:
    """What came `through` a link for sure, and what else happened `since`.

    `over`: it is watched no more, and Stripe's events were heard, so that silence says that nothing was
    done.
    """

    through: tuple[Change, ...] = ()
    since: tuple[Change, ...] = ()
    over: bool = False

    @property
    def is_empty(self) -> bool:
        """Return whether nothing happened at all."""
        return not (self.through or self.since)

    def code(self, *, recovers: bool = False) -> str | None:
        """Return what `outcome_of_link` says; None where it is not known.

        A link that `recovers` may be opened later, so that an end without any action says nothing.
        """
        if self.through:
            return ", ".join(dict.fromkeys(each.action.value for each in self.through))
        return EXPIRED if self.over and self.is_empty and not recovers else None


def judge(link: str, sessions: Sequence[Session], changes: Sequence[Change], now: int) -> LinkActions:
    """Return what came of the session `link`, which is among `sessions`, as it stands at `now`."""
    own = next(each for each in sessions if each.id == link)
    end = own.at + WATCHED_SECONDS
    ordered = sorted(changes, key=lambda each: each.at)
    lives = {each.id: _end_of(each, ordered) for each in sessions}
    through: list[Change] = []
    since: list[Change] = []
    flow_done = False
    for change in ordered:
        if not own.at <= change.at <= end:
            continue
        alone = all(each.id == link or not each.at <= change.at <= lives[each.id] for each in sessions)
        fits = _in_flow(own, change) or (flow_done and own.then == "portal_homepage")
        if own.heard and alone and fits and not change.elsewhere:
            flow_done = flow_done or _in_flow(own, change)
            through.append(change)
        else:
            since.append(change)
    done = merged_changes(through)
    if any(each.action is Action.CARD_CHANGED for each in done):
        # A merchant's program often makes the new card the default one, which is no second change.
        since = [each for each in since if each.action is not Action.CARD_CHANGED]
    # Where not even its own event came, no other may have come either.
    return LinkActions(done, merged_changes(since), over=own.heard and now > end)


def _end_of(session: Session, changes: Sequence[Change]) -> int:
    """Return until when a session may be alive: each thing that its customer does may be done in it."""
    if session.until is not None:
        return session.until
    end = session.at + WATCHED_SECONDS
    for change in changes:
        if session.at <= change.at <= end:
            end = max(end, change.at + IDLE_SECONDS)
    return end


def _in_flow(session: Session, change: Change) -> bool:
    """Return whether the page that the session opens with can do this."""
    if session.flow is None:
        return True
    about = session.subscription is None or change.subscription in {None, session.subscription}
    return about and change.action in _FLOWS.get(session.flow, frozenset())


def merged_changes(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Put together what is one matter: a later fact replaces an earlier one, a reason joins its act."""
    kept: list[Change] = []
    for change in changes:
        undone = _UNDOES.get(change.action)
        kept = [each for each in kept if (each.action, each.subscription) != (undone, change.subscription)]
        place = next((n for n, each in enumerate(kept) if _is_same(each, change)), None)
        if place is None:
            kept.append(change)
        else:
            kept[place] = _joined(kept[place], change)
    return tuple(each for each in kept if not _came_to_nothing(each))


def _is_same(one: Change, other: Change) -> bool:
    if one.subscription != other.subscription:
        return False
    return one.action is other.action or {one.action, other.action} == {Action.CANCELED, Action.REASON_GIVEN}


def _joined(one: Change, other: Change) -> Change:
    """Return both as one; what a plan was before it changed twice is what it was at first."""
    action = Action.CANCELED if Action.CANCELED in {one.action, other.action} else one.action
    facts = {**one.facts, **{name: value for name, value in other.facts.items() if value is not None}}
    if action is Action.PLAN_CHANGED:
        facts["before"] = one.facts.get("before")
    return Change(action, max(one.at, other.at), one.subscription, one.elsewhere or other.elsewhere, facts)


def _came_to_nothing(change: Change) -> bool:
    before = change.facts.get("before")
    return change.action is Action.PLAN_CHANGED and before is not None and before == change.facts.get("after")
