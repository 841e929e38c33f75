"""Which portal sessions are refused, and in which words."""

import pytest

from tests.sandbox.stripe.conftest import START, Bench

pytestmark = pytest.mark.slow(15)

UPDATE, CANCEL, PAUSE = "subscription_update", "subscription_cancel", "subscription_pause"


@pytest.mark.parametrize(
    ("kind", "label", "configuration", "words"),
    [
        (
            UPDATE,
            "jenny",
            "cancel_only",
            "the subscription update feature in the portal configuration is disabled",
        ),
        (UPDATE, "multi", None, "This PortalSession cannot update subscription"),
        (UPDATE, "one_product", None, "because it has multiple items"),
        (UPDATE, "metered", None, "usage-based"),
        (UPDATE, "invoiced", None, "send_invoice"),
        (UPDATE, "scheduled", None, "it has an update scheduled"),
        (UPDATE, "untaxed", None, "tax_behavior"),
        (UPDATE, "inclusive", None, "there is no price in the portal configuration available to change to"),
        (UPDATE, "pm_ideal", None, "`ideal` is not supported"),
        (UPDATE, "pm_klarna", None, "`klarna` is not supported"),
        (UPDATE, "pm_konbini", None, "`konbini` is not supported"),
        (UPDATE, "pm_customer_balance", None, "`customer_balance` is not supported"),
        (UPDATE, "pm_pix", None, "`pix` is not supported"),
        (UPDATE, "pm_layers", None, "`klarna` is not supported"),
        (UPDATE, "source_bank_account", None, "`bank_account` is not supported"),
        (UPDATE, "canceled", None, "its status is `canceled`"),
        (UPDATE, "incomplete", None, "its status is `incomplete`"),
        (UPDATE, "incomplete_expired", None, "its status is `incomplete_expired`"),
        (UPDATE, "jenny", "stale", "no price in the portal configuration available to change to"),
        (CANCEL, "ending_classic", None, "is already set to be canceled at period end"),
        (CANCEL, "ending_flexible", None, "is already set to be canceled at period end"),
        (CANCEL, "canceled", None, "already canceled"),
        (CANCEL, "scheduled", None, "it has an update scheduled"),
        (
            PAUSE,
            "jenny",
            "cancel_only",
            "the subscription pause feature in the portal configuration is disabled",
        ),
        (PAUSE, "classic_mode", None, "its `billing_mode` is `classic`"),
        (PAUSE, "trialing", None, "it is in a trial"),
        (PAUSE, "paused", None, "its status is `paused`"),
        (PAUSE, "schedule_over", None, "subscription schedule"),
        (PAUSE, "invoiced", None, "send_invoice"),
    ],
)
async def test_a_flow_that_cannot_work_is_refused(
    bench: Bench, kind: str, label: str, configuration: str | None, words: str
) -> None:
    form = bench.flow(kind, label)
    if configuration is not None:
        form["configuration"] = bench.id(f"configuration.{configuration}")
    refused = await bench.refused_session(400, form)
    assert refused["error"]["type"] == "invalid_request_error"
    assert words in refused["error"]["message"]


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        (UPDATE, "jenny"),
        (UPDATE, "archived"),
        (UPDATE, "schedule_over"),
        (UPDATE, "trialing"),
        (UPDATE, "past_due"),
        (UPDATE, "yen"),
        (UPDATE, "pm_sepa_debit"),
        (UPDATE, "pm_bacs_debit"),
        (UPDATE, "pm_us_bank_account"),
        (UPDATE, "pm_link"),
        (UPDATE, "pm_paypal"),
        (UPDATE, "pm_cashapp"),
        (UPDATE, "source_card"),
        (UPDATE, "ending_flexible"),
        (CANCEL, "jenny"),
        (CANCEL, "multi"),
        (CANCEL, "metered"),
        (CANCEL, "pm_ideal"),
        (CANCEL, "schedule_over"),
        (PAUSE, "jenny"),
        (PAUSE, "multi"),
        ("payment_method_update", "jenny"),
        ("customer_update", "jenny"),
        ("payment_method_update", "no_subscription"),
    ],
)
async def test_a_flow_that_works_is_given(bench: Bench, kind: str, label: str) -> None:
    session = await bench.session(
        bench.flow(kind, label)
        if label != "no_subscription"
        else {"customer": bench.id(label), "flow_data[type]": kind}
    )
    assert session["flow"]["type"] == kind


