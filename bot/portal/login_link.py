"""The login link: the hosted login page of a configuration with the customer's address filled in.

It holds no secret, does not expire and gives nothing without the mailbox, so it may be mailed. The address
ends up in browser history and referrer logs. `prefilled_email` is its only parameter; the language follows
the browser. Source: docs.stripe.com/customer-management/activate-no-code-customer-portal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from bot.errors import NotFound, PortalBlocks
from bot.portal.candidates import opened_by_login_page
from bot.portal.models import Configuration, Customer

PREFILLED = "prefilled_email"


@dataclass(frozen=True, slots=True)
class LoginLink:
    """The link for one customer.

    `sure` is False when several customers share the address and none of them has an active subscription:
    Stripe does not say which one then opens.
    """

    url: str
    email: str
    configuration: str
    sure: bool = True


def login_link(configuration: Configuration, customer: Customer, sharing: Iterable[Customer]) -> LoginLink:
    """Make the link; no call. `sharing` are all customers with the address, see `Lookup.sharing_address`.

    Raises:
        NotFound: "customer_deleted".
        PortalBlocks: "mail_without_address", "login_page_off", or "login_page_opens_other" (facts `customer`,
            `other`) when the page would open another customer of the same address.
    """
    if customer.deleted:
        raise NotFound("customer_deleted", customer=customer.id)
    if not customer.email:
        raise PortalBlocks("mail_without_address", customer=customer.id)
    page = configuration.login_page
    if page.enabled is False or not page.url:
        raise PortalBlocks("login_page_off", configuration=configuration.id)
    everybody = {each.id: each for each in sharing} | {customer.id: customer}
    opened = opened_by_login_page(everybody.values(), customer.email)
    if opened not in {None, customer.id}:
        raise PortalBlocks("login_page_opens_other", customer=customer.id, other=opened)
    return LoginLink(
        url=with_prefilled_email(page.url, customer.email),
        email=customer.email,
        configuration=configuration.id,
        sure=opened is not None or len(everybody) == 1,
    )


def with_prefilled_email(url: str, email: str) -> str:
    """The page's address with the email in its query; what stands there already stays.

    A raw `+` would arrive as a space, so everything but letters, digits and `_.-~` is percent-encoded.
    """
    parts = urlsplit(url)
    kept = [each for each in parts.query.split("&") if each and each.partition("=")[0] != PREFILLED]
    query = "&".join([*kept, f"{PREFILLED}={quote(email, safe='')}"])
    return urlunsplit(parts._replace(query=query))
