"""The hosted page of one invoice: whoever has its address can look at it and pay it."""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.actions.paying import pay
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.events import Events
from sandbox.stripe.portal.context import language_of
from sandbox.stripe.portal.pages import page
from sandbox.stripe.portal.products import frame_of
from sandbox.stripe.portal.words import Words
from sandbox.stripe.world import World


class InvoicePage:
    """Serves `/p/invoice/<id>`, which stands for `https://invoice.stripe.com/i/…`."""

    def __init__(self, events: Events, worlds_of: Callable[[bool], Sequence[World]]) -> None:
        self._events = events
        self._worlds_of = worlds_of

    async def show(self, request: Request) -> Response:
        """Show the invoice, or pay it with the customer's payment method."""
        for world in (*self._worlds_of(False), *self._worlds_of(True)):
            invoice = world.find(request.path_params["invoice"], "invoice")
            if invoice is not None and invoice["status"] != "draft":
                return self._answer(request, world, invoice)
        words = Words(language_of(request, None, None))
        return page(
            "message.html", words, frame_of("", "test"), status=404, title=words("not_found"), text=""
        )

    def _answer(self, request: Request, world: World, invoice: StripeObject) -> Response:
        if request.method == "POST":
            outcome = "paid" if pay(Desk(world, self._events), invoice) else "not_paid"
            return RedirectResponse(f"{request.url.path}?notice={outcome}", 303)
        words = Words(language_of(request, None, world.find(invoice["customer"])))
        outcome = request.query_params.get("notice", "")
        return page(
            "invoice.html",
            words,
            frame_of(str(world.get(world.account)["business_profile"]["name"] or ""), world.mode),
            number=invoice["number"],
            date=words.date(invoice["created"]),
            total=words.money(invoice["total"], invoice["currency"]),
            remaining=words.money(invoice["amount_remaining"], invoice["currency"]),
            state=words(f"invoice_{invoice['status']}"),
            payable=invoice["status"] == "open",
            notice=words(f"outcome_{outcome}") if outcome in {"paid", "not_paid"} else None,
            failed=outcome == "not_paid",
        )
