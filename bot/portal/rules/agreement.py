"""Makes findings agree: of several that say when or how much, only those are told that hold together.

`PRECEDENCES` says which finding goes before which others; the others are not told at all, or only the part
that still holds. The first is named by its words' key: one whose field is missing outranks nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.portal.rules.finding import UPDATES, Finding, Scope

Told = dict[Scope, list[Finding]]
Clash = Callable[[Finding, Finding], bool]


@dataclass(frozen=True, slots=True)
class Shorter:
    """What is left of a finding: evidence `without` these values, and `words` where a blank is not enough."""

    without: frozenset[str]
    words: str | None = None


SHORTER: Final[Mapping[str, Shorter]] = {
    "CFG_ANCHOR_NOW": Shorter(frozenset({"period_end"})),
    "CFG_PRORATION": Shorter(frozenset({"period_end"})),
    "PM_NONE": Shorter(frozenset({"amount"})),
    "PRICE_FREE_TO_PAID": Shorter(frozenset(), "PRICE_FREE_TO_PAID.plain"),
    "PRICE_INTERVAL_CHANGE": Shorter(frozenset({"amount", "period_end"}), "PRICE_INTERVAL_CHANGE.plain"),
    "SUB_TRIAL_ENDS": Shorter(frozenset({"trial_end"})),
}


def _always(_first: Finding, _other: Finding) -> bool:
    return True


def _in_classic_mode(first: Finding, _other: Finding) -> bool:
    return first.evidence.get("billing_mode") == "classic"


def _comes_too_late(first: Finding, other: Finding) -> bool:
    """Whether the other's date is not before the end that is set; a date that is not known is not trusted."""
    end = first.evidence.get("ends_at")
    date = next((other.evidence[name] for name in _DATES if name in other.evidence), None)
    return not isinstance(end, int) or not isinstance(date, int) or date >= end


_DATES: Final = ("effective_at", "trial_end", "period_end")


@dataclass(frozen=True, slots=True)
class Precedence:
    """Beside finding `first`, those of the rules `silenced` are not told, and those of `shortened` in part.

    `keeps` silences everything but these rules. `clash` tells whether two findings really contradict.
    """

    first: str
    because: str
    silenced: frozenset[str] = frozenset()
    shortened: frozenset[str] = frozenset()
    keeps: frozenset[str] | None = None
    clash: Clash = field(default=_always)


_CHARGES: Final = frozenset({"CFG_PRORATION", "CFG_ANCHOR_NOW"})
_PRICE_CHANGES: Final = frozenset({"PRICE_INTERVAL_CHANGE", "PRICE_FREE_TO_PAID"})
_END_OF_ALL: Final = frozenset({"ST_CANCELED", "ST_INCOMPLETE_EXPIRED", "ST_STATUS_PAUSE"})
_PAUSE_REASONS: Final = frozenset(
    {
        "CFG_PAUSE_OFF",
        "ST_CLASSIC_PAUSE",
        "ST_SCHEDULE_PAUSE",
        "ST_TRIAL_PAUSE",
        "SUB_PAUSE_SCHEDULED",
        "SUB_SEND_INVOICE",
    }
)

