"""Take out of Stripe's words what must not travel: session addresses, keys (masked ones too), account ids."""

import re
from typing import Final

LONGEST_QUOTE: Final = 600

_PORTAL_ADDRESS: Final = re.compile(
    r"https?://[^\s'\"<>]*(?:/p/(?:session|login)/|//?billing\.stripe\.com)[^\s'\"<>]*", re.I
)
_KEY: Final = re.compile(r"\b(?:sk|rk|pk|ek|mk)_[A-Za-z0-9_*•.…]{4,}|\bwhsec_\S+")
_ACCOUNT: Final = re.compile(r"\bacct_[A-Za-z0-9]+")


def redact(text: str, *, hide_accounts: bool = False) -> str:
    """Return Stripe's message fit for a Slack channel, cut to 600 characters."""
    text = _PORTAL_ADDRESS.sub("[portal address]", text)
    text = _KEY.sub("[key]", text)
    if hide_accounts:
        text = _ACCOUNT.sub("[account]", text)
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"
