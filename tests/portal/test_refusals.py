import ast
from pathlib import Path
from typing import Any

import jinja2
import pytest
import stripe
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Fact, NotFound, PortalBlocks, Refused, Unavailable, WrongPlace
from bot.portal.permissions import dashboard_name, missing_permissions
from bot.portal.redaction import LONGEST_QUOTE, redact
from bot.portal.refusals import KNOWN_TEXTS, refusal_of

SENTENCES = yaml.safe_load(
    (Path(__file__).parents[2] / "messages" / "refusals.yaml").read_text(encoding="utf-8")
)

KNOWN = [
    (
        "No configuration provided and your test mode default configuration has not been created. Provide a "
        "configuration or create your default by saving your customer portal settings in test mode at "
        "https://dashboard.stripe.com/test/settings/billing/portal.",
        PortalBlocks,
        "no_default_configuration",
    ),
    (
        "No configuration provided and your live mode default configuration has not been created.",
        PortalBlocks,
        "no_default_configuration",
    ),
    (
        "This subscription cannot be updated because the subscription update feature in the portal "
        "configuration is disabled.",
        PortalBlocks,
        "update_off",
    ),
    (
        "This subscription cannot be canceled because the Subscription Cancel feature is disabled.",
        PortalBlocks,
        "cancel_off",
    ),
    (
        "The subscription `sub_1` is already set to be canceled at period end.",
        PortalBlocks,
        "cancel_scheduled",
    ),
    (
        "This PortalSession cannot update subscription `sub_1` because it has multiple items.",
        PortalBlocks,
        "several_items",
    ),
    (
        "This subscription cannot be updated because there is no price in the portal configuration "
        "available to change to.",
        PortalBlocks,
        "no_alternative_price",
    ),
    ("The update cannot be confirmed: there are no changes to confirm.", PortalBlocks, "no_change"),
    ("No such customer: 'cus_1'", NotFound, "no_such_customer"),
    (
        "No such customer: 'cus_1'; a similar object exists in live mode, but a test mode key was used "
        "to make this request.",
        WrongPlace,
        "exists_in_live_mode",
    ),
    (
        "No such subscription: 'sub_1'; a similar object exists in test mode, but a live mode key was used.",
        WrongPlace,
        "exists_in_test_mode",
    ),
    ("No such price: 'price_1'", NotFound, "no_such_price"),
    ("Only active, per unit licensed prices are supported.", PortalBlocks, "price_kind"),
    (
        "Cannot enable subscription updates while payment method update is disabled.",
        PortalBlocks,
        "updates_need_payment_methods",
    ),
    (
        "The subscription is managed by the subscription schedule `sub_sched_1`, and updating any "
        "cancelation behavior directly is not allowed.",
        PortalBlocks,
        "schedule_attached",
    ),
    (
        "A canceled subscription can only update its cancellation_details.",
        PortalBlocks,
        "subscription_canceled",
    ),
    (
        "This promotion code cannot be redeemed because the associated customer has prior transactions.",
        PortalBlocks,
        "code_for_first_purchase",
    ),
    ("No such configuration: 'bpc_1'", NotFound, "no_such_configuration"),
    ("No such coupon: 'X'", NotFound, "no_such_coupon"),
    ("No such promotion code: 'promo_1'", NotFound, "no_such_promotion_code"),
    ("No such charge: 'ch_1'", NotFound, "no_such_object"),
    ("Something nobody has seen before.", PortalBlocks, "stripe_refused"),
]


def stripe_error(message: str | None, status: int = 400, **more: Any) -> stripe.StripeError:
    body = {"error": {"message": message, "type": "invalid_request_error", **more}}
    headers = {"request-id": "req_1"}
    make: Any = {403: stripe.PermissionError, 401: stripe.AuthenticationError}.get(status, stripe.APIError)
    error = make(message, json_body=body, http_status=status, headers=headers, code=more.get("code"))
    assert isinstance(error, stripe.StripeError)
    return error


@pytest.mark.parametrize(("message", "kind", "code"), KNOWN)
@pytest.mark.parametrize("write", [str, str.upper, str.lower])
def test_every_known_text_becomes_its_own_refusal(
    message: str, kind: type[Refused], code: str, write: Any
) -> None:
    said = refusal_of(stripe_error(write(message)))
    assert (type(said), said.code) == (kind, code)
    assert said.stripe_said == write(message)
    assert said.facts["request_id"] == "req_1"


