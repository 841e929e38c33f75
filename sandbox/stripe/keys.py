"""API keys: which mode they are of, and Stripe's words for the bad ones."""

import base64
import binascii
import re
from dataclasses import dataclass

from sandbox.stripe.errors import StripeError
from sandbox.stripe.seeds import ACCOUNTS

PATTERN = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is accepted.

    Any key of the right form is, unless it says that it is `invalid` or `expired`.
    """

    text: str

    @property
    def livemode(self) -> bool:
        """The mode is read off the prefix."""
        return self.text[3:7] == "live"

    @property
    def account(self) -> str | None:
        """The account that the key names after its mode, as in `rk_test_fresh`; most name none."""
        return next((ACCOUNTS[name] for name in ACCOUNTS if self.text[8:].startswith(name)), None)

    @property
    def masked(self) -> str:
        """As Stripe quotes it in errors."""
        return f"{self.text[:8]}{'*' * 20}{self.text[-6:]}"


def read(authorization: str | None) -> Key:
    """Read the key of a request, from a bearer token or basic authentication. Raises `StripeError` (401)."""
    text = _text(authorization)
    if not text:
        raise _unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api"
            "#authentication for details, or we can help at https://support.stripe.com/."
        )
    key = Key(text)
    if text.startswith("pk_"):
        raise _unauthorized(
            "This API call cannot be made with a publishable API key. Please use a secret API key. You "
            "can find a "
            "list of your API keys at https://dashboard.stripe.com/account/apikeys.",
            "secret_key_required",
        )
    if not PATTERN.fullmatch(text) or "invalid" in text:
        raise _unauthorized(f"Invalid API Key provided: {key.masked}")
    if "expired" in text:
        raise _unauthorized(f"Expired API Key provided: {key.masked}", "api_key_expired")
    return key


def _text(authorization: str | None) -> str:
    scheme, _, credentials = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _unauthorized(message: str, code: str | None = None) -> StripeError:
    return StripeError(401, "invalid_request_error", message, code)
