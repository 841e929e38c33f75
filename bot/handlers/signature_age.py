"""How old a signature may be: the same for what Slack and what Stripe sign."""

TOLERANCE_SECONDS = 300
"""Either way. Both Slack and Stripe recommend five minutes against requests that somebody sends again."""


def is_recent(stamp: str, now: float) -> bool:
    """Whether a timestamp (Unix seconds, as it was sent) is near enough to `now`. Never raises."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(now - int(stamp)) <= TOLERANCE_SECONDS
