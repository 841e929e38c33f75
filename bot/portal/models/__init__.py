"""Stripe's objects as frozen dataclasses, read leniently: no JSON makes `.of` raise.

An absent optional field is None. `MISSING` marks a field that Stripe always sends, that decides a
rule, and that was not in the answer, so that a rule can say "may" instead of guessing.
"""

from bot.portal.models.configuration import (
    Configuration,
    CustomerUpdate,
    ListedProduct,
    LoginPage,
    SubscriptionCancel,
    SubscriptionPause,
    SubscriptionUpdate,
)
from bot.portal.models.customer import Customer
from bot.portal.models.discount import Coupon, PromotionCode
from bot.portal.models.invoice import Invoice
from bot.portal.models.payment_method import PaymentMethod
from bot.portal.models.price import Price, Product
from bot.portal.models.reading import MISSING, Missing, Reference
from bot.portal.models.schedule import LIVE_SCHEDULE, Phase, PlannedPause, Schedule
from bot.portal.models.subscription import Item, Subscription
