"""A product as customers see it, at checkout and after; and what the portal makes of its prices."""

from collections.abc import Mapping

from bot.portal.dashboard_links import page
from bot.portal.models import Price
from bot.portal.products.offer import Offer, PriceOffer
from bot.replies.button import Button, button
from bot.replies.details import details_button, ids_detail
from bot.replies.finding import finding_line
from bot.replies.price import price_cost
from bot.use_cases.results import ProductView
from bot.words import Message, Words

MOST_PRICES = 20
MOST_FINDINGS = 10
MOST_BUTTONS = 3
LONGEST_UNIT = 60
LONGEST_TEXT = 200
"""Characters of each text in the picture; Slack takes 3,000 escaped ones in all."""
MARKS = {Offer.OFFERED: "ok", Offer.POSSIBLE: "warning", Offer.IMPOSSIBLE: "blocked"}
PIECES = 3
"""So many are on the invoice of the picture, so that the unit's name shows."""


def product_message(words: Words, found: ProductView) -> Message:
    """Show the picture, the prices, and what is wrong."""
    product = found.sheet.product
    prices = [
        [
            f"{words.sentence('marks', MARKS[each.offer])} {price_cost(words, each.price)}",
            str(each.offer),
            offer_reason(words, each) or "–",
        ]
        for each in found.offers
    ]
    findings = [finding_line(words, finding) for finding in found.findings]
    return words.message(
        "product",
        product=product,
        name=product.name or words.sentence("plans", "unnamed"),
        livemode=found.livemode,
        address=page(f"products/{product.id}", livemode=found.livemode),
        image=next(iter(product.images), ""),
        seen=[
            {"place": words.sentence("product", place), "text": text}
            for place, text in seen_at(words, found).items()
        ],
        prices=prices[:MOST_PRICES],
        hidden_prices=max(0, len(prices) - MOST_PRICES),
        findings=findings[:MOST_FINDINGS],
        buttons=[
            *_buttons(words, found),
            *details_button(
                words, [ids_detail(words, product=product.id), *(each.detail for each in findings)]
            ),
        ],
    )


def seen_at(words: Words, found: ProductView) -> Mapping[str, str]:
    """Return what customers read at checkout, in the portal, on the invoice and on the bank statement."""
    product, price = found.sheet.product, _shown_price(found)
    own = (product.statement_descriptor or "").strip()
    facts = {
        "name": (product.name or words.sentence("plans", "unnamed"))[:LONGEST_TEXT],
        "description": (product.description or "")[:LONGEST_TEXT],
        "cost": price_cost(words, price) if price else "",
        "per_unit": price is not None and price.not_listable not in {"tiered", "metered"},
        "unit": (product.unit_label or "")[:LONGEST_UNIT] if found.sheet.quantity_changes else None,
        "count": PIECES if found.sheet.quantity_changes else 1,
        "tax": price.tax_behavior if price else None,
        "image": bool(product.images),
        "statement": (own or found.statement or "").upper()[:LONGEST_TEXT],
        "own": bool(own),
    }
    return {
        place: words.sentence("product_seen", place, facts)
        for place in ("checkout", "portal", "invoice", "statement")
    }


def offer_reason(words: Words, offered: PriceOffer) -> str:
    """Say why a price is offered or not; empty where there is nothing to say."""
    if offered.reason is None:
        return ""
    facts = {
        "names": [each.name or each.id for each in offered.configurations],
        "instead": price_cost(words, offered.instead) if offered.instead else "",
    }
    return words.sentence("offers", offered.reason, facts)


def _shown_price(found: ProductView) -> Price | None:
    """Choose the price of the picture: one that the portal offers, else one that is for sale."""
    return next((each.price for each in found.offers if each.price.active is not False), None)


def _buttons(words: Words, found: ProductView) -> list[Button]:
    ids = list(dict.fromkeys(each.configuration.id for each in found.sheet.listings))[:MOST_BUTTONS]
    names = {each.configuration.id: each.configuration.name for each in found.sheet.listings}
    shown = [
        Button(
            f"config-{place}",
            words.sentence("product", "configuration", {"name": names[each] or each}),
            f"config {each}",
        )
        for place, each in enumerate(ids)
    ]
    return [*shown, button(words, "setup", "setup")]
