"""The fault switches the page offers, each with what it does."""

from collections.abc import Mapping
from typing import Final

SWITCHES: Final[Mapping[str, Mapping[str, str]]] = {
    "slack": {
        "429": "every API call is answered 429 with Retry-After",
        "500": "every API call is answered 500",
        "ratelimited": "every API call is answered ok: false, ratelimited",
        "latency": "every API call takes 4 seconds longer",
        "down": "connections are cut",
    },
    "stripe": {
        "429": "too many requests",
        "rate": "more than 25 calls a second are too many",
        "500": "Stripe has a bad day",
        "latency": "every call takes 4 seconds longer",
        "down": "connections are cut",
        "endpoint": "the webhook endpoint is disabled: events stay at Stripe",
    },
    "smtp": {
        "4xx": "mail is refused for now",
        "5xx": "mail is refused for good",
        "timeout": "mail is taken, and the server falls silent",
        "drop": "the connection is cut after the mail",
    },
}
