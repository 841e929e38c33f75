"""Signatures as Slack and Stripe make them, written from their documentation and not with our own code."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

SIGNING_SECRET = "sandbox-signing-secret"
WEBHOOK_SECRET = "whsec_sandbox"
FORM = "application/x-www-form-urlencoded"


def slack_headers(
    body: bytes, *, at: int | None = None, secret: str = SIGNING_SECRET, content_type: str = FORM
) -> dict[str, str]:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    stamp = str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "content-type": content_type,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }


def stripe_header(body: bytes, *, at: int | None = None, secret: str = WEBHOOK_SECRET) -> str:
    """https://docs.stripe.com/webhooks#verify-manually"""
    stamp = str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def command_form(text: str, **fields: str) -> bytes:
    """The body of a slash command."""
    form = {
        "token": "verification",
        "team_id": "T0SANDBOX",
        "channel_id": "C0SUPPORT",
        "user_id": "U0ALEX",
        "command": "/portal",
        "text": text,
        "trigger_id": f"{time.time_ns()}.1",
        "response_url": "http://127.0.0.1:9/slack-response/none",
    }
    return urlencode({**form, **fields}).encode()


def interaction_form(payload: Mapping[str, Any]) -> bytes:
    """The body of a click, a shortcut or a submission."""
    return urlencode({"payload": json.dumps(payload)}).encode()
