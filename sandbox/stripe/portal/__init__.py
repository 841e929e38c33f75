"""The pages that Stripe hosts for customers: the portal, its flows and the login page."""

from sandbox.stripe.portal.routes import Portal

__all__ = ["Portal"]
