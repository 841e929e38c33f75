"""What a lookup found, as plain data."""

from dataclasses import dataclass, replace

from bot.errors import NotFound
from bot.portal.models import Customer, Invoice, Subscription
from bot.portal.object_ids import Kind


@dataclass(frozen=True, slots=True)
class Found:
    """One customer, and the subscription when the paste named one.

    `complete` is False when only the customer's id is sure (an event, an account); `Lookup.completed` reads
    the rest. `shared_email` counts the customers with the address, this one included, when it was looked up
    by address. `invoice` is the one that was pasted. `customer_account` is set for an Account that stands
    for the customer: then `customer` holds nothing but that id.
    """

    customer: Customer
    kind: Kind
    subscription: Subscription | None = None
    subscription_id: str | None = None
    shared_email: int | None = None
    customer_account: str | None = None
    invoice: Invoice | None = None
    complete: bool = True

    def with_customer(self, customer: Customer) -> "Found":
        """The same find with the customer read in full."""
        return replace(self, customer=customer, complete=True)


def living(found: Found) -> Found:
    """Return the find, or raise `NotFound` when the customer was deleted and nothing can be made for it."""
    if found.customer.deleted:
        raise NotFound("customer_deleted", customer=found.customer.id)
    return found
