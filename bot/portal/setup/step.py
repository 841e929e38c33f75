"""How a step of the set-up is written: a small pure function beside its id, source and Dashboard page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.errors import Refused
from bot.portal.configuring.repairs import Repair
from bot.portal.dashboard_links import page
from bot.portal.rules.finding import Evidence
from bot.portal.setup.seen import Seen

CONFIGURATIONS = "configurations"
"""The reading without which nothing can be said of a configuration."""


class StepResult(StrEnum):
    """How a step stands; the values are those of `setup --json`."""

    DONE = "done"
    MISSING = "missing"
    OPTIONAL = "optional"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step stands, the part of `messages/setup.yaml` that says so, and what shows it."""

    result: StepResult
    words: str
    evidence: Evidence = field(default_factory=dict)
    repair: Repair | None = None


Check = Callable[[Seen], Outcome]


@dataclass(frozen=True, slots=True)
class Step:
    """A step. `path` is the page of the Dashboard where it is done, `needs` the readings it is about."""

    id: str
    source: str
    path: str
    needs: tuple[str, ...]
    check: Check

    def examine(self, seen: Seen) -> "StepReport":
        """Say how the step stands. What the key may not read is unknown, and never missing."""
        refused = next(
            (each for name in self.needs if isinstance(each := getattr(seen, name), Refused)), None
        )
        if refused is not None:
            outcome = unreadable(refused)
        elif CONFIGURATIONS in self.needs and seen.configuration is None:
            outcome = Outcome(StepResult.MISSING, "unsaved", {"configuration": None})
        else:
            outcome = self.check(seen)
        return StepReport(self.id, outcome, page(self.path, livemode=seen.livemode), self.source)


@dataclass(frozen=True, slots=True)
class StepReport:
    """A step, how it stands, the page where it is done, and where it comes from."""

    step: str
    outcome: Outcome
    url: str
    source: str

    @property
    def result(self) -> StepResult:
        """Return how the step stands."""
        return self.outcome.result


def step(identifier: str, source: str, path: str, *needs: str) -> Callable[[Check], Step]:
    """Turn a check into a step."""

    def written(check: Check) -> Step:
        return Step(identifier, source, path, needs, check)

    return written


def unreadable(refused: Refused) -> Outcome:
    """Return that nothing is known, and which permission would help."""
    permission = refused.facts.get("permission")
    words = "not_permitted" if refused.code == "permission_missing" else "not_read"
    return Outcome(StepResult.UNKNOWN, words, {"refused": refused.code, "permission": permission})


def done(words: str = "done", /, **evidence: Any) -> Outcome:
    """Return a step that is done."""
    return Outcome(StepResult.DONE, words, evidence)


def missing(words: str, repair: Repair | None = None, /, **evidence: Any) -> Outcome:
    """Return a step that keeps the portal from being ready."""
    return Outcome(StepResult.MISSING, words, evidence, repair)


def optional(words: str, repair: Repair | None = None, /, **evidence: Any) -> Outcome:
    """Return a step that may be left as it is."""
    return Outcome(StepResult.OPTIONAL, words, evidence, repair)


def unknown(words: str, /, **evidence: Any) -> Outcome:
    """Return a step that only the Dashboard, or time, can tell about."""
    return Outcome(StepResult.UNKNOWN, words, evidence)
