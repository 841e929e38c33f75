"""Whom a link may be made for without asking Stripe again: those of our own who were shown a moment ago."""

from bot.portal.identifiers import read_pasted
from bot.portal.models import Customer
from bot.portal.recent_customers import KEPT_SECONDS, RecentCustomers
from bot.portal.stripe_access import StripeGateway
from tests.portal import stripe_objects as made
from tests.portal.stripe_server import StripeServer

JENNY = Customer("cus_1", subscriptions=())


def test_a_customer_is_known_for_a_minute() -> None:
    now = [0.0]
    recent = RecentCustomers(clock=lambda: now[0])
    recent.keep(JENNY)
    now[0] = KEPT_SECONDS - 1
    assert recent.find(read_pasted("cus_1"))
    now[0] = KEPT_SECONDS + 1
    assert recent.find(read_pasted("cus_1")) is None


def test_who_was_deleted_is_forgotten() -> None:
    recent = RecentCustomers()
    recent.keep(JENNY)
    recent.keep(Customer("cus_1", deleted=True))
    assert recent.find(read_pasted("cus_1")) is None


def test_an_address_of_the_dashboard_says_a_mode_and_is_looked_up() -> None:
    recent = RecentCustomers()
    recent.keep(JENNY)
    assert recent.find(read_pasted("https://dashboard.stripe.com/customers/cus_1")) is None


async def test_a_customer_of_a_connected_account_is_not_taken_for_one_of_ours(
    stripe_server: StripeServer, gateway: StripeGateway
) -> None:
    for _ in range(2):
        stripe_server.answer("/v1/customers/cus_1", made.customer())
    await gateway.customer("cus_1", stripe_account="acct_1")
    assert gateway.recent.find(read_pasted("cus_1")) is None
    await gateway.customer("cus_1")
    assert gateway.recent.find(read_pasted("cus_1"))
