"""Addresses, numbers, phones and names: exact lists first, Stripe's search where there is none."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.errors import NotFound, Unavailable
from bot.portal.candidates import ambiguous
from bot.portal.found import Found, MatchedBy
from bot.portal.lookup_by_id import found_by_trace
from bot.portal.models import Customer
from bot.portal.object_ids import Kind
from bot.portal.phones import digits, international
from bot.portal.stripe_access import StripeGateway

# Stripe's substring search wants three characters at least.
SHORTEST_SUBSTRING: Final = 3


def quoted(value: str) -> str:
    """Write a value as a string of Stripe's search language, so that it stays one."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


async def find_by_email(gateway: StripeGateway, email: str) -> Found:
    """Find the customer with an address in at most three calls.

    The list is exact and up to date but minds the case; the search is not. Raises `NotFound`, `Ambiguous`.
    """
    for address in dict.fromkeys((email, email.lower())):
        exact = await gateway.customers_by_email(address)
        if exact:
            matched = MatchedBy.EMAIL if address == email else MatchedBy.EMAIL_OTHER_CASE
            return _one_with_email(exact, matched)
    try:
        similar = await gateway.search_customers(f"email:{quoted(email)}")
    except Unavailable as refusal:
        if refusal.code != "search_not_available":
            raise
        raise NotFound("no_customer_with_email_exactly", email=email) from None
    if not similar:
        raise NotFound("no_customer_with_email", email=email)
    return _one_with_email(similar, MatchedBy.EMAIL_OTHER_CASE)


async def find_by_phone(gateway: StripeGateway, phone: str) -> Found:
    """Find the customer with a phone number, as typed or without its spaces: one call."""
    customers = await gateway.search_customers(phone_query(phone))
    return _one(customers, Kind.PHONE, MatchedBy.PHONE, "no_customer_with_phone")


async def find_by_name(gateway: StripeGateway, name: str) -> Found:
    """Find the customer whose name contains the text: one call."""
    sign = "~" if len(name) >= SHORTEST_SUBSTRING else ":"
    customers = await gateway.search_customers(f"name{sign}{quoted(name)}")
    return _one(customers, Kind.NAME, MatchedBy.NAME, "no_customer_with_name")


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
        raise ambiguous(customers.values(), matched_by=kind.value)
    leading = next((trace for trace in traces if trace.customer is not None), traces[0])
    return replace(found_by_trace(leading, kind), matched_by=MatchedBy.NUMBER)


def phone_query(phone: str) -> str:
    """Search for the number as typed and as Checkout stores it, a national one also inside others."""
    complete = international(phone)
    compact = complete or digits(phone)
    spellings = dict.fromkeys(each for each in (compact, phone) if each)
    clauses = [f"phone:{quoted(each)}" for each in spellings]
    if complete is None:
        clauses.append(f"phone~{quoted(compact.lstrip('0') or compact)}")
    return " OR ".join(clauses)


def _one_with_email(customers: Sequence[Customer], matched_by: MatchedBy) -> Found:
    if len(customers) > 1:
        raise ambiguous(customers, matched_by=Kind.EMAIL.value)
    return Found(customers[0], Kind.EMAIL, matched_by, shared_email=1)


def _one(customers: Sequence[Customer], kind: Kind, matched_by: MatchedBy, none_code: str) -> Found:
    if not customers:
        raise NotFound(none_code)
    if len(customers) > 1:
        raise ambiguous(customers, matched_by=kind.value)
    return Found(customers[0], kind, matched_by)
