"""What an alert's columns hold once somebody has taken, ended or reopened it. Times are Unix seconds."""

from collections.abc import Mapping

from bot.alerts.alert import Alert, Status
from bot.errors import BadUsage


def refuse_resolved(alert: Alert) -> None:
    """Raise BadUsage("alert_resolved") for an alert that is over."""
    if alert.status is Status.RESOLVED:
        raise BadUsage("alert_resolved", alert=alert.id)


def acknowledged(by: str, now: int) -> Mapping[str, object]:
    """Return the values of an alert that somebody takes care of from now on."""
    return {
        "status": Status.ACKNOWLEDGED.value,
        "acknowledged_by": by,
        "acknowledged_at": now,
        "snoozed_until": None,
    }


def resolved(by: str | None, now: int) -> Mapping[str, object]:
    """Return the values of an alert that is over from now on; `by` None when nobody ended it."""
    return {"status": Status.RESOLVED.value, "resolved_by": by, "resolved_at": now, "snoozed_until": None}


def opened(alert: Alert) -> Mapping[str, object]:
    """Return the values of an alert that nobody takes care of any more: it escalates anew."""
    return {
        "status": Status.OPEN.value,
        "episode": alert.episode + 1,
        "acknowledged_by": None,
        "acknowledged_at": None,
        "snoozed_until": None,
        "resolved_by": None,
        "resolved_at": None,
    }
