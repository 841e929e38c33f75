"""The table of endpoints: which objects can be retrieved, listed and searched, by which parameters and
permission.

Most permissions' names were seen in Stripe's refusals; those of tax settings, feedback options and payment
method configurations are made in the same manner.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """One collection.

    The parameter names are those of `stripe.params`; None where Stripe has no such endpoint.
    """

    path: str
    kind: str
    permission: str
    retrieve: str | None
    list: str | None = None
    search: str | None = None


def _resource(path: str, kind: str, permission: str, name: str, *, search: bool = False) -> Resource:
    return Resource(
        path,
        kind,
        permission,
        f"{name}RetrieveParams",
        f"{name}ListParams",
        f"{name}SearchParams" if search else None,
    )


RESOURCES = (
    _resource("customers", "customer", "rak_customer_read", "Customer", search=True),
    _resource("subscriptions", "subscription", "rak_subscription_read", "Subscription", search=True),
    _resource("subscription_items", "subscription_item", "rak_subscription_read", "SubscriptionItem"),
    _resource(
        "subscription_schedules", "subscription_schedule", "rak_subscription_read", "SubscriptionSchedule"
    ),
    _resource("invoices", "invoice", "rak_invoice_read", "Invoice", search=True),
    _resource("invoiceitems", "invoiceitem", "rak_invoice_read", "InvoiceItem"),
    _resource("payment_intents", "payment_intent", "rak_payment_intent_read", "PaymentIntent", search=True),
    _resource("charges", "charge", "rak_charge_read", "Charge", search=True),
    _resource("refunds", "refund", "rak_charge_read", "Refund"),
    _resource("disputes", "dispute", "rak_dispute_read", "Dispute"),
    _resource("checkout/sessions", "checkout.session", "rak_bucket_checkout_read", "checkout.Session"),
    _resource("payment_methods", "payment_method", "rak_payment_method_read", "PaymentMethod"),
    _resource("setup_intents", "setup_intent", "rak_setup_intent_read", "SetupIntent"),
    _resource("credit_notes", "credit_note", "rak_credit_note_read", "CreditNote"),
    _resource("quotes", "quote", "rak_quote_read", "Quote"),
    _resource("events", "event", "rak_event_read", "Event"),
    _resource("prices", "price", "rak_plan_read", "Price", search=True),
    _resource("products", "product", "rak_product_read", "Product", search=True),
    _resource("coupons", "coupon", "rak_coupon_read", "Coupon"),
    _resource("promotion_codes", "promotion_code", "rak_promotion_code_read", "PromotionCode"),
    _resource(
        "billing_portal/configurations",
        "billing_portal.configuration",
        "rak_customer_portal_read",
        "billing_portal.Configuration",
    ),
    _resource("webhook_endpoints", "webhook_endpoint", "rak_webhook_read", "WebhookEndpoint"),
    _resource(
        "billing/feedback_options",
        "billing.feedback_option",
        "rak_customer_portal_read",
        "billing.FeedbackOption",
    ),
    _resource(
        "payment_method_configurations",
        "payment_method_configuration",
        "rak_payment_method_configuration_read",
        "PaymentMethodConfiguration",
    ),
    Resource("accounts", "account", "rak_accounts_kyc_basic_read", "AccountRetrieveParams"),
)

BY_PATH = {resource.path: resource for resource in RESOURCES}

SINGLE = {
    "account": Resource("account", "account", "rak_accounts_kyc_basic_read", "AccountRetrieveParams"),
    "tax/settings": Resource(
        "tax/settings", "tax.settings", "rak_tax_settings_read", "tax.SettingsRetrieveParams"
    ),
}
"""What an account has exactly one of."""
