"""The addresses that a merchant gives Stripe: where customers are sent, and what they are shown."""

from urllib.parse import urlsplit

from sandbox.stripe.errors import invalid_request
from sandbox.stripe.world import World


def check_url(world: World, url: str | None, param: str, *, redirects: bool = True) -> None:
    """Refuse what is no web address, and in live mode one without TLS to which customers are redirected.

    None is no address, and passes. Raises `StripeError`.
    """
    if url is None:
        return
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and not set(url) & set(" \t\r\n")
    except ValueError:
        valid = False
    if not valid:
        raise invalid_request("Not a valid URL", param=param, code="url_invalid")
    if redirects and world.livemode and parts.scheme != "https":
        raise invalid_request("Livemode requests must always be redirected via HTTPS.", param=param)
