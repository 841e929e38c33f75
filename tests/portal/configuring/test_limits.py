"""What Stripe would not save together is refused before Stripe is asked, with a sentence."""

from typing import Any

import pytest

from bot.errors import Refused
from bot.portal.configuring.difference import difference
from bot.portal.configuring.limits import PRODUCTS, check_limits, check_prices
from bot.portal.configuring.parameters import create_parameters, update_parameters
from bot.portal.configuring.present import nested, settings_of
from bot.portal.models import Configuration, Price
from bot.words import Words

WORDS = Words()
UPDATE, CANCEL = "features.subscription_update", "features.subscription_cancel"
PAUSE, SURVEY = "features.subscription_pause", "features.subscription_cancel.cancellation_reason"
METHODS = "features.payment_method_update"
LISTED = [{"product": "prod_a", "prices": ["price_1"]}]
PRESENT = settings_of(nested({
    "name": "Portal", "active": True, f"{METHODS}.enabled": True, f"{CANCEL}.enabled": True,
    f"{CANCEL}.mode": "at_period_end", f"{CANCEL}.proration_behavior": "none", f"{SURVEY}.enabled": False,
    f"{PAUSE}.enabled": False, f"{PAUSE}.duration.type": "interval_options", f"{UPDATE}.enabled": False,
    f"{UPDATE}.default_allowed_updates": ["price"],
}))  # fmt: skip


def products(count: int) -> list[dict[str, Any]]:
    return [{"product": f"prod_{number}", "prices": ["price_1"]} for number in range(count)]


@pytest.mark.parametrize(("wanted", "code"), [
    ({"business_profile.headline": "x" * 61}, "setting_too_long"),
    ({PRODUCTS: products(11)}, "too_many_products"),
    ({PRODUCTS: [*LISTED, *LISTED]}, "product_listed_twice"),
    ({f"{UPDATE}.enabled": True}, "updates_need_products"),
    (
        {f"{UPDATE}.enabled": True, PRODUCTS: LISTED, f"{METHODS}.enabled": False},
        "updates_need_payment_methods",
    ),
    ({f"{CANCEL}.proration_behavior": "always_invoice"}, "cancel_never_invoices"),
    ({f"{CANCEL}.proration_behavior": "create_prorations"}, "period_end_has_no_proration"),
    ({f"{PAUSE}.enabled": True}, "pause_needs_durations"),
    ({f"{PAUSE}.duration.interval_options": [{"interval": "year", "interval_count": 4}]}, "pause_too_long"),
])  # fmt: skip
def test_settings_that_cannot_stand_together_are_refused(wanted: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_limits(wanted, PRESENT)
    assert refused.value.code == code
    assert refused.value.facts["path"] in {**PRESENT}
    assert WORDS.refusal(refused.value)


@pytest.mark.parametrize("wanted", [
    {"business_profile.headline": "x" * 60}, {PRODUCTS: products(10)}, {f"{METHODS}.enabled": False},
    {f"{UPDATE}.enabled": True, PRODUCTS: LISTED}, {"name": None},
    {f"{UPDATE}.enabled": True, f"{UPDATE}.default_allowed_updates": ["promotion_code"]},
    {f"{CANCEL}.proration_behavior": "create_prorations", f"{CANCEL}.mode": "immediately"},
    {f"{PAUSE}.enabled": True, f"{PAUSE}.duration.type": "indefinite"},
])  # fmt: skip
def test_what_stripe_would_save_is_not_refused(wanted: dict[str, Any]) -> None:
    check_limits(wanted, PRESENT)


def price(identifier: str = "price_1", **fields: Any) -> Price:
    recurring = {"interval": "month", "interval_count": 1, "usage_type": "licensed"} | fields.pop(
        "recurring", {}
    )
    return Price.of({
        "id": identifier, "product": "prod_a", "active": True, "type": "recurring", "currency": "usd",
        "billing_scheme": "per_unit", "recurring": recurring, **fields,
    })  # fmt: skip


@pytest.mark.parametrize(("fields", "code"), [
    ({"active": False}, "price_cannot_be_listed"), ({"type": "one_time"}, "price_cannot_be_listed"),
    ({"billing_scheme": "tiered"}, "price_cannot_be_listed"), ({"product": "prod_b"}, "price_not_of_product"),
    ({"recurring": {"usage_type": "metered"}}, "price_cannot_be_listed"),
])  # fmt: skip
def test_a_price_that_the_portal_cannot_offer_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        check_prices({PRODUCTS: LISTED}, {"price_1": price(**fields)})


def test_two_prices_of_one_product_and_interval_are_refused_and_two_intervals_are_not() -> None:
    both = [{"product": "prod_a", "prices": ["price_1", "price_2"]}]
    with pytest.raises(Refused, match="two_prices_of_one_interval"):
        check_prices({PRODUCTS: both}, {"price_1": price(), "price_2": price("price_2")})
    yearly = price("price_2", recurring={"interval": "year"})
    check_prices({PRODUCTS: both}, {"price_1": price(), "price_2": yearly})


def test_a_difference_leaves_out_what_is_like_that_already() -> None:
    present = {**PRESENT, PRODUCTS: [{**LISTED[0], "adjustable_quantity": {"enabled": False, "minimum": 1}}]}
    wanted = {
        "active": True,
        "name": "Other",
        PRODUCTS: LISTED,
        f"{UPDATE}.default_allowed_updates": ["price"],
    }
    assert [(line.path, line.before, line.after) for line in difference(present, wanted)] == [
        ("name", "Portal", "Other")
    ]


def test_the_order_of_words_is_no_difference() -> None:
    path = f"{UPDATE}.default_allowed_updates"
    assert difference({path: ["price", "quantity"]}, {path: ["quantity", "price"]}) == ()


def test_what_stripe_wants_beside_a_setting_goes_along_and_nothing_else_does() -> None:
    path = f"{METHODS}.payment_method_configuration"
    assert update_parameters({path: None}, PRESENT) == nested({path: "", f"{METHODS}.enabled": True})
    assert update_parameters({PRODUCTS: []}, PRESENT) == nested({PRODUCTS: ""})


def test_a_copy_sends_everything_that_can_be_given_when_a_configuration_is_made() -> None:
    sent = create_parameters({**PRESENT, "name": "Copy"})
    assert sent["name"] == "Copy"
    assert "active" not in sent
    assert "privacy_policy_url" not in sent.get("business_profile", {})


def test_a_configuration_is_another_version_after_each_change_within_a_second() -> None:
    one = Configuration.of({"id": "bpc_1", "updated": 5, "name": "a"})
    assert one.version != Configuration.of({"id": "bpc_1", "updated": 5, "name": "b"}).version
    assert one.version == Configuration.of({"id": "bpc_1", "updated": 5, "name": "a"}).version


def test_plan_changes_are_not_switched_on_with_nothing_that_may_change() -> None:
    nothing = {**PRESENT, f"{UPDATE}.default_allowed_updates": []}
    with pytest.raises(Refused, match="updates_need_kinds"):
        check_limits({f"{UPDATE}.enabled": True, PRODUCTS: LISTED}, nothing)
