"""Whose address it is: customers whose stored addresses differ only in spelling are all of them meant.

Addresses are the same when they differ in case, in spaces around them, in full-width letters, or in writing
the domain in Unicode or in punycode (IDNA 2008: `straße.de` is not `strasse.de`).

Stripe's list is exact and up to date. Its search ignores case, lags, and is not there for every account. Both
are asked beside each other, so that an agent waits for the slower of two and not for their sum.
"""

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from email_validator import EmailNotValidError, validate_email

from bot.errors import Refused, Unavailable
from bot.portal.models import Customer
from bot.portal.pasted_text import FULL_WIDTH
from bot.portal.search_language import quoted
from bot.portal.stripe_access import StripeGateway
from bot.portal.stripe_calls import PAGE_SIZE

SEARCH_GRACE_SECONDS: Final = 0.5
"""So long the search may take longer than the list when the list has found somebody."""
NO_SEARCH: Final = "search_not_available"
MOST_CLAUSES: Final = 10
"""Of a search query, by Stripe's documentation."""
SHORTEST_PIECE: Final = 4
"""Characters of a name whose first one may be left out: fewer would find half of a domain."""


@dataclass(frozen=True, slots=True)
class People:
    """Customers with an address: stored exactly so, and stored in another spelling.

    `unsearched` is why the other spellings are not known, None when they are.
    """

    exact: tuple[Customer, ...]
    similar: tuple[Customer, ...]
    unsearched: Refused | None = None

    @property
    def everybody(self) -> tuple[Customer, ...]:
        """All of them, those with exactly this address first."""
        return (*self.exact, *self.similar)


async def people_with(gateway: StripeGateway, email: str, *, grace: float | None = None) -> People:
    """Find every customer with an address: a list and a search, beside each other.

    Other spellings are listed when nobody was found, or when there is no search. When the list has found
    somebody, the search may take `grace` seconds longer than it (None: as long as it takes) and may fail.
    Raises `Refused` when the list does, or when nobody was found and the search failed.
    """
    search = asyncio.ensure_future(_search(gateway, email))
    try:
        listed = await gateway.customers_by_email(email)
        found, refused = await _in_time(search, grace if listed else None)
    finally:
        search.cancel()
        await asyncio.gather(search, return_exceptions=True)
    lacks_search = refused is not None and refused.code == NO_SEARCH
    if lacks_search or not (listed or found or refused):
        found = (*found, *await _listed_otherwise(gateway, email))
    if refused is not None and not lacks_search and not listed:
        raise refused
    known = {customer.id for customer in listed}
    similar = {customer.id: customer for customer in found if customer.id not in known}
    return People(listed, tuple(similar.values()), refused)


def same_address(one: str | None, other: str | None) -> bool:
    """Whether two addresses differ only in spelling."""
    return one is not None and other is not None and _key(one) == _key(other)


async def _in_time(
    search: "asyncio.Future[tuple[Customer, ...]]", grace: float | None
) -> tuple[tuple[Customer, ...], Refused | None]:
    try:
        async with asyncio.timeout(grace):
            return await search, None
    except TimeoutError:
        return (), Unavailable("stripe_timed_out", retry=True)
    except Refused as refused:
        return (), refused


async def _search(gateway: StripeGateway, email: str) -> tuple[Customer, ...]:
    found = await gateway.search_customers(_query(email), most=PAGE_SIZE)
    return tuple(customer for customer in found if same_address(customer.email, email))


async def _listed_otherwise(gateway: StripeGateway, email: str) -> tuple[Customer, ...]:
    found = await asyncio.gather(*(gateway.customers_by_email(each) for each in _spellings(email)[1:]))
    return tuple(customer for customers in found for customer in customers)


def _spellings(email: str) -> Sequence[str]:
    """The address, and how an exact list may hold it as well: in small letters, with the other domain."""
    local, _, domain = email.rpartition("@")
    written, encoded = _domains(domain)
    names = (local, local.lower())
    return tuple(dict.fromkeys((email, *(f"{name}@{each}" for each in (encoded, written) for name in names))))


def _query(email: str) -> str:
    """Search for the spellings people type; Stripe compares without regard to case, and takes ten clauses.

    Of full-width letters these: the name, the domain with or without its dots, the @ sign, all of it, and the
    first letter of the name, which a substring leaves out.
    """
    local, _, domain = email.rpartition("@")
    written, encoded = _domains(domain)
    wide, wide_domain = local.translate(FULL_WIDTH), written.translate(FULL_WIDTH)
    letters = wide_domain.replace("．", ".")
    spellings = [email, f"{local}@{written}", f"{local}@{encoded}", f"{wide}@{written}"]
    spellings += [
        f"{wide}＠{wide_domain}",
        f"{local}＠{written}",
        f"{local}@{letters}",
        f"{local}＠{letters}",
    ]
    if len(local) >= SHORTEST_PIECE:
        spellings.append(f"{local[1:]}@{written}")
    spellings += [f"{local}@{wide_domain}", f"{local}＠{wide_domain}"]
    distinct = {spelling.lower(): spelling for spelling in reversed(spellings)}
    return " OR ".join(f"email~{quoted(each)}" for each in list(reversed(distinct.values()))[:MOST_CLAUSES])


def _key(email: str) -> tuple[str, str]:
    local, _, domain = unicodedata.normalize("NFKC", email.strip()).rpartition("@")
    return local.lower(), _domains(domain)[1]


@lru_cache(maxsize=1_000)
def _domains(domain: str) -> tuple[str, str]:
    """A domain in Unicode and in ASCII, both in small letters; as it stands when it is none."""
    try:
        read = validate_email(f"x@{domain}", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return domain.lower(), domain.lower()
    return read.domain, read.ascii_domain
