"""A customer's invoices: which are open, and all of them for programs."""

from collections.abc import Iterable
from typing import TypedDict

from bot.portal.found import Found
from bot.portal.models import Invoice, Subscription


class InvoiceReport(TypedDict):
    """One invoice of `invoices --json`; amounts in the smallest unit, times in Unix seconds.

    `due` is null for an invoice that is charged by itself, `number` and `hosted_url` for a draft.
    """

    invoice: str
    number: str | None
    status: str | None
    created: int | None
    due: int | None
    total: int | None
    remaining: int | None
    currency: str | None
    hosted_url: str | None


def invoices_json(invoices: Iterable[Invoice]) -> list[InvoiceReport]:
    """Return what `invoices --json` prints."""
    return [
        {
            "invoice": each.id,
            "number": each.number,
            "status": each.status,
            "created": each.created,
            "due": each.due_date,
            "total": each.total,
            "remaining": each.to_pay,
            "currency": each.currency,
            "hosted_url": each.hosted_invoice_url,
        }
        for each in invoices
    ]


def open_among(*invoices: Invoice) -> tuple[Invoice, ...]:
    """Return those with something left to pay, each once, oldest first."""
    found = {each.id: each for each in invoices if each.is_open}
    return tuple(sorted(found.values(), key=lambda each: each.created or 0))


def others_newest_first(invoices: Iterable[Invoice], besides: Iterable[Invoice]) -> tuple[Invoice, ...]:
    """Return those that are not among `besides`, each once, newest first."""
    found = {each.id: each for each in invoices if each.status not in {None, "draft"}}
    for each in besides:
        found.pop(each.id, None)
    return tuple(sorted(found.values(), key=lambda each: -(each.created or 0)))


def latest_invoices(subscriptions: Iterable[Subscription]) -> list[Invoice]:
    """Return the newest invoice of each subscription, where the answer held it."""
    held = (each.latest_invoice for each in subscriptions)
    return [each.object for each in held if each is not None and each.object is not None]


def open_invoices_of(found: Found) -> tuple[Invoice, ...]:
    """Return the open invoices that came with a find: the pasted one, and each subscription's latest."""
    subscriptions = [found.subscription] if found.subscription else []
    pasted = [found.invoice] if found.invoice else []
    return open_among(*pasted, *latest_invoices([*subscriptions, *(found.customer.subscriptions or ())]))
