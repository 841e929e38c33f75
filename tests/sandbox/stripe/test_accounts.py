"""What belongs to the account: who it is, how it looks, what it sells, and accounts yet to be set up."""

from typing import Any

import pytest

from tests.sandbox.stripe.conftest import Bench


async def of_account(bench: Bench, name: str, path: str, **params: str) -> Any:
    """A GET with a key of that account."""
    headers = {"Authorization": f"Bearer rk_test_{name}"}
    answer = await bench.client.get(f"/v1/{path}", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_example_merchant_shows_customers_who_it_is(bench: Bench) -> None:
    account = await bench.get("account")
    assert account["details_submitted"]
    assert account["charges_enabled"]
    profile, settings = account["business_profile"], account["settings"]
    assert profile["support_email"] == "support@example.com"
    assert profile["support_phone"]
    assert profile["support_address"]["country"] == "US"
    assert settings["branding"]["icon"]
    assert settings["branding"]["primary_color"].startswith("#")
    assert settings["payments"]["statement_descriptor"] == "EXAMPLE INC"


async def test_a_plan_has_what_customers_see_of_it(bench: Bench) -> None:
    team = await bench.get(f"products/{bench.id('prod.team')}")
    assert team["unit_label"] == "seat"
    assert len(team["statement_descriptor"]) <= 22
    assert team["tax_code"].startswith("txcd_")
    assert team["description"]
    picture = await bench.client.get(team["images"][0].removeprefix("http://sandbox.test"))
    assert picture.headers["content-type"] == "image/png"
    bare = await bench.get(f"products/{bench.id('prod.storage')}")
    assert (bare["images"], bare["description"]) == ([], None)


async def test_stripe_tax_is_set_up_or_says_what_it_lacks(bench: Bench) -> None:
    assert (await bench.get("tax/settings"))["status"] == "active"
    pending = await of_account(bench, "fresh", "tax/settings")
    assert pending["status_details"]["pending"] == {"missing_fields": ["head_office"]}


async def test_the_endpoint_that_reaches_the_bot_is_listed(bench: Bench) -> None:
    (listed,) = (await bench.get("webhook_endpoints"))["data"]
    assert (listed["status"], listed["enabled_events"]) == ("enabled", ["*"])
    assert (await bench.get(f"webhook_endpoints/{listed['id']}"))["url"] == listed["url"]
    assert "secret" not in listed or listed["secret"] is None


async def test_feedback_options_can_be_read_by_status(bench: Bench) -> None:
    offered = await bench.get("billing/feedback_options", status="active")
    assert [one["status"] for one in offered["data"]] == ["active", "active"]
    gone = await bench.get(f"billing/feedback_options/{bench.id('reason.gone')}")
    assert gone["status_transitions"]["deactivated_at"]


async def test_invoices_of_a_customer_carry_their_pages(bench: Bench) -> None:
    listed = await bench.get("invoices", customer=bench.id("jenny"))
    assert listed["data"]
    assert all(one["hosted_invoice_url"].startswith("https://") for one in listed["data"])


async def test_a_fresh_account_has_nothing(bench: Bench) -> None:
    account = await of_account(bench, "fresh", "account")
    assert not account["details_submitted"]
    assert account["business_profile"]["name"] is None
    for path in ("products", "prices", "customers", "billing_portal/configurations", "webhook_endpoints"):
        assert (await of_account(bench, "fresh_2", path))["data"] == [], path


async def test_an_unfinished_account_has_the_settings_nobody_touched(bench: Bench) -> None:
    listed = await of_account(bench, "unfinished", "billing_portal/configurations", is_default="true")
    (configuration,) = listed["data"]
    assert configuration["login_page"] == {"enabled": False, "url": None}
    assert not configuration["features"]["subscription_update"]["enabled"]
    assert configuration["business_profile"]["privacy_policy_url"] is None
    assert configuration["default_return_url"] is None
    (endpoint,) = (await of_account(bench, "unfinished", "webhook_endpoints"))["data"]
    assert "*" not in endpoint["enabled_events"]


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("account", "rak_accounts_kyc_basic_read"),
        ("tax/settings", "rak_tax_settings_read"),
        ("webhook_endpoints", "rak_webhook_read"),
        ("billing/feedback_options", "rak_customer_portal_read"),
        ("products", "rak_product_read"),
        ("prices", "rak_plan_read"),
    ],
)
async def test_each_resource_has_its_own_permission(bench: Bench, path: str, permission: str) -> None:
    bench.stripe.faults.denied.add(permission)
    refused = await bench.refused(403, path)
    assert f"Having the '{permission}' permission" in refused["error"]["message"]
    await bench.get("customers", limit="1")


async def test_an_endpoint_is_sent_what_it_is_registered_for(bench: Bench) -> None:
    bench.stripe.events.webhook_url = "http://bot.test"
    endpoint, jenny = bench.stripe.test.get(bench.id("webhook.bot")), bench.id("jenny")
    for events, status, sent in (
        (["*"], "enabled", 1),
        (["payout.failed"], "enabled", 1),
        (["invoice.paid"], "enabled", 0),
        (["*"], "disabled", 0),
    ):
        endpoint.update(enabled_events=events, status=status)
        bench.stripe.happen("payout.failed", jenny)
        assert bench.stripe.events.recorded[-1]["pending_webhooks"] == sent, (events, status)
