"""What the app sent that Slack would refuse, kept to be shown loudly."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from sandbox.feed import Feed
from sandbox.slack.model import Json


@dataclass(frozen=True, slots=True)
class Violation:
    """One refused payload; `problems` carry JSON pointers like Slack's own."""

    number: int
    at: float
    where: str
    error: str
    problems: tuple[str, ...]

    def to_json(self) -> Json:
        """Return the violation as the control API shows it."""
        return asdict(self)


class Violations:
    """Every violation since the last reset."""

    def __init__(self, feed: Feed, clock: Callable[[], float]) -> None:
        self._feed = feed
        self._clock = clock
        self.seen: list[Violation] = []

    def add(self, where: str, error: str, problems: tuple[str, ...]) -> None:
        """Remember what was wrong with a payload, and show it on the pages."""
        self.seen.append(Violation(len(self.seen) + 1, self._clock(), where, error, problems))
        self._feed.publish("violation", where=where, problem=problems[0] if problems else error)

    def clear(self) -> None:
        """Forget them."""
        self.seen.clear()
        self._feed.publish("violation", where="", problem="")
