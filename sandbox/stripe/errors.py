"""Errors in Stripe's shape."""

from dataclasses import dataclass, field

from sandbox.stripe.annotations import StripeObject

WITHOUT_PAGE = {"rate_limit"}


@dataclass(slots=True)
class StripeError(Exception):
    """A refusal, as the API answers it: `{"error": {…}}` with an HTTP status."""

    status: int
    type: str
    message: str
    code: str | None = None
    param: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def body(self, request_log_url: str = "") -> StripeObject:
        """Return the JSON of the answer."""
        error: StripeObject = {"message": self.message, "type": self.type}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        if request_log_url:
            error["request_log_url"] = request_log_url
        return {"error": error}


def invalid_request(message: str, *, param: str | None = None, code: str | None = None) -> StripeError:
    """Return a 400 of the usual type."""
    return StripeError(400, "invalid_request_error", message, code, param)


def not_found(message: str, *, param: str = "id") -> StripeError:
    """Return a 404: the object named in the path does not exist."""
    return StripeError(404, "invalid_request_error", message, "resource_missing", param)


def unrecognized_url(method: str, path: str) -> StripeError:
    """Return a 404: there is no such endpoint."""
    return StripeError(
        404,
        "invalid_request_error",
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
        "https://support.stripe.com/.",
    )


def rate_limited(retry_after: int | None) -> StripeError:
    """Return a 429."""
    return StripeError(
        429,
        "invalid_request_error",
        "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
        "rate_limit",
        headers={"Stripe-Rate-Limited-Reason": "global-rate"}
        | ({} if retry_after is None else {"Retry-After": str(retry_after)}),
    )


def server_error(status: int) -> StripeError:
    """Return a 5xx."""
    return StripeError(status, "api_error", "An unknown error occurred.")


def permission_denied(key: str, account: str, permission: str) -> StripeError:
    """Return a 403: the restricted key lacks a permission."""
    masked = f"{key[:8]}{'*' * 20}{key[-6:]}"
    return StripeError(
        403,
        "invalid_request_error",
        f"The provided key '{masked}' does not have the required permissions for this endpoint on account "
        f"'{account}'. Having the '{permission}' permission would allow this request to continue.",
    )
