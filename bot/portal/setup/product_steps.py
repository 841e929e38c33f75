"""The steps about what is sold: a product, what customers read about it, and prices the portal can offer."""

from bot.portal.attempts import known
from bot.portal.products.rules import product_findings
from bot.portal.rules.sources import GUIDE, OVERVIEW
from bot.portal.setup.repairs import without_archived
from bot.portal.setup.seen import Seen
from bot.portal.setup.step import CONFIGURATIONS, Outcome, done, missing, optional, step, unknown

MOST_NAMED = 20
_WRONG = {"PRODUCT_DESCRIPTOR": "descriptor", "PRODUCT_IMAGE_TYPE": "image_type"}
_BETTER = {
    "PRODUCT_NO_UNIT_LABEL": "unit_label",
    "PRODUCT_NO_DESCRIPTION": "description",
    "PRODUCT_NO_IMAGE": "image",
    "PRODUCT_NO_TAX_CODE": "tax_code",
}


@step("product", GUIDE, "products", "prices")
def product(seen: Seen) -> Outcome:
    """Is there an active product with a recurring price?"""
    sold = known(seen.prices) or ()
    ids = list(dict.fromkeys(each.product_id for each in sold if each.product_id and _for_sale(each.product)))
    if not ids:
        return missing("none", products=[])
    return done(products=ids[:MOST_NAMED], count=len(ids), more=seen.more_prices)


@step("product_details", GUIDE, "products", "prices")
def product_details(seen: Seen) -> Outcome:
    """Do the offered products have what checkout, portal, invoice and bank statement show?"""
    sheets = seen.sheets()
    if not sheets:
        return missing("nothing", products=[])
    found = [finding for sheet in sheets for finding in product_findings(sheet)]
    shown: dict[str, list[str]] = {}
    for finding in found:
        name = {**_WRONG, **_BETTER}.get(finding.rule)
        if name is not None:
            shown.setdefault(name, []).append(str(finding.evidence["product"]))
    names = {each.product.id: each.product.name for each in sheets if each.product.name}
    evidence = {
        "products": len(sheets),
        **{name: ids[:MOST_NAMED] for name, ids in shown.items()},
        "lacking": [name for name in (*_WRONG.values(), *_BETTER.values()) if name in shown],
        "names": sorted({names[each] for ids in shown.values() for each in ids if each in names})[
            :MOST_NAMED
        ],
    }
    if any(name in shown for name in _WRONG.values()):
        return missing("wrong", **evidence)
    return optional("lacking", **evidence) if shown else done(**evidence)


@step("prices", OVERVIEW, "products", "prices", CONFIGURATIONS)
def prices(seen: Seen) -> Outcome:
    """Are the offered prices such that the portal can offer them?"""
    configuration = seen.configuration
    assert configuration is not None  # noqa: S101 (the step needs it)
    update = configuration.subscription_update
    # Where plan changes are off, Stripe sends no list.
    entries = () if update.products is None and update.enabled is False else update.products
    if entries is None:
        return unknown("unseen", offered=None)
    offered = [price for entry in entries for price in entry.prices]
    if not offered:
        return optional("nothing_offered", offered=[])
    unread = [price for price in offered if price not in seen.listed]
    if unread:
        return unknown("unread", offered=offered, unread=unread)
    archived = _of_kind(seen, {"archived"})
    wrong = {
        "archived": archived,
        "kind": _of_kind(seen, {"tiered", "metered", "one_time"}),
        "same_interval": _twice(seen),
    }
    problem = next((name for name, found in wrong.items() if found), None)
    if problem is not None:
        repair = without_archived(configuration, archived) if problem == "archived" else None
        return missing(problem, repair, offered=offered, prices=wrong[problem])
    return _taxed(seen, offered)


def _taxed(seen: Seen, offered: list[str]) -> Outcome:
    """Say whether the offered prices tell if tax is included: it matters with Stripe Tax."""
    tax = known(seen.tax)
    unsaid = [name for name, price in seen.listed.items() if price.tax_behavior in {None, "unspecified"}]
    shown = {"offered": offered, "prices": unsaid, "stripe_tax": tax.active if tax else None}
    if not unsaid:
        return done(**shown)
    return missing("tax", **shown) if tax and tax.active else optional("tax_off", **shown)


def _of_kind(seen: Seen, kinds: set[str]) -> list[str]:
    return [name for name, price in seen.listed.items() if price.not_listable in kinds]


def _for_sale(product: object) -> bool:
    seen = getattr(product, "object", None)
    return seen is None or seen.active is not False


def _twice(seen: Seen) -> list[str]:
    """Listed prices that share product, currency and interval with another one."""
    together: dict[object, list[str]] = {}
    for price in seen.listed.values():
        together.setdefault((price.product_id, price.rhythm), []).append(price.id)
    return [price for group in together.values() if len(group) > 1 for price in group]
