"""Addresses, numbers, phones and names: exact lists first, Stripe's search where there is none."""

from collections.abc import Sequence
from typing import Final

from bot.errors import NotFound
from bot.portal.candidates import ambiguous
from bot.portal.found import Found
from bot.portal.lookup_by_id import found_by_trace
from bot.portal.models import Customer
from bot.portal.object_ids import Kind
from bot.portal.pasted_text import FULL_WIDTH
from bot.portal.people import SEARCH_GRACE_SECONDS, people_with
from bot.portal.phones import digits, international
from bot.portal.search_language import quoted
from bot.portal.stripe_access import StripeGateway

UNSEARCHED: Final = "no_customer_with_email_exactly"
"""The refusal where nobody has an address and there is no search for its other spellings."""
# Stripe's substring search wants three characters at least.
SHORTEST_SUBSTRING: Final = 3


async def find_by_email(gateway: StripeGateway, email: str) -> Found:
    """Find the customer with an address, in whatever spelling it is stored: a list and a search at once.

    Other spellings are listed when nobody was found, or when there is no search. Raises `NotFound`,
    `Ambiguous`.
    """
    people = await people_with(gateway, email, grace=SEARCH_GRACE_SECONDS)
    if not people.everybody:
        raise NotFound(UNSEARCHED if people.unsearched else "no_customer_with_email", email=email)
    if len(people.everybody) > 1:
        raise ambiguous(people.everybody)
    return Found(people.everybody[0], Kind.EMAIL, shared_email=1)


async def find_by_phone(gateway: StripeGateway, phone: str) -> Found:
    """Find the customer with a phone number, as typed or without its spaces: one call."""
    customers = await gateway.search_customers(phone_query(phone))
    return _one(customers, Kind.PHONE, "no_customer_with_phone")


async def find_by_name(gateway: StripeGateway, name: str) -> Found:
    """Find the customer whose name contains the text: one call."""
    sign = "~" if len(name) >= SHORTEST_SUBSTRING else ":"
    query = " OR ".join(f"name{sign}{quoted(each)}" for each in _written_names(name))
    customers = await gateway.search_customers(query)
    return _one(customers, Kind.NAME, "no_customer_with_name", name=name)


async def find_by_number(gateway: StripeGateway, kind: Kind, number: str) -> Found:
    """Find the customer of an invoice or receipt number: one call."""
    field = "number" if kind is Kind.INVOICE_NUMBER else "receipt_number"
    traces = await gateway.search_invoices(f"{field}:{quoted(number)}")
    if not traces:
        raise NotFound(
            "no_invoice_with_number" if field == "number" else "no_receipt_with_number", number=number
        )
    customers = {trace.customer.id: trace.customer for trace in traces if trace.customer is not None}
    if len(customers) > 1:
        raise ambiguous(customers.values())
    leading = next((trace for trace in traces if trace.customer is not None), traces[0])
    return found_by_trace(leading, kind)


def phone_query(phone: str) -> str:
    """Search for the number as typed and as Checkout stores it, a national one also inside others."""
    complete = international(phone)
    compact = complete or digits(phone)
    spellings = dict.fromkeys(each for each in (compact, phone) if each)
    clauses = [f"phone:{quoted(each)}" for each in spellings]
    if complete is None:
        clauses.append(f"phone~{quoted(compact.lstrip('0') or compact)}")
    return " OR ".join(clauses)


def name_or_email_query(text: str) -> str:
    """Search for a part of a name or of an address, three characters at least."""
    clauses = [f"{field}~{quoted(each)}" for field in ("name", "email") for each in _written_names(text)]
    return " OR ".join(clauses)


def _written_names(name: str) -> list[str]:
    """The name, and how it may be stored: cleaning makes quotes, dashes and full-width letters plain ones."""
    spellings = [name, name.replace("'", "’"), name.replace("-", "–")]
    if not name.isascii():
        spellings.append(name.translate(FULL_WIDTH))
    return list(dict.fromkeys(spellings))


def _one(customers: Sequence[Customer], kind: Kind, none_code: str, **facts: str) -> Found:
    if not customers:
        raise NotFound(none_code, **facts)
    if len(customers) > 1:
        raise ambiguous(customers)
    return Found(customers[0], kind)
