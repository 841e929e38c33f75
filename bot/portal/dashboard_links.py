"""Addresses of Stripe's Dashboard, for what only somebody there can change."""

HOME = "https://dashboard.stripe.com"


def page(path: str, *, livemode: bool, account: str | None = None) -> str:
    """Return a page of the Dashboard, of a connected `account` too, by its path: `settings/branding`."""
    home = f"{HOME}/{account}" if account else HOME
    return f"{home}/{path}" if livemode else f"{home}/test/{path}"
