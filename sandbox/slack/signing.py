"""Slack's v0 request signature, from the sender's side."""

import hashlib
import hmac


def signature_headers(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """Return the two headers that prove a request came from Slack.

    HMAC-SHA256 over `v0:{timestamp}:{body}`; see https://docs.slack.dev/authentication/verifying-requests-from-slack.
    """
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}
