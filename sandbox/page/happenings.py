"""What the page can make happen, as a person there reads it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Offer:
    """One button: the happening's name in Stripe's terms, what is said of it, and how often it happens."""

    kind: str
    title: str
    meaning: str
    times: int = 1


TO_A_CUSTOMER: Final = (
    Offer("invoice.payment_failed", "Payment fails", "The card is declined at the next invoice."),
    Offer("invoice.paid", "Payment goes through", "Pays what is open, or the next invoice."),
    Offer(
        "invoice.payment_action_required",
        "Bank asks to confirm",
        "The invoice waits for the bank's own page.",
    ),
    Offer("invoice.finalization_failed", "Invoice cannot be sent", "Stripe Tax does not know the address."),
    Offer("charge.dispute.created", "Dispute", "The bank is told that the charge is not known."),
    Offer("radar.early_fraud_warning.created", "Fraud warning", "The card network suspects fraud."),
    Offer("customer.subscription.trial_will_end", "Trial ends in 3 days", "Stripe says so three days ahead."),
    Offer("customer.subscription.deleted", "Ends unpaid", "Stripe gives up, the subscription is canceled."),
)
TO_THE_BUSINESS: Final = (
    Offer("payout.failed", "Payout fails", "The bank account was closed."),
    Offer("invoice.payment_failed", "50 payments fail", "Fifty customers within a second.", times=50),
    Offer("billing_portal.configuration.updated", "Portal settings change", "Somebody saves them."),
)
IN_THE_DASHBOARD: Final = (
    Offer("account", "Complete the account", "Details, support address, branding, statement descriptor."),
    Offer("product", "Add a product", "Pro, monthly and yearly, with description and picture."),
    Offer("portal", "Save the portal settings", "As they are before anybody touches them."),
    Offer("customer", "Add a customer", "Frida, with a card, on Pro by the month."),
    Offer("endpoint", "Register the webhook", "An endpoint that reaches the bot, with all events."),
)
"""What only the Dashboard can do; shown for an account that is yet to be set up."""
