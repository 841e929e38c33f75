"""From what Stripe refuses to what the agent is told.

Stripe's texts are no contract, so substrings are matched without regard to case, and Stripe's own words
always go along (redacted). The texts were seen in public code; Stripe documents none of them.
"""

from dataclasses import dataclass, field
from typing import Final

import stripe

from bot.errors import Fact, NotFound, PortalBlocks, Refused, Unavailable, WrongPlace
from bot.portal.permissions import dashboard_name, missing_permissions
from bot.portal.redaction import redact
from bot.portal.stripe_http import TIMED_OUT


@dataclass(frozen=True, slots=True)
class KnownText:
    """One row: all `parts` stand in the message → this refusal."""

    parts: tuple[str, ...]
    refusal: type[Refused]
    code: str
    facts: dict[str, Fact] = field(default_factory=dict)

    def matches(self, message: str) -> bool:
        """Whether this row is about the (lower-cased) message."""
        return all(part in message for part in self.parts)


def _blocks(code: str, rule: str, *parts: str, **facts: Fact) -> KnownText:
    return KnownText(parts, PortalBlocks, code, {"rule": rule, **facts})


_UNSAVED: Final = "default configuration has not been created"
# The more particular row first: a wrong mode also says "No such customer".
KNOWN_TEXTS: Final = (
    _blocks("no_default_configuration", "CFG_NO_DEFAULT", f"live mode {_UNSAVED}", livemode=True),
    _blocks("no_default_configuration", "CFG_NO_DEFAULT", _UNSAVED, livemode=False),
    _blocks("update_off", "CFG_UPDATE_OFF", "subscription update feature", "disabled"),
    _blocks("cancel_off", "CFG_CANCEL_OFF", "subscription cancel feature", "disabled"),
    _blocks("pause_off", "CFG_PAUSE_OFF", "subscription pause feature", "disabled"),
    _blocks("cancel_scheduled", "ST_CANCEL_SCHEDULED", "already set to be cancel"),
    _blocks("several_items", "SUB_MULTI_ITEM", "because it has multiple items"),
    _blocks(
        "no_alternative_price",
        "CFG_NO_ALTERNATIVE",
        "no price in the portal configuration available to change to",
    ),
    _blocks("no_change", "NO_CHANGE", "there are no changes to confirm"),
    _blocks("price_kind", "CFG_PRICE_KIND", "only active, per unit licensed prices"),
    _blocks(
        "updates_need_payment_methods",
        "CFG_PM_REQUIRED",
        "cannot enable subscription updates while payment method update is disabled",
    ),
    _blocks("code_for_first_purchase", "DISCOUNT_FIRST_TIME", "customer has prior transactions"),
    _blocks("schedule_attached", "SUB_SCHEDULED_UPDATE", "is managed by the subscription schedule"),
    _blocks("subscription_canceled", "ST_CANCELED", "a canceled subscription can only update"),
    KnownText(("similar object exists in live mode",), WrongPlace, "exists_in_live_mode"),
    KnownText(("similar object exists in test mode",), WrongPlace, "exists_in_test_mode"),
    KnownText(("no such customer",), NotFound, "no_such_customer"),
    KnownText(("no such subscription_schedule",), NotFound, "no_such_object"),
    KnownText(("no such subscription",), NotFound, "no_such_subscription"),
    KnownText(("no such price",), NotFound, "no_such_price"),
    KnownText(("no such plan",), NotFound, "no_such_price"),
    KnownText(("no such product",), NotFound, "no_such_product"),
    KnownText(("no such coupon",), NotFound, "no_such_coupon"),
    KnownText(("no such promotion code",), NotFound, "no_such_promotion_code"),
    KnownText(("no such configuration",), NotFound, "no_such_configuration"),
    KnownText(("no such", "configuration"), NotFound, "no_such_configuration"),
    KnownText(("no such",), NotFound, "no_such_object"),
    KnownText(("search", "not available"), Unavailable, "search_not_available", {"retry": False}),
    KnownText(("search", "not supported"), Unavailable, "search_not_available", {"retry": False}),
    KnownText(("search", "india"), Unavailable, "search_not_available", {"retry": False}),
)


def refusal_of(error: stripe.StripeError) -> Refused:
    """Say a Stripe error in our words; never raises, never holds a key, an address or a session URL."""
    message = error.user_message or ""
    if isinstance(error, stripe.PermissionError):
        return _permission(error, message)
    if isinstance(error, stripe.APIConnectionError):
        code = "stripe_timed_out" if message == TIMED_OUT else "stripe_unreachable"
        return Unavailable(code, retry=True)
    for kind, code, retry in _BY_TYPE:
        if isinstance(error, kind):
            return _refusal(Unavailable, code, error, retry=retry)
    return _by_status(error, message)


def unreadable() -> Refused:
    """What came back is not Stripe's JSON: a proxy, or a wrong STRIPE_API_BASE."""
    return Unavailable("stripe_unreadable", retry=True)


_BY_TYPE: Final[tuple[tuple[type[stripe.StripeError], str, bool], ...]] = (
    (stripe.AuthenticationError, "key_refused", False),
    (stripe.RateLimitError, "stripe_busy", True),
    (stripe.IdempotencyError, "command_repeated", False),
)


def _by_status(error: stripe.StripeError, message: str) -> Refused:
    status = error.http_status or 0
    if status == 409:
        return _refusal(Unavailable, "stripe_busy", error, retry=True)
    if status >= 500:
        return _refusal(Unavailable, "stripe_failing", error, retry=True)
    if not 400 <= status < 500 or error.error is None or not message:
        return unreadable()
    return _refused_request(error, message)


def _refused_request(error: stripe.StripeError, message: str) -> Refused:
    folded = message.casefold()
    known = next((row for row in KNOWN_TEXTS if row.matches(folded)), None)
    if known is not None:
        return _refusal(known.refusal, known.code, error, **known.facts)
    if error.code == "resource_missing":
        return _refusal(NotFound, "no_such_object", error)
    return _refusal(PortalBlocks, "stripe_refused", error)


def _permission(error: stripe.StripeError, message: str) -> Refused:
    permissions = missing_permissions(message)
    if permissions:
        names = ", ".join(map(dashboard_name, permissions))
        return _refusal(
            Unavailable,
            "permission_missing",
            error,
            retry=False,
            permission=names,
            rak=", ".join(permissions),
        )
    if "does not have access to account" in message.casefold():
        return _refusal(Unavailable, "no_access_to_account", error, retry=False)
    return _refusal(Unavailable, "permission_missing", error, retry=False, permission=None, rak=None)


def _refusal(kind: type[Refused], code: str, error: stripe.StripeError, **facts: Fact) -> Refused:
    # Without Stripe's error object the message is the SDK's own, about an answer that was not Stripe's.
    message = (error.user_message or "") if error.error is not None else ""
    said = redact(message, hide_accounts=kind is Unavailable) or None
    if error.request_id:  # what Stripe's support asks for
        facts["request_id"] = redact(error.request_id)
    return kind(code, stripe_said=said, **facts)
