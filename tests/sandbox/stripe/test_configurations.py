"""Portal configurations are made and changed as Stripe does it, and refused in its words."""

from typing import Any

import pytest

from tests.sandbox.stripe.conftest import Bench

PATH = "billing_portal/configurations"
UPDATE, CANCEL, PAUSE = (f"features[subscription_{name}]" for name in ("update", "cancel", "pause"))
PRODUCT = f"{UPDATE}[products][0]"
METHODS = {"features[payment_method_update][enabled]": "true"}


async def save(
    bench: Bench, label: str | None, form: dict[str, str], *, status: int = 200, key: str | None = None
) -> Any:
    """What Stripe answers to a change, or to a new configuration when no label is given.

    A value that starts with "@" is a label, and stands for its id.
    """
    path = PATH if label is None else f"{PATH}/{bench.id(f'configuration.{label}')}"
    data = {name: bench.id(value[1:]) if value.startswith("@") else value for name, value in form.items()}
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = await bench.client.post(f"/v1/{path}", data=data, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def everything(bench: Bench) -> Any:
    """All configurations, with their products."""
    return await bench.get(PATH, limit="100", **{"expand[]": "data.features.subscription_update.products"})


async def refused(bench: Bench, label: str | None, form: dict[str, str]) -> Any:
    """The error of a request that changes nothing and tells nobody."""
    before = await everything(bench)
    error = (await save(bench, label, form, status=400))["error"]
    after = await everything(bench)
    assert (after, bench.kinds()) == (before, [])
    return error


def offers(*prices: str, product: str = "prod.starter") -> dict[str, str]:
    """Plan changes switched on, to these prices of one product."""
    return {
        **METHODS,
        f"{UPDATE}[enabled]": "true",
        f"{UPDATE}[default_allowed_updates][0]": "price",
        f"{PRODUCT}[product]": f"@{product}",
        **{f"{PRODUCT}[prices][{at}]": f"@price.{price}" for at, price in enumerate(prices)},
    }


async def test_a_new_one_is_active_not_the_default_and_allows_what_was_asked_for(bench: Bench) -> None:
    form = {"name": "For schools", f"{CANCEL}[enabled]": "true", "business_profile[headline]": "Hello"}
    made = await save(bench, None, form)
    assert made["active"]
    assert not made["is_default"]
    assert (made["name"], made["business_profile"]["headline"]) == ("For schools", "Hello")
    enabled = {name: feature["enabled"] for name, feature in made["features"].items()}
    assert enabled == dict.fromkeys(enabled, False) | {"subscription_cancel": True}
    assert made["features"]["subscription_cancel"]["mode"] == "at_period_end"
    assert made["features"]["subscription_pause"]["duration"]["interval_options"] == [
        {"interval": "month", "interval_count": 1}
    ]
    assert made["login_page"] == {"enabled": False, "url": None}
    assert bench.kinds() == ["billing_portal.configuration.created"]


async def test_a_change_touches_what_it_names_and_says_what_was_before(bench: Bench) -> None:
    bench.clock.now += 60
    form = {f"{CANCEL}[mode]": "immediately", "metadata[team]": "billing", "default_return_url": ""}
    changed = await save(bench, "default", form, key="k1")
    cancel = changed["features"]["subscription_cancel"]
    assert (cancel["mode"], cancel["cancellation_reason"]["enabled"]) == ("immediately", True)
    assert (changed["default_return_url"], changed["metadata"]) == (None, {"team": "billing"})
    assert changed["updated"] == bench.clock.now
    event = bench.stripe.events.recorded[-1]
    assert event["type"] == "billing_portal.configuration.updated"
    assert event["data"]["previous_attributes"]["features"] == {
        "subscription_cancel": {"mode": "at_period_end"}
    }
    assert event["request"]["idempotency_key"] == "k1"
    assert event["request"]["id"].startswith("req_")


async def test_the_same_key_changes_once_and_another_request_under_it_is_refused(bench: Bench) -> None:
    first = await save(bench, "default", {"name": "Once"}, key="k")
    assert await save(bench, "default", {"name": "Once"}, key="k") == first
    assert bench.kinds() == ["billing_portal.configuration.updated"]
    again = await save(bench, "default", {"name": "Twice"}, status=400, key="k")
    assert again["error"]["type"] == "idempotency_error"


async def test_lists_are_replaced_whole_and_metadata_by_key(bench: Bench) -> None:
    await save(bench, "default", {"metadata[a]": "1", "metadata[b]": "2"})
    form = {**offers("starter_monthly"), "metadata[a]": ""}
    form["expand[]"] = "features.subscription_update.products"
    changed = await save(bench, "default", form)
    (listed,) = changed["features"]["subscription_update"]["products"]
    assert listed["prices"] == [bench.id("price.starter_monthly")]
    assert changed["features"]["subscription_update"]["default_allowed_updates"] == ["price"]
    assert changed["metadata"] == {"b": "2"}


async def test_the_login_page_has_an_address_while_it_is_on_and_another_one_afterwards(bench: Bench) -> None:
    first = (await bench.get(f"{PATH}/{bench.id('configuration.default')}"))["login_page"]["url"]
    off = await save(bench, "default", {"login_page[enabled]": "false"})
    assert off["login_page"] == {"enabled": False, "url": None}
    assert (await bench.client.get(first)).status_code == 404
    again = (await save(bench, "default", {"login_page[enabled]": "true"}))["login_page"]["url"]
    assert again != first
    assert (await bench.client.get(again)).status_code == 200


async def test_what_the_customer_sees_follows_at_once(bench: Bench) -> None:
    await save(
        bench, "cancel_only", {**offers("starter_monthly", "starter_yearly"), f"{CANCEL}[enabled]": "false"}
    )
    form = {"customer": bench.id("jenny"), "configuration": bench.id("configuration.cancel_only")}
    page = (await bench.client.get((await bench.session(form))["url"])).text
    subscription = bench.id("jenny.subscription")
    assert f"/subscriptions/{subscription}/update" in page
    assert f"/subscriptions/{subscription}/cancel" not in page


MISSING = "Missing required param: "
REFUSALS: list[tuple[str | None, dict[str, str], str, str | None]] = [
    (None, {"name": "Nothing"}, f"{MISSING}features.", "features"),
    (None, {"is_default": "true", **METHODS}, "Received unknown parameter: is_default", "is_default"),
    ("default", {"features[plans]": "1"}, "Received unknown parameter: features[plans]", "features[plans]"),
    (
        "default",
        {f"{CANCEL}[mode]": "later"},
        "must be one of at_period_end or immediately",
        f"{CANCEL}[mode]",
    ),
    ("default", {"active": "false"}, "The default configuration cannot be deactivated", "active"),
    (
        "default",
        {"features[payment_method_update][enabled]": "false"},
        "Cannot enable subscription updates while payment method update is disabled.",
        None,
    ),
    ("cancel_only", {f"{UPDATE}[enabled]": "true"}, f"{MISSING}{UPDATE}[products].", f"{UPDATE}[products]"),
    (
        "cancel_only",
        {name: value for name, value in offers("starter_monthly").items() if "allowed" not in name},
        f"{MISSING}{UPDATE}[default_allowed_updates].",
        f"{UPDATE}[default_allowed_updates]",
    ),
    ("default", {f"{UPDATE}[products]": ""}, f"{MISSING}{UPDATE}[products].", f"{UPDATE}[products]"),
    (
        "default",
        {
            f"{UPDATE}[products][{at}][{field}]": value
            for at in range(11)
            for field, value in (("product", "@prod.starter"), ("prices][0", "@price.starter_monthly"))
        },
        "exceeded maximum 10 allowed elements",
        f"{UPDATE}[products]",
    ),
    *(
        (
            "default",
            offers(price, product=product),
            "Only active, per unit licensed prices",
            f"{PRODUCT}[prices][0]",
        )
        for price, product in (
            ("archived", "prod.legacy"),
            ("metered", "prod.api"),
            ("tiered", "prod.storage"),
            ("setup_once", "prod.setup"),
        )
    ),
    (
        "stale",
        {"name": "An archived price stands in the way of every change"},
        "Only active, per unit licensed prices",
        f"{PRODUCT}[prices][0]",
    ),
    (
        "default",
        offers("addon_monthly", "addon_2024_monthly", product="prod.addon"),
        "multiple prices with the same billing interval",
        f"{PRODUCT}[prices][1]",
    ),
    ("default", offers("team_monthly"), "does not belong to the product", f"{PRODUCT}[prices][0]"),
    (
        "default",
        {**offers("starter_monthly"), f"{PRODUCT}[prices][0]": "price_gone"},
        "No such price: 'price_gone'",
        f"{PRODUCT}[prices][0]",
    ),
    (
        "default",
        {
            **offers("starter_monthly"),
            f"{PRODUCT}[adjustable_quantity][enabled]": "true",
            f"{PRODUCT}[adjustable_quantity][minimum]": "5",
            f"{PRODUCT}[adjustable_quantity][maximum]": "2",
        },
        "greater than or equal to 5",
        f"{PRODUCT}[adjustable_quantity][maximum]",
    ),
    (
        "default",
        {"business_profile[headline]": "x" * 61},
        "at most 60 characters",
        "business_profile[headline]",
    ),
    (
        "default",
        {"business_profile[privacy_policy_url]": "privacy"},
        "Not a valid URL",
        "business_profile[privacy_policy_url]",
    ),
    ("default", {"default_return_url": "ftp://example.com"}, "Not a valid URL", "default_return_url"),
    (
        "default",
        {f"{CANCEL}[cancellation_reason][enabled]": "true", f"{CANCEL}[cancellation_reason][options]": ""},
        f"{MISSING}{CANCEL}[cancellation_reason][options].",
        f"{CANCEL}[cancellation_reason][options]",
    ),
    (
        "default",
        {
            f"{CANCEL}[cancellation_reason][enabled]": "true",
            f"{CANCEL}[cancellation_reason][feedback_options][0]": "@reason.gone",
        },
        "is inactive",
        f"{CANCEL}[cancellation_reason][feedback_options][0]",
    ),
    (
        "default",
        {f"{CANCEL}[proration_behavior]": "create_prorations"},
        "when `features[subscription_cancel][mode]` is `immediately`",
        f"{CANCEL}[proration_behavior]",
    ),
    (
        "default",
        {f"{CANCEL}[mode]": "immediately", f"{CANCEL}[proration_behavior]": "always_invoice"},
        "must be one of create_prorations or none",
        f"{CANCEL}[proration_behavior]",
    ),
    (
        "default",
        {f"{PAUSE}[duration][type]": "interval_options", f"{PAUSE}[duration][interval_options]": ""},
        f"{MISSING}{PAUSE}[duration][interval_options].",
        f"{PAUSE}[duration][interval_options]",
    ),
    (
        "default",
        {
            f"{PAUSE}[duration][type]": "interval_options",
            f"{PAUSE}[duration][interval_options][0][interval]": "month",
            f"{PAUSE}[duration][interval_options][0][interval_count]": "37",
        },
        "three years",
        f"{PAUSE}[duration][interval_options][0]",
    ),
    (
        "default",
        {**METHODS, "features[payment_method_update][payment_method_configuration]": "pmc_gone"},
        "No such payment_method_configuration: 'pmc_gone'",
        "features[payment_method_update][payment_method_configuration]",
    ),
]


@pytest.mark.parametrize(("label", "form", "words", "param"), REFUSALS)
async def test_what_stripe_would_not_save_changes_nothing(
    bench: Bench, label: str | None, form: dict[str, str], words: str, param: str | None
) -> None:
    error = await refused(bench, label, form)
    assert words in error["message"]
    assert error.get("param") == param
    assert error["type"] == "invalid_request_error"


async def test_switching_plan_changes_off_needs_no_list(bench: Bench) -> None:
    changed = await save(bench, "default", {f"{UPDATE}[enabled]": "false", f"{UPDATE}[products]": ""})
    assert not changed["features"]["subscription_update"]["enabled"]


async def test_the_permission_to_write_is_needed(bench: Bench) -> None:
    bench.stripe.faults.denied.add("rak_customer_portal_write")
    error = (await save(bench, "default", {"name": "No"}, status=403))["error"]
    assert "'rak_customer_portal_write'" in error["message"]


async def test_an_unknown_configuration_is_not_found(bench: Bench) -> None:
    answer = await bench.client.post(f"/v1/{PATH}/bpc_none", data={"name": "x"})
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "No such configuration: 'bpc_none'"
