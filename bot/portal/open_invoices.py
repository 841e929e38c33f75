"""Which invoices of a customer are open, so that their payment pages can be handed over."""

from collections.abc import Iterable

from bot.portal.found import Found
from bot.portal.models import LatestInvoice, Subscription


def open_among(*invoices: LatestInvoice) -> tuple[LatestInvoice, ...]:
    """Return those with something left to pay, each once, oldest first."""
    found = {each.id: each for each in invoices if each.is_open}
    return tuple(sorted(found.values(), key=lambda each: each.created or 0))


def latest_invoices(subscriptions: Iterable[Subscription]) -> list[LatestInvoice]:
    """Return the newest invoice of each subscription, where the answer held it."""
    held = (each.latest_invoice for each in subscriptions)
    return [each.object for each in held if each is not None and each.object is not None]


def open_invoices_of(found: Found) -> tuple[LatestInvoice, ...]:
    """Return the open invoices that came with a find: the pasted one, and each subscription's latest."""
    subscriptions = [found.subscription] if found.subscription else []
    pasted = [found.invoice] if found.invoice else []
    return open_among(*pasted, *latest_invoices([*subscriptions, *(found.customer.subscriptions or ())]))
