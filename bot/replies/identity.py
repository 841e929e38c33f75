"""What proves to an agent that this is the right customer."""

from bot.portal.found import Found


def identity(found: Found, now: int | None = None) -> dict[str, object]:
    """What proves to an agent that this is the right customer: way to pay, last invoice, country.

    With `now` (Unix seconds) it says of a card whether it has expired.
    """
    customer = found.customer
    subscriptions = [found.subscription] if found.subscription else list(customer.subscriptions or ())
    invoices = [each.latest_invoice.object for each in subscriptions if each.latest_invoice]
    own = [each.default_payment_method.object for each in subscriptions if each.default_payment_method]
    card = next((each for each in own if each), customer.card)
    return {
        "customer": customer,
        "card": card,
        "expired": card is not None and now is not None and card.has_expired(now),
        "invoice": next((each for each in invoices if each), None),
    }
