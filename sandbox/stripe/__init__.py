"""A stand-in for Stripe, reached over HTTP: state, API, portal pages, webhooks."""

from sandbox.stripe.actions.happenings import HAPPENINGS, CannotHappenError
from sandbox.stripe.api import Call
from sandbox.stripe.faults import DROP, HALF, Faults
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.stripe.seeds import ACCOUNTS, MANY, Story

__all__ = [
    "ACCOUNTS",
    "DROP",
    "HALF",
    "HAPPENINGS",
    "MANY",
    "Call",
    "CannotHappenError",
    "Faults",
    "Story",
    "StripeSandbox",
]
