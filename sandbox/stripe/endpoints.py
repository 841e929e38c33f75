"""Which events an account's webhook endpoint is sent."""

from sandbox.stripe.annotations import StripeObject

ENDPOINT = "webhook.bot"
"""The label of the endpoint that reaches the bot."""


def listens(endpoint: StripeObject | None, kind: str) -> bool:
    """Return whether an endpoint is sent events of that type."""
    if endpoint is None or endpoint["status"] != "enabled":
        return False
    return bool({"*", kind} & set(endpoint["enabled_events"]))
