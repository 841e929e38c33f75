"""Stripe's webhook signature over the raw bytes.

The SDK's check wants text and lets timestamps of the future pass; ours takes bytes, 300 seconds either way.
Scheme (docs.stripe.com/webhooks): `t=<unix>,v1=<hex>[,v1=…]`, HMAC-SHA256 of `<t>.<body>`.
"""

import hashlib
import hmac
from collections.abc import Sequence

from bot.handlers.signature_age import is_recent


def is_signed(body: bytes, header: str, secrets: Sequence[str], now: float) -> bool:
    """Whether one of the secrets made one of the header's `v1` signatures, recently. Never raises."""
    parts = [part.partition("=") for part in header.split(",")[:20]]
    stamps = [value.strip() for name, _, value in parts if name.strip() == "t"]
    given = [value.strip() for name, _, value in parts if name.strip() == "v1"]
    if len(stamps) != 1 or not given or not is_recent(stamps[0], now):
        return False
    signed = stamps[0].encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets if secret]
    return any(hmac.compare_digest(mine.encode(), theirs.encode()) for mine in expected for theirs in given)
