"""Checks the signature of Stripe's webhooks over the raw bytes.

The SDK's own check takes text and accepts timestamps in the future. This one takes bytes and accepts
timestamps at most 300 seconds from now, either way.
Scheme (docs.stripe.com/webhooks): `t=<unix>,v1=<hex>[,v1=…]`, HMAC-SHA256 of `<t>.<body>`.
"""

import hashlib
import hmac
from collections.abc import Sequence

from bot.handlers.signature_age import is_recent


def is_signed(body: bytes, header: str, secrets: Sequence[str], now: float) -> bool:
    """Return whether a `v1` signature of the header was made with one of the secrets, recently.

    `header` is `Stripe-Signature`; `now` is in Unix seconds. Never raises, whatever the header holds.
    """
    parts = [part.partition("=") for part in header.split(",")[:20]]
    stamps = [value.strip() for name, _, value in parts if name.strip() == "t"]
    given = [value.strip() for name, _, value in parts if name.strip() == "v1"]
    if len(stamps) != 1 or not given or not is_recent(stamps[0], now):
        return False
    signed = stamps[0].encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets if secret]
    return any(hmac.compare_digest(mine.encode(), theirs.encode()) for mine in expected for theirs in given)
