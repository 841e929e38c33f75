"""Requests are checked against the TypedDicts of the stripe package."""

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.stripe.annotations import params_class
from sandbox.stripe.errors import StripeError
from sandbox.stripe.forms import decode
from sandbox.stripe.parameters import Parameters, check

SESSION = "billing_portal.SessionCreateParams"


def checked(encoded: str, name: str = SESSION) -> Parameters:
    return check(decode(encoded), params_class(name))


def test_nested_fields_get_their_types() -> None:
    confirm = "flow_data[subscription_update_confirm]"
    assert checked(
        f"customer=cus_1&flow_data[type]=subscription_update_confirm&{confirm}[subscription]=sub_1"
        f"&{confirm}[items][0][id]=si_1&{confirm}[items][0][quantity]=3"
    ) == {
        "customer": "cus_1",
        "flow_data": {
            "type": "subscription_update_confirm",
            "subscription_update_confirm": {
                "subscription": "sub_1",
                "items": [{"id": "si_1", "quantity": 3}],
            },
        },
    }


def test_lists_are_read_with_and_without_positions() -> None:
    assert checked("expand[]=a&expand[]=b") == {"expand": ["a", "b"]}
    assert checked("expand[1]=b&expand[0]=a") == {"expand": ["a", "b"]}


def test_ranges_and_booleans_are_read() -> None:
    assert checked("created[gte]=12&status=all", "SubscriptionListParams") == {
        "created": {"gte": 12},
        "status": "all",
    }
    assert checked("is_default=true", "billing_portal.ConfigurationListParams") == {"is_default": True}


@pytest.mark.parametrize(
    ("encoded", "param", "code", "message"),
    [
        ("foo=1", "foo", "parameter_unknown", "Received unknown parameter: foo"),
        (
            "flow_data[bar]=1",
            "flow_data[bar]",
            "parameter_unknown",
            "Received unknown parameter: flow_data[bar]",
        ),
        ("idempotency_key=x", "idempotency_key", "parameter_unknown", "Received unknown parameter"),
        ("locale=xx", "locale", None, "Invalid locale: must be one of auto, bg"),
        ("flow_data[type]=x", "flow_data[type]", None, "Invalid flow_data[type]: must be one of"),
        ("flow_data=x", "flow_data", None, "Invalid object"),
        ("expand=x", "expand", None, "Invalid array"),
        ("customer[a]=1", "customer", "parameter_invalid_string", "Invalid string"),
        ("customer=", "customer", "parameter_invalid_empty", "You passed an empty string for 'customer'"),
        (
            "flow_data[after_completion][type]=redirect",
            "flow_data[type]",
            "parameter_missing",
            "Missing required param: flow_data[type].",
        ),
        (
            "after_expiration[type]=customer_login&after_expiration[customer_login][expires_at]=soon",
            "after_expiration[customer_login][expires_at]",
            "parameter_invalid_integer",
            "Invalid integer: soon",
        ),
        ("customer=a&customer[b]=c", "customer[b]", None, "Invalid hash"),
    ],
)
def test_what_stripe_would_refuse_is_refused(
    encoded: str, param: str, code: str | None, message: str
) -> None:
    with pytest.raises(StripeError) as caught:
        checked(encoded)
    error = caught.value.body()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert error.get("code") == code
    assert message in error["message"]


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5))
def test_no_form_does_anything_but_pass_or_be_refused(form: dict[str, str]) -> None:
    encoded = "&".join(f"{quote(name)}={quote(value)}" for name, value in form.items())
    with suppress(StripeError):
        assert isinstance(checked(encoded), dict)
