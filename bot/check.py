"""The results of the self-check."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the self-check.

    `result` is `ok`, `warn` or `broken`. `name` and `outcome` are the keys of its text in
    `messages/checks.yaml`, and `facts` fill in the text.
    """

    name: str
    result: str
    outcome: str
    facts: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkup:
    """All lines of the self-check: the answer to `doctor`."""

    checks: tuple[Check, ...]

    @property
    def broken(self) -> bool:
        """Return whether a check is broken; a warning is not."""
        return any(check.result == "broken" for check in self.checks)

    @property
    def not_set(self) -> tuple[Check, ...]:
        """Return the checks about something that no setting names."""
        return tuple(check for check in self.checks if check.outcome == "not_set")
