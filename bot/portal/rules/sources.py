"""Where the rules come from: a page, else a module of Stripe's SDK, else our own inference."""

from typing import Final

OVERVIEW: Final = "https://docs.stripe.com/customer-management"
CONFIGURE: Final = "https://docs.stripe.com/customer-management/configure-portal"
INTEGRATE: Final = "https://docs.stripe.com/customer-management/integrate-customer-portal"
NO_CODE: Final = "https://docs.stripe.com/customer-management/activate-no-code-customer-portal"
GUIDE: Final = "https://docs.stripe.com/no-code/customer-portal"
BRANDING: Final = "https://docs.stripe.com/get-started/account/branding"
WEBHOOKS: Final = "https://docs.stripe.com/webhooks"
BILLING_MODE: Final = "https://docs.stripe.com/billing/subscriptions/billing-mode/compare"
PAUSE: Final = "https://docs.stripe.com/billing/subscriptions/pause"
PAUSING: Final = "https://docs.stripe.com/billing/subscriptions/pausing"
PENDING_UPDATES: Final = "https://docs.stripe.com/billing/subscriptions/pending-updates"
PENDING_CANCELLATION: Final = (
    "https://docs.stripe.com/changelog/endive/2026-09-30/scheduled-subscription-cancellation"
)
FAQ: Final = "https://support.stripe.com/questions/billing-customer-portal"
COUPONS: Final = "https://docs.stripe.com/billing/subscriptions/coupons"
CURRENCY: Final = "https://support.stripe.com/questions/updating-subscription-currency"
TRIAL_OFFERS: Final = "https://docs.stripe.com/payments/checkout/trial-offers"
TRIAL_BEHAVIOR: Final = "https://docs.stripe.com/changelog/clover/2025-09-30/customer-portal-trial-behavior"
CYCLE_ANCHOR: Final = (
    "https://docs.stripe.com/changelog/clover/2025-12-15/customer-portal-billing-cycle-anchor"
)
SDK_CONFIGURATION: Final = "stripe-python:stripe/billing_portal/_configuration.py"
SDK_PRODUCT: Final = "stripe-python:stripe/_product.py"
SDK_SESSION: Final = "stripe-python:stripe/params/billing_portal/_session_create_params.py"
SDK_SUBSCRIPTION: Final = "stripe-python:stripe/_subscription.py"
SDK_ITEM: Final = "stripe-python:stripe/_subscription_item.py"
SDK_COUPON: Final = "stripe-python:stripe/_coupon.py"
SDK_PROMOTION_CODE: Final = "stripe-python:stripe/_promotion_code.py"
SDK_CUSTOMER: Final = "stripe-python:stripe/_customer.py"
FIELD_NO_DEFAULT: Final = "https://github.com/enupal/stripe/issues/232"
FIELD_CURRENT_PRICE: Final = "https://github.com/lukevella/rallly/pull/3306"
FIELD_PAYMENT_METHOD_OFF: Final = "https://github.com/nextjs/saas-starter/issues/68"
FIELD_CANCELED: Final = "https://github.com/fjordllc/bootcamp/issues/7669"
INFERRED: Final = "inferred"
