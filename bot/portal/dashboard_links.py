"""Addresses of Stripe's Dashboard, for what only somebody there can change."""

HOME = "https://dashboard.stripe.com"


def portal_settings(*, livemode: bool) -> str:
    """Where the default portal configuration is edited; the others are only changed through the API."""
    return f"{_mode(livemode)}/settings/billing/portal"


def subscription_page(subscription: str, *, livemode: bool) -> str:
    """A subscription's page."""
    return f"{_mode(livemode)}/subscriptions/{subscription}"


def page(path: str, *, livemode: bool, account: str | None = None) -> str:
    """Return a page of the Dashboard, of a connected `account` too, by its path: `settings/branding`."""
    return f"{_mode(livemode, account)}/{path}"


def _mode(livemode: bool, account: str | None = None) -> str:
    home = f"{HOME}/{account}" if account else HOME
    return home if livemode else f"{home}/test"
