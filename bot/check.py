"""What a look at one part of the set-up found, ready to be put into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the self-check. `result` is `ok`, `warn` or `broken`; name and outcome key its words."""

    name: str
    result: str
    outcome: str
    facts: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkup:
    """The answer to `doctor`."""

    checks: tuple[Check, ...]

    @property
    def broken(self) -> bool:
        """Whether anything is broken; warnings are not."""
        return any(check.result == "broken" for check in self.checks)
