"""Updating the card, choosing the default, paying an open invoice."""

from starlette.responses import Response

from sandbox.stripe.actions.paying import (
    CARDS,
    CardDeclinedError,
    attach_card,
    detach,
    make_default,
    methods_of,
    pay,
)
from sandbox.stripe.portal.context import Context


async def payment(context: Context) -> Response:
    """Show the fake card form: test cards to choose from, no place for a number."""
    if not context.features["payment_method_update"]["enabled"]:
        return context.not_possible(403)
    error = None
    if context.request.method == "POST":
        try:
            attach_card(context.desk, context.customer, context.text("card"))
        except CardDeclinedError:
            error = context.words("declined")
        except LookupError:
            error = context.words("choose_card")
        else:
            return context.finish("payment_method_update")
    notes = {"declined": "card_declined", "fails_later": "card_fails_later"}
    return context.show(
        "payment.html",
        status=402 if error else 200,
        cards=[(one.key, one.label, context.words(notes.get(one.key, "card_works"))) for one in CARDS],
        error=error,
    )


async def change_method(context: Context) -> Response:
    """Make a payment method the default, or remove one that is not."""
    if not context.features["payment_method_update"]["enabled"]:
        return context.not_possible(403)
    wanted = context.request.path_params["method"]
    method = next((one for one in methods_of(context.desk, context.customer) if one["id"] == wanted), None)
    if method is None:
        return context.go()
    if context.request.path_params["action"] == "remove":
        detach(context.desk, context.customer, method)
        return context.go(notice="method_removed")
    make_default(context.desk, context.customer, method["id"])
    return context.go(notice="payment_method_update")


async def pay_invoice(context: Context) -> Response:
    """Pay an open invoice with the default payment method."""
    invoice = context.visit.world.find(context.request.path_params["invoice"], "invoice")
    allowed = context.features["invoice_history"]["enabled"]
    if invoice is None or invoice["customer"] != context.customer["id"] or not allowed:
        return context.not_possible(403)
    return context.go(notice="paid" if pay(context.desk, invoice) else "not_paid")