PRECEDENCES: Final = (
    Precedence("ST_CANCELED", "What has ended silences everything else.", keeps=_END_OF_ALL),
    Precedence("ST_INCOMPLETE_EXPIRED", "What has ended silences everything else.", keeps=_END_OF_ALL),
    Precedence(
        "ST_PAUSED",
        "What is paused already needs no reason why it cannot be paused.",
        silenced=_PAUSE_REASONS,
    ),
    Precedence(
        "ST_CANCEL_SCHEDULED",
        "The end that is set replaces the one that another cancellation would set.",
        silenced=frozenset({"CFG_CANCEL_PERIOD_END", "CFG_CANCEL_IMMEDIATE", "SUB_BILLING_MODE_FLEX"}),
    ),
    Precedence(
        "ST_PENDING_CANCEL.update",
        "The pending update is the cancellation, and is told as such.",
        silenced=frozenset({"ST_PENDING_UPDATE"}),
    ),
    Precedence(
        "CFG_CANCEL_IMMEDIATE",
        "A cancellation that takes effect at once leaves no later end date.",
        silenced=frozenset({"SUB_BILLING_MODE_FLEX"}),
    ),
    Precedence(
        "CFG_DOWNGRADE_SAME_PRODUCT",
        "Whether a change to another product waits is not certain.",
        silenced=frozenset({"CFG_SCHEDULES_CHANGE"}),
    ),
    Precedence(
        "CFG_SCHEDULES_CHANGE",
        "A change that waits for the end of the period charges nothing and ends no trial today.",
        silenced=_CHARGES | {"SUB_TRIAL_ENDS"},
        shortened=_PRICE_CHANGES | {"PM_NONE"},
    ),
    Precedence(
        "SUB_TRIAL_ENDS",
        "A trial that ends now starts a new period that is invoiced whole: there is nothing to prorate.",
        silenced=_CHARGES,
        shortened=_PRICE_CHANGES,
    ),
    Precedence(
        "SUB_TRIAL_CONTINUES",
        "While the trial goes on nothing is charged.",
        silenced=_CHARGES,
        shortened=_PRICE_CHANGES | {"PM_NONE"},
    ),
    Precedence(
        "CFG_ANCHOR_NOW",
        "The billing date moves to today, so no later date and no other first charge hold.",
        shortened=_PRICE_CHANGES | {"CFG_PRORATION"},
    ),
    Precedence(
        "PRICE_FREE_TO_PAID",
        "In the classic billing mode the new period starts, and is charged, today.",
        shortened=frozenset({"PRICE_INTERVAL_CHANGE", "CFG_PRORATION"}),
        clash=_in_classic_mode,
    ),
    Precedence(
        "PRICE_INTERVAL_CHANGE",
        "In the classic billing mode the new period starts, and is invoiced, today.",
        shortened=frozenset({"CFG_PRORATION"}),
        clash=_in_classic_mode,
    ),
    Precedence(
        "ST_CANCEL_SCHEDULED.update",
        "The end that is set replaces the end of the period, and what would come on it or after it.",
        silenced=frozenset({"CFG_SCHEDULES_CHANGE"}),
        shortened=_CHARGES | {"PRICE_INTERVAL_CHANGE", "SUB_TRIAL_ENDS"},
        clash=_comes_too_late,
    ),
)
"""In the order in which they are applied: what is silenced by an earlier one silences nothing later."""


def agree(told: Told) -> None:
    """Take out, and shorten, what does not hold beside what goes before it.

    A change of plan or quantity is told as an update as well, so these three are looked at together.
    """
    for scopes in (UPDATES, (Scope.CANCEL,), (Scope.PAUSE,)):
        _agree_within(told, scopes)


def _agree_within(told: Told, scopes: Collection[Scope]) -> None:
    whole = {finding.rule: finding for scope in scopes for finding in told[scope]}
    left = dict(whole)
    by_words = {finding.words: finding.rule for finding in whole.values()}
    for precedence in PRECEDENCES:
        rule = by_words.get(precedence.first)
        first = left.get(rule) if rule else None
        if first is None or first.words != precedence.first:
            continue
        _apply(precedence, first, left)
    if left == whole:
        return
    for scope in scopes:
        told[scope] = [
            finding if left[finding.rule] is whole[finding.rule] else left[finding.rule]
            for finding in told[scope]
            if finding.rule in left
        ]


def _apply(precedence: Precedence, first: Finding, left: dict[str, Finding]) -> None:
    silenced = (
        [rule for rule in left if rule not in precedence.keeps]
        if precedence.keeps is not None
        else [rule for rule in precedence.silenced if rule in left]
    )
    for rule in silenced:
        if precedence.clash(first, left[rule]):
            del left[rule]
    for rule in precedence.shortened:
        if rule in left and precedence.clash(first, left[rule]):
            left[rule] = _shortened(left[rule])


def _shortened(finding: Finding) -> Finding:
    if finding.words != finding.rule:  # a field is missing, or it is short already
        return finding
    shorter = SHORTER[finding.rule]
    evidence = {name: None if name in shorter.without else value for name, value in finding.evidence.items()}
    return replace(finding, evidence=evidence, words=shorter.words or finding.words)
