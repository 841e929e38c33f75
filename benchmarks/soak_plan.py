"""How much of everything a soak has, and what was found."""

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class SoakPlan:
    """How much of everything. `groups` alerts are spread over `channels` channels.

    `restarts` are those of the database server, `replaced` how often every process is replaced by another
    that starts beside it; a SQLite file has neither. `away` is for how many seconds Slack is gone.
    """

    database_url: str
    events: int = 100_000
    duplicates: float = 0.2
    concurrent: int = 20
    kills: int = 100
    webs: int = 2
    restarts: int = 10
    replaced: int = 5
    away: float = 60
    faults: int = 1000
    groups: int = 240
    channels: int = 20
    seconds_between_kills: float = 3.0
    seed: int = 1

    def scaled(self, scale: float) -> "SoakPlan":
        """The same with less of everything."""

        def less(number: int) -> int:
            return max(1, round(number * scale))

        return replace(
            self, events=less(self.events), kills=less(self.kills), restarts=less(self.restarts),
            replaced=less(self.replaced), away=self.away * scale, faults=less(self.faults),
        )  # fmt: skip


@dataclass(slots=True)
class SoakResult:
    """What was found; `problems` is empty when everything held."""

    accepted: int = 0
    deliveries: int = 0
    refused: int = 0
    kills: int = 0
    restarts: int = 0
    replaced: int = 0
    seconds: float = 0
    drained: float = 0
    messages: int = 0
    problems: list[str] = field(default_factory=list)


def soak_event(number: int, created: int, group: int, plan: SoakPlan) -> dict[str, Any]:
    """Return a failed payment of one of the groups."""
    invoice = {
        "id": f"in_soak{group}",
        "object": "invoice",
        "customer": f"cus_soak{group}",
        "amount_due": 1000 + group,
        "currency": "usd",
        "attempt_count": 1,
        "next_payment_attempt": created + 86_400,
        "metadata": {"channel": group % plan.channels},
    }
    return {
        "id": f"evt_soak{number}",
        "object": "event",
        "type": "invoice.payment_failed",
        "created": created,
        "livemode": False,
        "data": {"object": invoice},
    }
