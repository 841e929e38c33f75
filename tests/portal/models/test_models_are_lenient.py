"""Whatever JSON arrives, a model is built from it: strangers and old API versions never raise."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.portal.models import (
    MISSING,
    Configuration,
    Coupon,
    Customer,
    Item,
    PaymentMethod,
    Price,
    Product,
    PromotionCode,
    Schedule,
    Subscription,
)

FIELDS = [
    "id",
    "object",
    "type",
    "items",
    "data",
    "price",
    "plan",
    "product",
    "recurring",
    "usage_type",
    "schedule",
    "phases",
    "start_date",
    "customer",
    "default_payment_method",
    "default_source",
    "discounts",
    "discount",
    "status",
    "subscriptions",
    "invoice_settings",
    "features",
    "subscription_update",
    "products",
    "prices",
    "adjustable_quantity",
    "login_page",
    "customer_update",
    "allowed_updates",
    "card",
    "pause_schedules",
    "pause",
    "duration",
    "interval_options",
    "interval",
    "interval_count",
    "billing_mode",
    "latest_invoice",
    "status_details",
    "paused",
    "subscription",
    "currency_options",
    "schedule_at_period_end",
    "conditions",
    "application",
]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(FIELDS)
)
junk = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), inner, max_size=8)
    ),
    max_leaves=30,
)

READERS: list[Callable[[Any], object]] = [
    Customer.of,
    Subscription.of,
    Item.of,
    Price.of,
    Product.of,
    Coupon.of,
    PromotionCode.of,
    PaymentMethod.of,
    Schedule.of,
    Configuration.of,
]


@pytest.mark.parametrize("read", READERS)
@given(value=junk)
def test_junk_never_raises(read: Callable[[Any], object], value: object) -> None:
    read(value)


def test_an_expanded_reference_keeps_its_object_and_an_id_stays_an_id() -> None:
    expanded = Subscription.of(
        {"id": "sub_1", "customer": {"id": "cus_1"}, "schedule": {"id": "sub_sched_1"}}
    )
    plain = Subscription.of({"id": "sub_1", "customer": "cus_1", "schedule": "sub_sched_1"})
    assert expanded.customer == plain.customer == "cus_1"
    assert expanded.schedule is not None
    assert expanded.schedule.object is not None
    assert plain.schedule is not None
    assert plain.schedule.object is None


def test_the_period_is_read_off_the_items_or_off_an_older_subscription() -> None:
    items = [{"id": "si_1", "current_period_end": 100}, {"id": "si_2", "current_period_end": 200}]
    assert Subscription.of({"items": {"data": items}, "current_period_end": 5}).current_period_end == 200
    assert (
        Subscription.of({"items": {"data": [{"id": "si_1"}]}, "current_period_end": 5}).current_period_end
        == 5
    )


def test_a_plan_reads_as_the_price_it_is() -> None:
    plan = {"id": "plan_1", "object": "plan", "amount": 900, "interval": "month", "usage_type": "licensed"}
    price = Item.of({"id": "si_1", "plan": plan}).price
    assert price is not None
    assert (price.id, price.unit_amount, price.interval, price.type) == ("plan_1", 900, "month", "recurring")
    assert price.from_plan


def test_a_single_discount_of_an_older_version_counts_as_one_of_several() -> None:
    assert Subscription.of({"discount": {"id": "di_1"}}).discounts == ("di_1",)
    assert Subscription.of({"discounts": ["di_1", {"id": "di_2"}]}).discounts == ("di_1", "di_2")


def test_fields_stripe_always_sends_are_missing_not_null() -> None:
    subscription = Subscription.of({})
    assert subscription.status is MISSING
    assert subscription.items is MISSING
    assert subscription.collection_method is MISSING
    assert subscription.schedule is None
    assert Subscription.of({"items": {"data": []}}).items == ()


def test_unexpanded_products_are_not_an_empty_list() -> None:
    def products(update: dict[str, object]) -> object:
        return Configuration.of({"features": {"subscription_update": update}}).subscription_update.products

    assert products({"enabled": True}) is None
    assert products({"enabled": True, "products": None}) is None
    assert products({"enabled": True, "products": []}) == ()


def test_subscriptions_that_were_not_asked_for_are_unknown_not_none() -> None:
    assert Customer.of({"id": "cus_1"}).subscriptions is None
    assert Customer.of({"id": "cus_1", "subscriptions": {"data": []}}).subscriptions == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {
                "id": "pm_1",
                "object": "payment_method",
                "type": "card",
                "card": {"brand": "visa", "last4": "4242"},
            },
            ("card", "visa", "4242"),
        ),
        ({"id": "card_1", "object": "card", "brand": "Visa", "last4": "1881"}, ("card", "Visa", "1881")),
        (
            {"id": "ba_1", "object": "bank_account", "bank_name": "TEST", "last4": "6789"},
            ("bank_account", "TEST", "6789"),
        ),
        (
            {"id": "src_1", "object": "source", "type": "card", "card": {"last4": "0005"}},
            ("card", None, "0005"),
        ),
    ],
)
def test_payment_methods_and_legacy_sources_read_alike(
    value: dict[str, object], expected: tuple[str | None, ...]
) -> None:
    method = PaymentMethod.of(value)
    assert (method.type, method.brand, method.last4) == expected


def test_a_deleted_customer_is_known_as_such() -> None:
    assert Customer.of({"id": "cus_1", "object": "customer", "deleted": True}).deleted
