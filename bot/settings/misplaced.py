"""Recognizes values that stand in the wrong place, such as a webhook secret where a key is expected."""

import re

_KINDS = (
    (r"whsec_\S", "a webhook signing secret of Stripe", "STRIPE_WEBHOOK_SECRET"),
    (r"[sr]k_(test|live)_\S", "a secret key of Stripe", "STRIPE_API_KEY"),
    (r"pk_(test|live)_\S", "a publishable key of Stripe, which may ask for nothing", None),
    (r"acct_[A-Za-z0-9]+$", "the id of a Stripe account", "STRIPE_ACCOUNT"),
    (r"bpc_[A-Za-z0-9]+$", "a portal configuration", "[configurations] of the PORTALBOT_CONFIG file"),
    (r"xapp-\S", "an app-level token of Slack", "SLACK_APP_TOKEN"),
    (r"(xoxe\.)?xoxb-\S", "a bot token of Slack", "SLACK_BOT_TOKEN"),
    (r"(xoxe\.)?xoxp-\S", "a person's token of Slack, which the bot does not use", None),
    (r"xoxe-\S", "a refresh token of Slack, which the bot does not use", None),
    (r"[0-9a-f]{32}$", "a signing secret of Slack", "SLACK_SIGNING_SECRET"),
    (r"https://hooks\.slack\.com/", "an incoming webhook of Slack, which the bot does not use", None),
    (r"(postgres(ql)?(\+\w+)?|sqlite)://", "a database", "DATABASE_URL"),
    (r"smtps?://", "a mail server", "SMTP_URL"),
)
"""The beginning of a value, what it is, and the setting it belongs to. What could be meant is not listed."""


def home_of(text: str) -> str | None:
    """Return the setting that a value belongs to, by the look of it; None when it can be anything."""
    return next((home for pattern, _, home in _KINDS if re.match(pattern, text)), None)


def misplaced(name: str, text: str) -> str | None:
    """Return what is wrong with the value of a setting that belongs to another one; None for all others.

    `name` is that of the environment variable. The sentence does not repeat the value.
    """
    for pattern, kind, home in _KINDS:
        if re.match(pattern, text):
            if home == name:
                return None
            return f"looks like {kind}" + (f" and belongs in {home}" if home else "")
    return None
