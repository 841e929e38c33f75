"""Invoices as people read them: amount, state with its dates, number, and the page to hand over."""

from bot.portal.models import Invoice
from bot.replies.button import button, verb_button
from bot.replies.details import Detail, details_button, ids_detail
from bot.replies.identity import identity
from bot.use_cases.results import InvoiceList
from bot.words import Message, Words


def invoices_message(words: Words, found: InvoiceList, *, livemode: bool) -> Message:
    """List the invoices, the one that was asked for first."""
    whom = found.found.customer_account or found.found.customer.id
    buttons = [button(words, "card", whom)]
    if any(each.is_open for each in found.invoices):
        buttons.append(verb_button(words, "payment", whom))
    return words.message(
        "invoices",
        livemode=livemode,
        asked=found.asked,
        lines=[invoice_line(words, each) for each in found.invoices],
        more=found.more,
        buttons=[*buttons, *details_button(words, _details(words, found))],
        **identity(found.found),
    )


def _details(words: Words, found: InvoiceList) -> list[Detail]:
    each = [Detail(invoice_sentence(words, one), (("invoice", one.id),)) for one in found.invoices]
    return [ids_detail(words, customer=found.found.customer.id), *each]


def invoice_line(words: Words, invoice: Invoice) -> str:
    """Say in mrkdwn what an invoice is for, how it stands, and where its page is."""
    state = words.markup("invoice_states", _state(words, invoice), _facts(words, invoice))
    return words.markup("invoices", "line", _facts(words, invoice) | {"state": state})


def invoice_sentence(words: Words, invoice: Invoice) -> str:
    """Say the same in plain text, without the page's address."""
    state = words.sentence("invoice_states", _state(words, invoice), _facts(words, invoice))
    return words.sentence("invoices", "sentence", _facts(words, invoice) | {"state": state})


def _state(words: Words, invoice: Invoice) -> str:
    """Return the key of the words for how it stands. A status that is new is said as Stripe says it."""
    status = invoice.status or ""
    if status == "open" and not invoice.is_open:
        return "settled"
    return status if status in words.keys("invoice_states") else "unknown"


def _facts(words: Words, invoice: Invoice) -> dict[str, object]:
    return {
        "amount": words.writing.money(
            invoice.amount_due if invoice.total is None else invoice.total, invoice.currency
        ),
        "remaining": words.writing.money(invoice.to_pay, invoice.currency),
        "partly": None not in {invoice.to_pay, invoice.total} and invoice.to_pay != invoice.total,
        "created": invoice.created,
        "due": invoice.due_date,
        "next_attempt": invoice.next_payment_attempt,
        "number": invoice.number,
        "status": invoice.status or "",
        "is_open": invoice.is_open,
        "url": invoice.hosted_invoice_url,
    }
