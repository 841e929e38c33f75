"""What customers see of a product: its line in the portal, and where else it stands."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.portal.pages import page
from sandbox.stripe.portal.words import Words
from sandbox.stripe.world import World

OWN_PICTURES = "/p/static/"
LONGEST_ON_STATEMENT = 22


def shown_of(product: StripeObject) -> dict[str, Any]:
    """Return what a line shows beside the name: picture, description, what one unit is called.

    A picture from elsewhere is left out: the pages load nothing from other hosts.
    """
    pictures = [url[url.index(OWN_PICTURES) :] for url in product["images"] if OWN_PICTURES in url]
    return {
        "image": pictures[0] if pictures else None,
        "description": product["description"],
        "unit": product["unit_label"],
    }


def on_statement(account: StripeObject, product: StripeObject) -> str:
    """Return what the bank prints: the product's own descriptor, else the account's."""
    own = product["statement_descriptor"] or account["settings"]["payments"]["statement_descriptor"]
    return str(own or account["business_profile"]["name"] or "")[:LONGEST_ON_STATEMENT].upper()


class Previews:
    """Serves `/p/product/<id>`: one product in checkout, portal, invoice and on the bank statement."""

    def __init__(self, worlds_of: Callable[[bool], Sequence[World]]) -> None:
        self._worlds_of = worlds_of

    async def preview(self, request: Request) -> Response:
        """Show the product with its lowest active price; 404 when there is no such product."""
        words = Words("en")
        for world in (*self._worlds_of(False), *self._worlds_of(True)):
            product = world.find(request.path_params["product"], "product")
            if product is not None:
                return _page(world, product, words)
        return page(
            "message.html", words, frame_of("", "test"), status=404, title=words("not_found"), text=""
        )


def _page(world: World, product: StripeObject, words: Words) -> Response:
    account = world.get(world.account)
    merchant = str(account["business_profile"]["name"] or "")
    sold = [one for one in world.every("price") if one["product"] == product["id"] and one["active"]]
    flat = [one for one in sold if one["unit_amount"] is not None and one["recurring"]]
    first = min(flat, key=lambda one: int(one["unit_amount"]), default=None)
    return page(
        "product.html",
        words,
        frame_of(merchant, world.mode),
        name=product["name"],
        shown=shown_of(product),
        amount=first and words.money(first["unit_amount"], first["currency"]),
        interval=first and first["recurring"]["interval"],
        statement=on_statement(account, product),
        today=words.date(world.clock()),
    )


def frame_of(merchant: str, mode: str) -> dict[str, Any]:
    """Return what surrounds a page that belongs to no session."""
    nothing = dict.fromkeys(("privacy", "terms", "return_url", "home"))
    return {"merchant": merchant, "headline": "", "mode": mode, **nothing}
