"""What proves to an agent that this is the right customer."""

from bot.portal.found import Found


def identity(found: Found) -> dict[str, object]:
    """What proves to an agent that this is the right customer: way to pay, last invoice, country."""
    customer = found.customer
    subscriptions = [found.subscription] if found.subscription else list(customer.subscriptions or ())
    invoices = [each.latest_invoice.object for each in subscriptions if each.latest_invoice]
    own = [each.default_payment_method.object for each in subscriptions if each.default_payment_method]
    return {
        "customer": customer,
        "card": next((each for each in own if each), customer.card),
        "invoice": next((each for each in invoices if each), None),
    }
