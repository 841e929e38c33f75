"""From what was pasted to one customer, in as few calls to Stripe as possible.

Calls: any id 1 (a subscription item 2, an account 0), an address 2 (a list and a search at once)
and one more for each other spelling when nobody was found, a number, phone or name 1. When nobody has an
address or a name, one more looks for who nearly has it.
"""

from collections.abc import AsyncIterator, Awaitable
from typing import Final

from bot.errors import NotFound, Refused, WrongPlace
from bot.portal.candidates import NobodyButNear, SeveralSubscriptions, is_current
from bot.portal.found import Found, living
from bot.portal.identifiers import Pasted
from bot.portal.lookup_by_id import find_by_id
from bot.portal.lookup_by_search import UNSEARCHED, find_by_email, find_by_name, find_by_number, find_by_phone
from bot.portal.models import Customer, Subscription
from bot.portal.near_misses import near_ones, near_query
from bot.portal.object_ids import Kind
from bot.portal.stripe_access import StripeGateway
from bot.portal.stripe_answers import Page
from bot.portal.stripe_calls import PAGE_SIZE

# A picker shows no more, and nobody has more than a thousand subscriptions to choose from.
MOST_CANDIDATES: Final = 25
MOST_PAGES: Final = 10


class Lookup:
    """Finds customers; `account` is the bot's own Stripe account when the settings name it."""

    def __init__(self, gateway: StripeGateway, *, account: str | None = None) -> None:
        self._gateway = gateway
        self._account = account

    async def find(self, pasted: Pasted) -> Found:
        """Find the one customer behind a paste; deleted customers are found too, see `living`.

        Raises:
            WrongPlace: other mode or account, said without a call where the paste shows it.
            NotFound: nobody, or a guest.
            NobodyButNear: nobody has this address or name, but some nearly have it.
            Ambiguous: several, with candidates.
            Unavailable: Stripe does not answer, or a permission is missing.
        """
        self._refuse_wrong_place(pasted)
        match pasted.kind:
            case Kind.EMAIL:
                return await self._or_near(pasted, find_by_email(self._gateway, pasted.value))
            case Kind.PHONE:
                return await find_by_phone(self._gateway, pasted.value)
            case Kind.NAME:
                return await self._or_near(pasted, find_by_name(self._gateway, pasted.value))
            case Kind.INVOICE_NUMBER | Kind.RECEIPT_NUMBER:
                return await find_by_number(self._gateway, pasted.kind, pasted.value)
            case _:
                return await find_by_id(self._gateway, pasted.kind, pasted.value)

    async def _or_near(self, pasted: Pasted, finding: Awaitable[Found]) -> Found:
        """Find somebody by an address or a name, or offer who nearly has it."""
        try:
            return await finding
        except NotFound as nobody:
            known = self._gateway.recent.everybody()
            near = near_ones(pasted.kind, pasted.value, (*known, *await self._searched(pasted, nobody)))
            if not near:
                raise
            raise NobodyButNear(nobody, near) from None

    async def _searched(self, pasted: Pasted, nobody: NotFound) -> tuple[Customer, ...]:
        """Search for who may nearly have it: one call, none where the account has no search."""
        query = None if nobody.code == UNSEARCHED else near_query(pasted.kind, pasted.value)
        try:
            return await self._gateway.search_customers(query, most=PAGE_SIZE) if query else ()
        except Refused:
            return ()  # what was asked is answered already: nobody has it

    async def completed(self, found: Found) -> Found:
        """Read the customer in full when the find held only its id: one call, or none."""
        if found.complete or found.customer_account is not None:
            return found
        return found.with_customer(await self._gateway.customer(found.customer.id))

    async def sharing_address(self, customer: Customer) -> tuple[Customer, ...]:
        """Read all customers with this one's address, itself included: one call, none without an address.

        With `opened_by_login_page` it tells whether the login link opens this customer or another.
        """
        return await self._gateway.customers_by_email(customer.email) if customer.email else ()

    async def subscriptions_of(self, customer: Customer) -> Page:
        """Read the newest 100 subscriptions, ended ones too: one call."""
        return await self._gateway.subscriptions(customer.id)

    async def every_subscription_of(
        self, customer: Customer, *, most_pages: int | None = None
    ) -> AsyncIterator[Subscription]:
        """Read all subscriptions, newest first, a page of 100 at a time and no more in memory.

        Ends when a page does not lead on, whatever its `has_more` says.
        """
        after: str | None = None
        pages = 0
        while most_pages is None or pages < most_pages:
            page = await self._gateway.subscriptions(customer.id, after=after)
            for subscription in page.subscriptions:
                yield subscription
            if not page.has_more or not page.subscriptions or page.subscriptions[-1].id == after:
                return
            after = page.subscriptions[-1].id
            pages += 1

    async def subscription_for_flow(self, found: Found) -> Subscription:
        """Choose the subscription a flow is about: the pasted one, else the only current one.

        No call when the find holds it; one when the answer held no subscriptions, only some of them, or none.
        Raises `SeveralSubscriptions`, and `NotFound` that tells of ended ones.
        """
        living(found)
        if found.subscription is not None:
            return found.subscription
        if found.subscription_id is not None:
            subscription, _ = await self._gateway.subscription(found.subscription_id)
            return subscription
        if found.customer_account is not None:
            raise NotFound("account_needs_subscription", account=found.customer_account)
        return await self._only_subscription(found.customer)

    async def _only_subscription(self, customer: Customer) -> Subscription:
        current = [each for each in customer.subscriptions or () if is_current(each)]
        ended: list[Subscription] = []
        more = customer.subscriptions_have_more
        if not current:
            # An expanded list that is empty is the truth about current ones; a page tells what has ended.
            pages = 1 if customer.subscriptions is not None else MOST_PAGES
            async for each in self.every_subscription_of(customer, most_pages=pages):
                (current if is_current(each) else ended).append(each)
                if len(current) == MOST_CANDIDATES:
                    more = True
                    break
        if len(current) > 1:
            raise SeveralSubscriptions(current, customer=customer.id, more=more)
        if not current:
            raise _no_subscription(customer, ended)
        return current[0]

    def _refuse_wrong_place(self, pasted: Pasted) -> None:
        if pasted.account is not None and self._account is not None and pasted.account != self._account:
            raise WrongPlace("other_account", account=pasted.account)
        if pasted.livemode is not None and pasted.livemode != self._gateway.livemode:
            raise WrongPlace("pasted_from_live_mode" if pasted.livemode else "pasted_from_test_mode")


def _no_subscription(customer: Customer, ended: list[Subscription]) -> NotFound:
    if not ended:
        return NotFound("no_subscription", customer=customer.id)
    newest = max(ended, key=lambda subscription: subscription.ended_at or subscription.created or 0)
    return NotFound(
        "only_ended_subscriptions",
        customer=customer.id,
        count=len(ended),
        subscription=newest.id,
        ended_at=newest.ended_at,
    )
