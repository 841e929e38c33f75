"""Editing the billing details."""

from typing import Any

from starlette.responses import Response

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.portal.context import Context

PLAIN = ("name", "email", "phone")
ADDRESS = ("line1", "postal_code", "city", "country")
LONGEST = 500


async def details(context: Context) -> Response:
    """Show the form, limited to what the configuration allows."""
    feature = context.features["customer_update"]
    allowed = set(feature["allowed_updates"])
    if not feature["enabled"] or not allowed:
        return context.not_possible(403)
    by_login = context.visit.origin == "login"
    if by_login:
        allowed.discard("email")
    error = None
    if context.request.method == "POST":
        changes = _changes(context, allowed)
        if "email" in changes and "@" not in (changes["email"] or ""):
            error = context.words("email_wrong")
        else:
            context.desk.change(context.customer, "customer.updated", lambda one: one.update(changes))
            return context.finish("customer_update")
    return context.show(
        "details.html",
        status=400 if error else 200,
        customer=context.customer,
        address=context.customer["address"] or {},
        allowed=allowed,
        by_login=by_login,
        error=error,
    )


def _changes(context: Context, allowed: set[str]) -> dict[str, Any]:
    changes: dict[str, Any] = {
        name: context.text(name)[:LONGEST] or None
        for name in PLAIN
        if name in allowed and name in context.form
    }
    if "address" in allowed:
        before: StripeObject = context.customer["address"] or {"line2": None, "state": None}
        filled = {name: context.text(name)[:LONGEST] or None for name in ADDRESS if name in context.form}
        changes["address"] = {**before, **filled}
    return changes
