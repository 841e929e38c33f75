"""A stand-in for Stripe, reached over HTTP: state, API, portal pages, webhooks."""

from sandbox.stripe.api import Call
from sandbox.stripe.faults import DROP, Faults
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.stripe.seeds import Story

__all__ = ["DROP", "Call", "Faults", "Story", "StripeSandbox"]
