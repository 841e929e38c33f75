"""The customer's card: who it is, what is subscribed, and what the portal lets the customer do now."""

import asyncio
from dataclasses import replace

from bot.durations import DAY, Clock
from bot.errors import PortalBlocks, Refused, Unavailable
from bot.logs import get_log
from bot.mail.mail import Mail
from bot.mail.rows import Mails
from bot.outcomes.links import KnownLink
from bot.outcomes.rows import OutcomeRows
from bot.portal.candidates import is_current
from bot.portal.configurations import Configurations
from bot.portal.found import Found
from bot.portal.invoices import latest_invoices, open_among, open_invoices_of, others_newest_first
from bot.portal.lookup import Lookup
from bot.portal.models import Configuration, Invoice, Subscription
from bot.portal.rules import Question, SharedEmail, explain
from bot.use_cases.account import StripeAccount
from bot.use_cases.context import CommandContext
from bot.use_cases.results import CustomerCard, SubscriptionCard

MOST_SUBSCRIPTIONS = 5
MOST_LINKS = 3
"""How many links of the last day the card tells of."""

_log = get_log(__name__)


class CardReader:
    """Answers with a customer's card."""

    def __init__(self, account: StripeAccount, mails: Mails, outcomes: OutcomeRows, clock: Clock) -> None:
        self._account = account
        self._mails = mails
        self._outcomes = outcomes
        self._clock = clock

    async def answer(self, context: CommandContext) -> CustomerCard:
        """Find the customer and build the card. Raises Refused."""
        found = await self._account.find(context)
        now, customer = self._clock(), found.customer.id
        card, mails, links = await asyncio.gather(
            customer_card(found, self._account, now=now),
            self._mails_to(customer),
            self._links_of(customer, now),
        )
        return replace(card, mails=mails, links=links)

    async def _links_of(self, customer: str, now: int) -> tuple[KnownLink, ...]:
        try:
            return await self._outcomes.of_customer(customer, now - DAY, MOST_LINKS)
        except Unavailable:  # the card is about more than links
            return ()

    async def _mails_to(self, customer: str) -> tuple[Mail, ...]:
        try:
            return await self._mails.of_customer(customer)
        except Unavailable:  # the card is about more than mails
            return ()


async def customer_card(found: Found, account: StripeAccount, *, now: int) -> CustomerCard:
    """Build the card. What has to be read beyond the find is read at the same time.

    That is the configuration unless it is remembered, ended subscriptions when there is no current one, and
    open invoices when the customer is in arrears with none of those that came with the find. The badges are
    what `why` says, as far as it can be known without asking for prices.
    """
    configuration, (current, ended, more), invoices = await asyncio.gather(
        _default(account.configurations), _subscriptions(found, account.lookup), _arrears(found, account)
    )
    question = Question(
        customer=found.customer,
        now=now,
        configuration=configuration,
        default_configuration_missing=configuration is None,
        key_livemode=account.gateway.livemode,
        prices=account.prices.known(configuration),
        shared_email=SharedEmail(found.shared_email)
        if found.shared_email and found.shared_email > 1
        else None,
    )
    cards = [
        SubscriptionCard(each, explain(replace(question, subscription=each)))
        for each in current[:MOST_SUBSCRIPTIONS]
    ]
    known = (*latest_invoices((*current, *ended)), *invoices)
    open_ones = open_among(*known)
    return CustomerCard(
        found=found,
        configuration=configuration,
        subscriptions=tuple(cards),
        ended=tuple(ended),
        hidden=max(0, len(current) - MOST_SUBSCRIPTIONS),
        more=more,
        around=explain(question),
        open_invoices=open_ones,
        invoices=(*open_ones, *others_newest_first(known, open_ones)),
        now=now,
    )


async def _subscriptions(found: Found, lookup: Lookup) -> tuple[list[Subscription], list[Subscription], bool]:
    if found.subscription is not None:
        # The paste named one: show it first, with what else the customer is known to have.
        others = [each for each in found.customer.subscriptions or () if each.id != found.subscription.id]
        return [found.subscription, *filter(is_current, others)], [], found.customer.subscriptions_have_more
    known = [each for each in found.customer.subscriptions or () if is_current(each)]
    if known or found.customer.deleted:
        return known, [], found.customer.subscriptions_have_more
    page = await lookup.subscriptions_of(found.customer)
    current = [each for each in page.subscriptions if is_current(each)]
    return current, [each for each in page.subscriptions if not is_current(each)], page.has_more


async def _arrears(found: Found, account: StripeAccount) -> tuple[Invoice, ...]:
    """The open invoices that came with the find; a call when somebody in arrears has none of them."""
    known = open_invoices_of(found)
    if known or found.customer.delinquent is not True or found.customer.deleted:
        return known
    try:
        return await account.gateway.open_invoices(found.customer.id)
    except Refused as refused:  # the card is about more than invoices
        _log.warning("open_invoices_not_read", code=refused.code)
        return ()


async def _default(configurations: Configurations) -> Configuration | None:
    try:
        return await configurations.get()
    except PortalBlocks:  # never set up in this mode: the rules say so, with the way out
        return None
