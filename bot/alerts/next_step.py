"""What happens next to a page that nobody takes, for its message to say."""

from dataclasses import dataclass
from enum import StrEnum

from bot.alerts.alert import Alert, Severity
from bot.alerts.settings import Escalation


class Step(StrEnum):
    """What an escalation does; `NOTHING`: everybody has been told."""

    DIRECT = "direct"
    PERSON = "person"
    OUTSIDE = "outside"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step and when it is taken (Unix seconds; None for `NOTHING`)."""

    step: Step
    at: int | None = None


def next_step(plan: Escalation, alert: Alert, now: int, *, has_outside: bool) -> NextStep | None:
    """Find what an escalation does next; None when none has begun for this alert as it is now."""
    has_begun = alert.escalated_at is not None and alert.escalated_episode == alert.episode
    if not (alert.needs_somebody and alert.severity is Severity.PAGE and has_begun):
        return None
    rungs = [(plan.dm_after, Step.DIRECT), (plan.next_after, Step.PERSON)]
    if has_outside:
        rungs.append((plan.outside_after, Step.OUTSIDE))
    begun_at = alert.escalated_at or 0
    for after, step in sorted(rungs):
        if begun_at + after > now:
            return NextStep(step, int(begun_at + after))
    return NextStep(Step.NOTHING)
