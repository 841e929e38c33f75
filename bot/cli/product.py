"""`portalbot product`: what customers see of a product, as JSON or as sentences."""

from collections.abc import Sequence
from typing import Any

from bot.cli.terminal import Terminal, run_command
from bot.replies.finding import finding_reports
from bot.replies.price import price_cost
from bot.replies.product import offer_reason, seen_at
from bot.use_cases.results import ProductView
from bot.words import Words


def print_product(terminal: Terminal, words: Sequence[str], *, as_json: bool) -> None:
    """Answer `product …`. Raises Refused or SettingsError."""
    found = run_command(terminal.read(["product", *words]), ProductView)
    if as_json:
        terminal.print_json(product_report(terminal.words, found))
        return
    terminal.say("product", {"product": found.sheet.product})
    for place, seen in seen_at(terminal.words, found).items():
        terminal.say("product_seen", {"place": terminal.words.sentence("product", place), "seen": seen})
    for each in found.offers:
        facts = {
            "price": each.price,
            "cost": price_cost(terminal.words, each.price),
            "offer": str(each.offer),
            "why": offer_reason(terminal.words, each),
        }
        terminal.say("product_price", facts)
    terminal.say_findings(found.findings)


def product_report(words: Words, found: ProductView) -> dict[str, Any]:
    """Return what `product --json` prints. Amounts are in the currency's smallest unit."""
    product = found.sheet.product
    return {
        "product": product.id,
        "name": product.name,
        "description": product.description,
        "images": list(product.images),
        "statement_descriptor": product.statement_descriptor,
        "unit_label": product.unit_label,
        "tax_code": product.tax_code,
        "prices": [
            {
                "price": each.price.id,
                "amount": each.price.unit_amount,
                "currency": each.price.currency,
                "interval": each.price.interval,
                "interval_count": each.price.interval_count,
                "tax_behavior": each.price.tax_behavior,
                "active": each.price.active is True,
                "portal": str(each.offer),
                "why": offer_reason(words, each) or None,
            }
            for each in found.offers
        ],
        "configurations": list(dict.fromkeys(each.configuration.id for each in found.sheet.listings)),
        "findings": finding_reports(words, found.findings),
    }
