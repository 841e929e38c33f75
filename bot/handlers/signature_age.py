"""Checks the age of a signature, by the same rule for Slack and for Stripe."""

TOLERANCE_SECONDS = 300
"""How far a timestamp may be off, either way. Slack and Stripe recommend five minutes."""


def is_recent(stamp: str, now: float) -> bool:
    """Return whether a timestamp (Unix seconds, as it was sent) is close enough to `now`. Never raises."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(now - int(stamp)) <= TOLERANCE_SECONDS