def test_the_mode_of_a_missing_default_configuration_is_kept() -> None:
    assert refusal_of(stripe_error(KNOWN[0][0])).facts["livemode"] is False
    assert refusal_of(stripe_error(KNOWN[1][0])).facts["livemode"] is True


def test_every_row_of_the_table_has_a_sentence() -> None:
    assert not [row.code for row in KNOWN_TEXTS if row.code not in SENTENCES]


@pytest.mark.parametrize(("message", "kind", "code"), KNOWN)
def test_every_sentence_can_be_filled_from_the_facts(message: str, kind: type[Refused], code: str) -> None:
    said = refusal_of(stripe_error(message))
    assert rendered(said.code, dict(said.facts))


def rendered(code: str, facts: dict[str, Fact]) -> str:
    return jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(SENTENCES[code]).render(facts)


def test_several_missing_permissions_are_all_named() -> None:
    said = refusal_of(
        stripe_error(
            "Having one of the 'rak_customer_portal_write', 'rak_foo_bar_read' permissions would", 403
        )
    )
    assert isinstance(said, Unavailable)
    assert said.facts["permission"] == "Customer portal: Write, Foo bar: Read"
    assert rendered(said.code, dict(said.facts))


def test_a_permission_that_is_not_named_still_is_a_sentence() -> None:
    said = refusal_of(stripe_error("Forbidden", 403))
    assert said.code == "permission_missing"
    assert "None" not in rendered(said.code, dict(said.facts))


def test_no_access_to_a_connected_account_has_its_own_sentence() -> None:
    said = refusal_of(
        stripe_error("The provided key 'rk_test_***' does not have access to account 'acct_1x' (or it…)", 403)
    )
    assert said.code == "no_access_to_account"
    assert said.stripe_said is not None
    assert "acct_1x" not in said.stripe_said


@pytest.mark.parametrize(
    ("rak", "name"),
    [
        ("rak_customer_portal_write", "Customer portal: Write"),
        ("rak_bucket_checkout_read", "Checkout Sessions: Read"),
        ("rak_plan_read", "Prices: Read"),
        ("rak_new_thing_write", "New thing: Write"),
        ("nonsense", "nonsense"),
    ],
)
def test_permissions_are_named_as_in_the_dashboard(rak: str, name: str) -> None:
    assert dashboard_name(rak) == name


def test_permission_names_are_read_off_the_text_once_each() -> None:
    assert missing_permissions("'rak_event_read' or 'rak_event_read', rak_") == ("rak_event_read",)


@pytest.mark.parametrize(
    "secret",
    [
        "https://billing.stripe.com/p/session/test_YWNj",
        "https://pay.shop.example/p/session/YWNj?x=1",
        "https://billing.stripe.com/p/login/14k",
        "rk_test_************************abcd",
        "sk_live_51MrSjz",
        "sk_live_…abcd",
        "whsec_abc",
    ],
)
def test_addresses_and_keys_are_taken_out(secret: str) -> None:
    for text in (f"see {secret}.", f"'{secret}'", f"({secret})"):
        assert secret not in redact(text)
        assert not {"YWNj", "14k", "abcd", "51MrSjz"} & set(redact(text).replace("/", " ").split())


def test_the_dashboards_address_stays() -> None:
    text = "at https://dashboard.stripe.com/test/settings/billing/portal."
    assert redact(text) == text


@given(st.text(max_size=2_000), st.sampled_from([200, 400, 401, 402, 403, 404, 409, 418, 500, 503]))
def test_any_error_of_stripes_is_a_refusal_with_a_sentence(message: str, status: int) -> None:
    said = refusal_of(stripe_error(message or None, status))
    assert said.code in SENTENCES
    assert len(said.stripe_said or "") <= LONGEST_QUOTE
    assert rendered(said.code, dict(said.facts))


def codes_raised() -> set[str]:
    kinds = {"BadUsage", "NotFound", "WrongPlace", "PortalBlocks", "Unavailable"}
    codes: set[str] = set()
    for module in (Path(__file__).parents[2] / "bot" / "portal").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in kinds
                and node.args
            ):
                written = [each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)]
                codes |= {value for value in written if isinstance(value, str) and "_" in value}
    return codes


def test_every_refusal_of_the_domain_has_a_sentence() -> None:
    codes = codes_raised()
    assert len(codes) > 30
    assert not codes - SENTENCES.keys()
