"""What somebody types as `path=value`: read as meant, or refused with a sentence."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.portal.configuring.reading import WrongSetting, read_assignments, read_value
from bot.portal.configuring.table import BY_PATH
from bot.words import Words

WORDS = Words()
UPDATE, CANCEL = "features.subscription_update", "features.subscription_cancel"
PRODUCTS, PAUSES = f"{UPDATE}.products", "features.subscription_pause.duration.interval_options"


@pytest.mark.parametrize(("typed", "value"), [
    ("active=true", True), ("active=Off", False), ("active= yes ", True),
    ("name=Support desk", "Support desk"),
    ("name=", None), ("business_profile.headline=a=b", "a=b"), ("default_return_url=null", None),
    ("default_return_url=https://example.com/a?b=c", "https://example.com/a?b=c"),
    (f"{CANCEL}.mode=at-period-end", "at_period_end"), (f"{CANCEL}.mode=Immediately", "immediately"),
    (f"{UPDATE}.default_allowed_updates=price, quantity", ["price", "quantity"]),
    (f"{UPDATE}.default_allowed_updates=promotion code", ["promotion_code"]),
    (f'{UPDATE}.default_allowed_updates=["price"]', ["price"]), (f"{UPDATE}.default_allowed_updates=[]", []),
    (f"{UPDATE}.default_allowed_updates=none", []),
    (f"{UPDATE}.schedule_at_period_end.conditions=shortening_interval", [{"type": "shortening_interval"}]),
    (f"{CANCEL}.cancellation_reason.feedback_options=fo_1,fo_2", ["fo_1", "fo_2"]),
    ("features.payment_method_update.payment_method_configuration=pmc_1", "pmc_1"),
    (f"{PAUSES}=1 month, 3 Months,week", [
        {"interval": "month", "interval_count": 1}, {"interval": "month", "interval_count": 3},
        {"interval": "week", "interval_count": 1},
    ]),
    (f"{PRODUCTS}=prod_a: price_1, price_2; prod_b: price_3 qty 1-50; prod_c:price_4 qty", [
        {"product": "prod_a", "prices": ["price_1", "price_2"], "adjustable_quantity": {"enabled": False}},
        {"product": "prod_b", "prices": ["price_3"],
         "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 50}},
        {"product": "prod_c", "prices": ["price_4"],
         "adjustable_quantity": {"enabled": True, "maximum": None}},
    ]),
    (f"{PRODUCTS}=prod_a: price_1 qty 1-", [
        {"product": "prod_a", "prices": ["price_1"],
         "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": None}},
    ]),
    (f'{PRODUCTS}=[{{"product": "prod_a", "prices": ["price_1"], "adjustable_quantity": null}}]',
     [{"product": "prod_a", "prices": ["price_1"]}]),
])  # fmt: skip
def test_a_value_is_read_as_it_is_meant(typed: str, value: object) -> None:
    assert read_assignments([typed]) == {typed.partition("=")[0]: value}


@pytest.mark.parametrize(("typed", "code"), [
    ("active", "setting_without_value"), ("activ=true", "unknown_setting"),
    ("metadata.x=1", "unknown_setting"),
    ("active=maybe", "setting_wants_flag"), ("active=", "setting_wants_flag"),
    (f"{CANCEL}.mode=later", "setting_wants_choice"), (f"{CANCEL}.mode=", "setting_wants_choice"),
    ("default_return_url=example.com", "setting_wants_address"),
    ("default_return_url=javascript:alert(1)", "setting_wants_address"),
    ("default_return_url=https://you@evil.example/", "setting_wants_address"),
    ("name=a\nb", "setting_wants_text"), (f"name={'x' * 2001}", "setting_wants_text"),
    ("features.payment_method_update.payment_method_configuration=bpc_1", "setting_wants_identifier"),
    (f"{UPDATE}.default_allowed_updates=price,plan", "setting_wants_choices"),
    (f"{UPDATE}.default_allowed_updates=[1]", "setting_wants_choices"),
    (f"{UPDATE}.default_allowed_updates=[", "setting_not_json"),
    (f"{CANCEL}.cancellation_reason.feedback_options=x_1", "setting_wants_identifiers"),
    (f"{PAUSES}=a while", "setting_wants_durations"), (f"{PAUSES}=0 months", "setting_wants_durations"),
    (f"{PRODUCTS}=prod_a", "setting_wants_products"), (f"{PRODUCTS}=prod_a:", "setting_wants_products"),
    (f'{PRODUCTS}=[{{"product": "prod_a"}}]', "setting_wants_products"),
    (f'{PRODUCTS}=[{{"product": "prod_a", "prices": ["price_1"], "price": 1}}]', "setting_wants_products"),
    (f"{PRODUCTS}=prod_a: price_1 qty 9-2", "quantity_bounds_crossed"),
])  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence_and_exit_code_one(typed: str, code: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        read_assignments([typed])
    assert (refused.value.code, refused.value.exit_code) == (code, 1)
    assert WORDS.refusal(refused.value)


def test_the_setting_that_was_most_likely_meant_is_named() -> None:
    with pytest.raises(WrongSetting) as refused:
        read_assignments([f"{CANCEL}.moode=immediately"])
    assert f"Did you mean {CANCEL}.mode?" in WORDS.refusal(refused.value)


def test_a_setting_is_given_once() -> None:
    with pytest.raises(WrongSetting, match="setting_twice"):
        read_assignments(["active=true", "active=false"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["product", "prices", "type", "interval", "interval_count", "adjustable_quantity", "enabled", "x"]
    ), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.sampled_from([*BY_PATH.values()]), JSON)
def test_any_json_is_read_or_refused_and_what_was_read_reads_again(setting: Any, value: Any) -> None:
    try:
        read = read_value(setting, value)
    except WrongSetting:
        return
    assert read_value(setting, json.loads(json.dumps(read))) == read


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for path in (PRODUCTS, PAUSES, "active", "name", f"{UPDATE}.default_allowed_updates"):
        try:
            read_assignments([f"{path}={text}"])
        except WrongSetting as refused:
            assert WORDS.refusal(refused)  # noqa: PT017 (either is fine)