def confirm(bench: Bench, label: str, **item: str) -> dict[str, str]:
    subscription = bench.stripe.test.get(bench.id(f"{label}.subscription"))
    prefix = "flow_data[subscription_update_confirm][items][0]"
    fields = {"id": subscription["items"]["data"][0]["id"], **item}
    chosen = {f"{prefix}[{name}]": value for name, value in fields.items()}
    return bench.flow("subscription_update_confirm", label, **chosen)


@pytest.mark.parametrize(
    ("label", "price", "quantity", "words"),
    [
        ("jenny", None, None, "there are no changes to confirm"),
        ("jenny", "starter_monthly", "1", "there are no changes to confirm"),
        ("jenny", "addon_monthly", None, "does not include the price in its"),
        ("jenny", "archived", None, "does not include the price in its"),
        ("jenny", "starter_eur_monthly", None, "is in eur and the subscription in usd"),
        ("jenny", None, "2", "is not adjustable"),
        ("noah", None, "51", "is not between 1 and 50"),
        ("noah", None, "0", "is not between 1 and 50"),
        ("inclusive", "team_monthly", None, "the `tax_behavior` of the price"),
        ("multi", "team_monthly", None, "because it has multiple items"),
    ],
)
async def test_a_confirmation_that_cannot_work_is_refused(
    bench: Bench, label: str, price: str | None, quantity: str | None, words: str
) -> None:
    item = {"quantity": quantity} if quantity else {}
    if price:
        item["price"] = bench.id(f"price.{price}")
    refused = await bench.refused_session(400, confirm(bench, label, **item))
    assert words in refused["error"]["message"]


async def test_a_confirmation_carries_price_quantity_and_discount(bench: Bench) -> None:
    form = confirm(bench, "noah", quantity="9")
    form["flow_data[subscription_update_confirm][discounts][0][coupon]"] = "STAY30"
    flow = (await bench.session(form))["flow"]["subscription_update_confirm"]
    assert flow["items"][0]["quantity"] == 9
    assert flow["discounts"] == [{"coupon": "STAY30", "promotion_code": None}]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("[discounts][0][coupon]", "NONE", "No such coupon: 'NONE'"),
        ("[discounts][0][coupon]", "EXPIRED", "expired"),
        ("[discounts][0][promotion_code]", "promo_none", "No such promotion code"),
        ("[discounts][0][promotion_code]", "promo_first", "prior transactions"),
        ("[items][0][price]", "price_none", "No such price: 'price_none'"),
        ("[items][0][id]", "si_none", "No such subscription_item: 'si_none'"),
        ("[items][1][id]", "si_other", "You may only update one subscription item."),
    ],
)
async def test_unknown_parts_of_a_confirmation_are_named(
    bench: Bench, field: str, value: str, words: str
) -> None:
    form = confirm(bench, "noah", quantity="9")
    form[f"flow_data[subscription_update_confirm]{field}"] = bench.stripe.test.labels.get(value, value)
    assert words in (await bench.refused_session(400, form))["error"]["message"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Missing required param: customer."),
        ({"customer": "cus_none"}, "No such customer: 'cus_none'"),
        ({"configuration": "bpc_none"}, "No such configuration: 'bpc_none'"),
        ({"return_url": "nowhere"}, "Not a valid URL"),
        ({"return_url": "javascript:alert(1)"}, "Not a valid URL"),
        ({"locale": "en-US"}, "Invalid locale: must be one of"),
        ({"on_behalf_of": "acct_none"}, "No such account: 'acct_none'"),
        (
            {"flow_data[type]": "subscription_cancel"},
            "Missing required param: flow_data[subscription_cancel].",
        ),
        (
            {
                "flow_data[type]": "subscription_cancel",
                "flow_data[subscription_cancel][subscription]": "sub_none",
            },
            "No such subscription: 'sub_none'",
        ),
        (
            {
                "flow_data[type]": "customer_update",
                "flow_data[subscription_cancel][subscription]": "sub_none",
            },
            "can only be set when",
        ),
        (
            {"flow_data[type]": "customer_update", "flow_data[after_completion][type]": "redirect"},
            "Missing required param: flow_data[after_completion][redirect].",
        ),
        ({"after_expiration[type]": "other"}, "Invalid after_expiration[type]"),
    ],
)
async def test_a_session_that_makes_no_sense_is_refused(
    bench: Bench, form: dict[str, str], words: str
) -> None:
    if form:
        form = {"customer": bench.id("jenny"), **form}
    assert words in (await bench.refused_session(400, form))["error"]["message"]


