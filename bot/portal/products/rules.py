"""The rules about a product: what customers see of it, and what keeps its prices out of the portal."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from bot.portal.products.product_sheet import ProductSheet
from bot.portal.products.rule import Hit, ProductRule, product_rule
from bot.portal.rules.finding import Finding, Severity, Status
from bot.portal.rules.sources import GUIDE, INFERRED, OVERVIEW, SDK_PRODUCT

LONGEST_DESCRIPTOR: Final = 22
DROPPED: Final = frozenset("<>\\'\"*")
"""Characters that do not reach a bank statement: https://docs.stripe.com/get-started/account/statement-descriptors"""
IMAGE_TYPES: Final = frozenset({"jpg", "jpeg", "png", "webp"})


@product_rule("PRODUCT_ARCHIVED", Severity.WARN, Status.INFERRED, INFERRED)
def archived(sheet: ProductSheet) -> Iterator[Hit]:
    """The product is archived."""
    if sheet.product.active is False:
        yield Hit({"active": False})


@product_rule("PRODUCT_NO_DESCRIPTION", Severity.INFO, Status.DOCUMENTED, GUIDE)
def no_description(sheet: ProductSheet) -> Iterator[Hit]:
    """The product has no description; checkout, portal and quotes would show it."""
    if not (sheet.product.description or "").strip():
        yield Hit({"description": None})


@product_rule("PRODUCT_NO_IMAGE", Severity.INFO, Status.DOCUMENTED, GUIDE)
def no_image(sheet: ProductSheet) -> Iterator[Hit]:
    """The product has no image; checkout would show it."""
    if not sheet.product.images:
        yield Hit({"images": []})


@product_rule("PRODUCT_IMAGE_TYPE", Severity.WARN, Status.DOCUMENTED, GUIDE)
def wrong_image(sheet: ProductSheet) -> Iterator[Hit]:
    """An image's address ends in another type than JPEG, PNG or WEBP. Its size is not in the API."""
    wrong = [address for address in sheet.product.images if _type_of(address) not in {"", *IMAGE_TYPES}]
    if wrong:
        yield Hit({"images": wrong, "types": sorted({_type_of(address) for address in wrong})})


@product_rule("PRODUCT_DESCRIPTOR", Severity.WARN, Status.DOCUMENTED, SDK_PRODUCT)
def descriptor(sheet: ProductSheet) -> Iterator[Hit]:
    """The statement descriptor is too long, has characters that banks drop, or no letter at all."""
    written = sheet.product.statement_descriptor
    if not written:
        return
    dropped = sorted({letter for letter in written if letter in DROPPED or not letter.isascii()})
    long, letters = len(written) > LONGEST_DESCRIPTOR, re.search("[A-Za-z]", written) is not None
    if dropped or long or not letters:
        yield Hit(
            {
                "statement_descriptor": written,
                "length": len(written),
                "limit": LONGEST_DESCRIPTOR,
                "dropped": dropped,
                "letters": letters,
            }
        )


@product_rule("PRODUCT_NO_UNIT_LABEL", Severity.WARN, Status.DOCUMENTED, GUIDE)
def no_unit_label(sheet: ProductSheet) -> Iterator[Hit]:
    """Customers may change the quantity, or buy packages, and nothing says what a unit is."""
    if sheet.quantity_changes and not sheet.product.unit_label:
        yield Hit({"unit_label": None, "configurations": _ids(sheet)})


@product_rule("PRODUCT_NO_TAX_CODE", Severity.INFO, Status.DOCUMENTED, GUIDE)
def no_tax_code(sheet: ProductSheet) -> Iterator[Hit]:
    """Stripe Tax is on, and the product has no tax code of its own."""
    if sheet.tax is not None and sheet.tax.active and not sheet.product.tax_code:
        yield Hit({"tax_code": None, "default_tax_code": sheet.tax.tax_code})


@product_rule("PRICE_TAX_UNSPECIFIED", Severity.MAYBE, Status.DOCUMENTED, OVERVIEW)
def tax_unspecified(sheet: ProductSheet) -> Iterator[Hit]:
    """A price's tax behavior is unspecified. Without Stripe Tax that may not matter."""
    prices = [each.id for each in sheet.sold() if each.tax_behavior in {None, "unspecified"}]
    if prices:
        yield Hit({"prices": prices, "stripe_tax": sheet.tax.active if sheet.tax else None})


@product_rule("PRICE_SAME_INTERVAL", Severity.WARN, Status.DOCUMENTED, OVERVIEW)
def same_interval(sheet: ProductSheet) -> Iterator[Hit]:
    """Two prices have one interval and currency: a list takes one. A list that has both cannot be saved."""
    together: dict[object, list[str]] = {}
    for price in sheet.sold():
        if price.not_listable is None:
            together.setdefault(price.rhythm, []).append(price.id)
    for prices in together.values():
        if len(prices) > 1:
            both = [
                each.configuration.id
                for each in sheet.listings
                if sum(price in each.entry.prices for price in prices) > 1
            ]
            evidence = {"prices": prices, "configurations": both}
            yield Hit(evidence, Severity.BLOCK if both else None)


@product_rule("PRICE_NOT_PER_UNIT", Severity.INFO, Status.OBSERVED, INFERRED)
def not_per_unit(sheet: ProductSheet) -> Iterator[Hit]:
    """A price is metered or tiered: no configuration can list it."""
    prices = [each for each in sheet.sold() if each.not_listable in {"metered", "tiered"}]
    if prices:
        kinds = sorted({str(each.not_listable) for each in prices})
        yield Hit({"prices": [each.id for each in prices], "because": kinds})


@product_rule("PRICE_ARCHIVED_LISTED", Severity.BLOCK, Status.OBSERVED, INFERRED)
def archived_listed(sheet: ProductSheet) -> Iterator[Hit]:
    """An archived price is still on a configuration's list, which cannot be saved so."""
    prices = [each for each in sheet.prices if each.active is False and sheet.listed_in(each)]
    if prices:
        lists = dict.fromkeys(one.id for each in prices for one in sheet.listed_in(each))
        yield Hit({"prices": [each.id for each in prices], "configurations": list(lists)})


PRODUCT_RULES: Final[tuple[ProductRule, ...]] = tuple(
    value for value in list(vars().values()) if isinstance(value, ProductRule)
)
"""In the order in which findings are told: what customers see, then what the portal offers."""


def product_findings(sheet: ProductSheet) -> tuple[Finding, ...]:
    """Ask every rule about a product."""
    return tuple(finding for rule in PRODUCT_RULES for finding in rule.findings(sheet))


def _type_of(address: str) -> str:
    """The ending of an image's address, empty without one: Stripe's own files have none."""
    name = urlsplit(address).path.rpartition("/")[2]
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return ending if ending.isalnum() and len(ending) <= 5 else ""


def _ids(sheet: ProductSheet) -> list[str]:
    return [each.configuration.id for each in sheet.listings if each.quantity_changes]
