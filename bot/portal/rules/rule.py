"""How a rule is written down: one small pure function beside its id, scopes, severity, status and source."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial, wraps
from types import ModuleType
from typing import Final, NamedTuple

from bot.portal.models import Configuration, Item, Price, Subscription
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import Evidence, Fact, Scope, Severity, Status

MISSING_FIELD: Final = "MISSING_FIELD"
"""Key of the words for a rule that could not be decided because a field was not in the answer."""


class Stage(IntEnum):
    """The order in which rules are told, so that the first is the most useful."""

    IDENTITY = 1
    CONFIGURATION = 2
    STATUS = 3
    SHAPE = 4
    TARGET = 5
    CONSEQUENCE = 6


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule means for one scope; `status` and `words` where they differ from the rule's own."""

    severity: Severity
    status: Status | None = None
    words: str | None = None


Effects = dict[Scope, Effect]


class Hit(NamedTuple):
    """A rule fired. `severity`, `status`, `words` and `only` narrow what the rule declares."""

    evidence: Evidence
    severity: Severity | None = None
    words: str | None = None
    only: frozenset[Scope] | None = None
    status: Status | None = None


Check = Callable[[Facts], Hit | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the rule table. `condition` is the check's docstring, which the documentation shows."""

    id: str
    stage: Stage
    effects: Effects
    status: Status
    source: str
    condition: str
    check: Check


def effects(
    severity: Severity, *scopes: Scope, status: Status | None = None, words: str | None = None
) -> Effects:
    """Give the same effect to several scopes."""
    return dict.fromkeys(scopes, Effect(severity, status, words))


# How much a rule stands in the way of some scopes, as a row of the table says it.
blocks, maybe = partial(effects, Severity.BLOCK), partial(effects, Severity.MAYBE)
warns, informs = partial(effects, Severity.WARN), partial(effects, Severity.INFO)


def rule(
    identifier: str, stage: Stage, meaning: Effects, status: Status, source: str
) -> Callable[[Check], Rule]:
    """Turn a check into a rule; its docstring is the condition as the documentation shows it."""

    def written(check: Check) -> Rule:
        return Rule(identifier, stage, meaning, status, source, check.__doc__ or "", check)

    return written


def rules_in(module: ModuleType) -> tuple[Rule, ...]:
    """All rules of a module in the order they are written, so that a new one needs no list."""
    return tuple(value for value in vars(module).values() if isinstance(value, Rule))


def missing(field: str, **identifiers: Fact | Sequence[Fact]) -> Hit:
    """A field that decides the rule and that Stripe always sends was not there: maybe, never a block."""
    return Hit({**identifiers, "missing": field}, severity=Severity.MAYBE, words=MISSING_FIELD)


def given_subscription(check: Callable[[Subscription, Facts], Hit | None]) -> Check:
    """Ask only when there is a subscription."""

    @wraps(check)
    def asked(facts: Facts) -> Hit | None:
        return None if facts.subscription is None else check(facts.subscription, facts)

    return asked


def given_configuration(check: Callable[[Configuration, Facts], Hit | None]) -> Check:
    """Ask only when the configuration is known."""

    @wraps(check)
    def asked(facts: Facts) -> Hit | None:
        return None if facts.configuration is None else check(facts.configuration, facts)

    return asked


def given_price(check: Callable[[Price, Item, Facts], Hit | None]) -> Check:
    """Ask only when the subscription's price is known."""

    @wraps(check)
    def asked(facts: Facts) -> Hit | None:
        if facts.price is None or facts.item is None:
            return None
        return check(facts.price, facts.item, facts)

    return asked


def given_target(check: Callable[[Price, Facts], Hit | None]) -> Check:
    """Ask only when a certain price is asked about."""

    @wraps(check)
    def asked(facts: Facts) -> Hit | None:
        price = facts.target.price
        return None if price is None or facts.subscription is None else check(price, facts)

    return asked
