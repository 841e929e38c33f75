"""Customers that fit what somebody is typing, for a field that searches as they type.

Stripe is asked as little as a typist allows: one search at a time for each person, and only for the newest
text; a longer text is looked up among what a shorter one found, when that was all there is.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cachetools import TTLCache

from bot.errors import Refused
from bot.logs import get_log
from bot.portal.candidates import Ambiguous, Candidate
from bot.portal.identifiers import read_pasted
from bot.portal.lookup import Lookup
from bot.portal.lookup_by_search import name_or_email_query
from bot.portal.models import Customer
from bot.portal.object_ids import Kind
from bot.portal.pasted_text import cleaned
from bot.portal.stripe_access import StripeGateway
from bot.portal.stripe_calls import SEARCH_SIZE
from bot.use_cases.person import Person

SHORTEST: Final = 3
"""Characters; Stripe's search for a part of a text takes no fewer."""
MOST_AT_ONCE: Final = 4
"""Searches under way in this process, so that typists leave Stripe to those who wait for an answer."""
PATIENCE_SECONDS: Final = 2.2
"""Slack waits three seconds for the options of a menu."""
KEPT_SECONDS: Final = 60
MOST_KEPT: Final = 500

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A customer to choose. `value` is the id to go on with: of the subscription, if that was typed."""

    value: str
    name: str | None
    email: str | None
    created: int | None

    def says(self, typed: str) -> bool:
        """Return whether name or address contain a text, in small letters or not."""
        return any(typed.casefold() in (each or "").casefold() for each in (self.name, self.email))


class CustomerSuggestions:
    """Finds customers for people who type."""

    def __init__(self, gateway: StripeGateway, lookup: Lookup) -> None:
        self._gateway = gateway
        self._lookup = lookup
        self._found: TTLCache[str, tuple[Suggestion, ...]] = TTLCache(MOST_KEPT, KEPT_SECONDS)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._newest: dict[str, str] = {}
        self._places = asyncio.Semaphore(MOST_AT_ONCE)

    async def matching(self, typed: str, person: Person) -> tuple[Suggestion, ...]:
        """Return customers that fit; none for a short text, or one that was typed over.

        None either when Stripe or Slack, which is asked who may see them, is late. Raises NotAllowed.
        """
        text = cleaned(typed)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await person.authorise("card")
                if len(text) < SHORTEST:
                    return ()
                self._newest[person.id] = text
                async with self._turns[person.id]:
                    return await self._of_newest(text, person.id)
        except TimeoutError:
            _log.warning("suggestions_late")
            return ()

    async def _of_newest(self, text: str, person: str) -> tuple[Suggestion, ...]:
        known = self._known(text)
        if known is not None:
            return known
        if self._newest.get(person) != text:
            return ()
        async with self._places:
            try:
                found = await self._search(text)
            except Refused as refused:
                _log.info("nothing_suggested", code=refused.code)
                return ()
        self._found[text] = found
        return found

    def _known(self, text: str) -> tuple[Suggestion, ...] | None:
        """Return what is known already: of this text, or among all that a beginning of it found."""
        if text in self._found:
            return self._found[text]
        for length in range(len(text) - 1, SHORTEST - 1, -1):
            shorter = self._found.get(text[:length])
            if shorter is not None and _is_all(text[:length], shorter):
                fitting = tuple(each for each in shorter if each.says(text))
                # None of them may mean that the text is read another way now, as an id or a number.
                return fitting or None
        return None

    async def _search(self, text: str) -> tuple[Suggestion, ...]:
        pasted = read_pasted(text)
        if pasted.kind in {Kind.NAME, Kind.EMAIL}:
            customers = await self._gateway.search_customers(name_or_email_query(pasted.value))
            found_so = tuple(_suggestion(each) for each in customers if not each.deleted)
            if found_so or pasted.kind is Kind.NAME:
                return found_so
        # The search lags behind by a minute; a whole address, an id or a number is found at once.
        try:
            found = await self._lookup.completed(await self._lookup.find(pasted))
        except Ambiguous as several:
            return _of_candidates(several.candidates)
        named = pasted.kind in {Kind.SUBSCRIPTION, Kind.ITEM} and found.subscription
        chosen = named.id if named else None
        return () if found.customer.deleted else (_suggestion(found.customer, chosen),)


def _is_all(text: str, found: Sequence[Suggestion]) -> bool:
    return 0 < len(found) < SEARCH_SIZE and read_pasted(text).kind is Kind.NAME


def _suggestion(customer: Customer, value: str | None = None) -> Suggestion:
    return Suggestion(value or customer.id, customer.name, customer.email, customer.created)


def _of_candidates(candidates: Sequence[Candidate]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(each.customer, each.name, each.email, each.created) for each in candidates)
