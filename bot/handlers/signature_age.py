"""Checks the age of a signature, by the same rule for Slack and for Stripe."""

TOLERANCE_SECONDS = 300
"""Either way. Both Slack and Stripe recommend five minutes against requests that somebody sends again."""


def is_recent(stamp: str, now: float) -> bool:
    """Return whether a timestamp (Unix seconds, as it was sent) is close enough to `now`. Never raises."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(now - int(stamp)) <= TOLERANCE_SECONDS