async def test_an_inactive_configuration_opens_nothing(bench: Bench) -> None:
    form = {"customer": bench.id("jenny"), "configuration": bench.id("configuration.inactive")}
    assert "is inactive" in (await bench.refused_session(400, form))["error"]["message"]


async def test_without_a_default_configuration_stripes_words_name_the_mode(bench: Bench) -> None:
    bench.stripe.test.get(bench.id("configuration.default"))["is_default"] = False
    refused = await bench.refused_session(400, {"customer": bench.id("jenny")})
    message = refused["error"]["message"]
    assert "your test mode default configuration has not been created" in message
    assert "https://dashboard.stripe.com/test/settings/billing/portal" in message


async def test_another_customers_subscription_is_refused(bench: Bench) -> None:
    form = {**bench.flow(CANCEL, "jenny"), "customer": bench.id("noah")}
    assert "does not belong to the customer" in (await bench.refused_session(400, form))["error"]["message"]


async def test_a_deleted_customer_has_no_portal(bench: Bench) -> None:
    refused = await bench.refused_session(400, {"customer": bench.id("deleted")})
    assert refused["error"]["code"] == "resource_missing"


async def test_the_other_modes_customer_is_told_apart(bench: Bench) -> None:
    refused = await bench.refused_session(400, {"customer": bench.stripe.live.label("jenny")})
    assert "a similar object exists in live mode" in refused["error"]["message"]


async def test_a_connected_accounts_session_shows_only_its_subscriptions(bench: Bench) -> None:
    account = bench.stripe.test.get(bench.id("connect.subscription"))["on_behalf_of"]
    await bench.session({**bench.flow(CANCEL, "connect"), "on_behalf_of": account})
    refused = await bench.refused_session(400, {**bench.flow(CANCEL, "jenny"), "on_behalf_of": account})
    assert "on_behalf_of" in refused["error"]["message"]


async def test_details_and_payment_methods_need_their_features(bench: Bench) -> None:
    configuration = bench.stripe.test.get(bench.id("configuration.default"))
    configuration["features"]["customer_update"]["allowed_updates"] = []
    configuration["features"]["payment_method_update"]["enabled"] = False
    for kind in ("customer_update", "payment_method_update"):
        await bench.refused_session(400, bench.flow(kind, "jenny"))


async def test_every_option_comes_back_in_the_answer(bench: Bench) -> None:
    session = await bench.session(
        {
            "customer": bench.id("jenny"),
            "locale": "de",
            "return_url": "https://example.com/back",
            "after_expiration[type]": "customer_login",
            "after_expiration[customer_login][expires_at]": str(START + 3_600),
            "flow_data[type]": "customer_update",
            "flow_data[after_completion][type]": "hosted_confirmation",
            "flow_data[after_completion][hosted_confirmation][custom_message]": "Thanks!",
            "expand[]": "configuration",
        }
    )
    assert session["locale"] == "de"
    assert session["return_url"] == "https://example.com/back"
    assert session["after_expiration"] == {
        "type": "customer_login",
        "customer_login": {"expires_at": START + 3_600},
    }
    assert session["flow"]["customer_update"] == {}
    assert session["flow"]["after_completion"]["hosted_confirmation"] == {"custom_message": "Thanks!"}
    assert session["configuration"]["object"] == "billing_portal.configuration"
    assert session["created"] == START
