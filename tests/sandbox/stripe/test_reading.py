"""Retrieving, listing, searching and expanding."""

import pytest

from sandbox.stripe import MANY
from tests.sandbox.stripe.conftest import Bench

JENNY = "jenny@example.com"


async def test_the_email_filter_is_exact_and_case_sensitive(bench: Bench) -> None:
    upper = await bench.get("customers", email="Kim@Example.com")
    assert [one["id"] for one in upper["data"]] == [bench.id("case_upper")]
    assert (await bench.get("customers", email="KIM@EXAMPLE.COM"))["data"] == []
    both = await bench.get("customers/search", query='email:"KIM@EXAMPLE.COM"')
    assert {one["id"] for one in both["data"]} == {bench.id("case_upper"), bench.id("case_lower")}


async def test_lists_are_newest_first_and_leave_out_the_deleted(bench: Bench) -> None:
    found = await bench.get("customers", email="sam@example.com")
    assert [one["id"] for one in found["data"]] == [bench.id("sam_idle"), bench.id("sam_active")]
    assert (await bench.get("customers", email="dora@example.com"))["data"] == []
    gone = await bench.get(f"customers/{bench.id('deleted')}")
    assert gone == {"id": bench.id("deleted"), "object": "customer", "deleted": True}


@pytest.mark.parametrize("many", [MANY])
async def test_pages_cover_five_hundred_subscriptions_once(bench: Bench, many: int) -> None:
    seen: list[str] = []
    params = {"customer": bench.id("crowd"), "limit": "100"}
    while True:
        page = await bench.get("subscriptions", **params)
        seen += [one["id"] for one in page["data"]]
        if not page["has_more"]:
            break
        params["starting_after"] = seen[-1]
    assert len(seen) == len(set(seen)) == 500


async def test_ending_before_goes_back(bench: Bench) -> None:
    first = await bench.get("prices", limit="5")
    ids = [one["id"] for one in first["data"]]
    before = await bench.get("prices", limit="2", ending_before=ids[4])
    assert [one["id"] for one in before["data"]] == ids[2:4]


@pytest.mark.parametrize(("limit", "word"), [("0", "greater"), ("101", "less"), ("x", "Invalid integer")])
async def test_page_sizes_have_bounds(bench: Bench, limit: str, word: str) -> None:
    refused = await bench.refused(400, "customers", limit=limit)
    assert word in refused["error"]["message"]


async def test_ended_subscriptions_are_listed_only_when_asked_for(bench: Bench) -> None:
    customer = bench.id("several")
    assert len((await bench.get("subscriptions", customer=customer))["data"]) == 2
    assert len((await bench.get("subscriptions", customer=customer, status="all"))["data"]) == 3
    assert len((await bench.get("subscriptions", customer=customer, status="ended"))["data"]) == 1
    refused = await bench.refused(400, "subscriptions", customer="cus_none")
    assert refused["error"]["param"] == "customer"


async def test_products_of_a_configuration_come_only_when_expanded(bench: Bench) -> None:
    path = f"billing_portal/configurations/{bench.id('configuration.default')}"
    plain = await bench.get(path)
    assert "products" not in plain["features"]["subscription_update"]
    full = await bench.get(path, **{"expand[]": "features.subscription_update.products"})
    assert len(full["features"]["subscription_update"]["products"]) == 9
    listed = await bench.get(
        "billing_portal/configurations",
        is_default="true",
        limit="1",
        **{"expand[]": "data.features.subscription_update.products"},
    )
    assert [one["id"] for one in listed["data"]] == [bench.id("configuration.default")]
    assert "products" in listed["data"][0]["features"]["subscription_update"]


async def test_tiers_and_currencies_of_a_price_come_only_when_expanded(bench: Bench) -> None:
    path = f"prices/{bench.id('price.tiered')}"
    assert "tiers" not in await bench.get(path)
    assert len((await bench.get(path, **{"expand[]": "tiers"}))["tiers"]) == 2
    business = f"prices/{bench.id('price.business_monthly')}"
    assert "currency_options" not in await bench.get(business)
    expanded = await bench.get(business, **{"expand[]": "currency_options"})
    assert set(expanded["currency_options"]) == {"usd", "eur"}


async def test_a_customers_subscriptions_come_only_when_expanded(bench: Bench) -> None:
    path = f"customers/{bench.id('several')}"
    assert "subscriptions" not in await bench.get(path)
    expanded = await bench.get(path, **{"expand[]": "subscriptions"})
    assert len(expanded["subscriptions"]["data"]) == 2


async def test_references_expand_through_four_levels(bench: Bench) -> None:
    wanted = [
        "customer.invoice_settings.default_payment_method",
        "latest_invoice",
        "schedule",
        "items.data.price.currency_options",
    ]
    expand = {f"expand[{position}]": path for position, path in enumerate(wanted)}
    found = await bench.get(f"subscriptions/{bench.id('jenny.subscription')}", **expand)
    assert found["customer"]["invoice_settings"]["default_payment_method"]["card"]["last4"] == "4242"
    assert found["latest_invoice"]["status"] == "paid"
    assert found["schedule"] is None
    assert found["items"]["data"][0]["plan"]["object"] == "plan"


@pytest.mark.parametrize(
    ("path", "expand", "message"),
    [
        (
            "customers",
            "foo",
            "This property cannot be expanded (foo). You may want to try expanding 'data.foo'",
        ),
        ("customers", "data.foo", "This property cannot be expanded (foo)."),
        ("customers", "data.email", "This property cannot be expanded (email)."),
        (
            "subscriptions",
            "data.items.data.price.product.default_price",
            "You cannot expand more than 4 levels",
        ),
    ],
)
async def test_what_cannot_be_expanded_is_refused(bench: Bench, path: str, expand: str, message: str) -> None:
    refused = await bench.refused(400, path, **{"expand[]": expand})
    assert message in refused["error"]["message"]


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ('name~"rosen"', {"jenny"}),
        ('phone:"+15555550123"', {"jenny"}),
        ('metadata["user_id"]:"42"', {"jenny"}),
        ("email:'jenny@example.com' AND -name:'Jenny Rosen'", set()),
        ('email:"jenny@example.com" OR email:"noah@example.com"', {"jenny", "noah"}),
        ('name:"\\"}, {\\"type\\": \\"section\\""', {"hostile_json"}),
    ],
)
async def test_customers_are_searched(bench: Bench, query: str, labels: set[str]) -> None:
    found = await bench.get("customers/search", query=query)
    assert found["object"] == "search_result"
    assert {one["id"] for one in found["data"]} == {bench.id(label) for label in labels}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("address:'x'", "unsupported search field"),
        ("email:'a' AND name:'b' OR phone:'c'", "cannot mix"),
        ("name~'ab'", "at least 3 characters"),
        ("((", "unable to parse"),
        ("", "empty"),
        ("created>'x'", "not a number"),
    ],
)
async def test_searches_that_stripe_would_not_understand_are_refused(
    bench: Bench, query: str, message: str
) -> None:
    refused = await bench.refused(400, "customers/search", query=query)
    assert message in refused["error"]["message"]


async def test_invoices_are_found_by_both_their_numbers(bench: Bench) -> None:
    subscription = await bench.get(
        f"subscriptions/{bench.id('jenny.subscription')}", **{"expand[]": "latest_invoice"}
    )
    invoice = subscription["latest_invoice"]
    for field in ("number", "receipt_number"):
        found = await bench.get(
            "invoices/search", query=f'{field}:"{invoice[field]}"', **{"expand[]": "data.customer"}
        )
        assert [one["id"] for one in found["data"]] == [invoice["id"]]
        assert found["data"][0]["customer"]["email"] == JENNY


async def test_a_guests_payment_is_found_by_its_card_but_has_no_customer(bench: Bench) -> None:
    charge = await bench.get(f"charges/{bench.id('guest.charge')}")
    assert charge["customer"] is None
    assert charge["billing_details"]["email"] == "guest@example.com"
    found = await bench.get(
        "charges/search", query='payment_method_details.card.last4:"4242" AND amount:4900'
    )
    assert charge["id"] in [one["id"] for one in found["data"]]


async def test_promotion_codes_and_prices_are_found_by_what_merchants_call_them(bench: Bench) -> None:
    codes = await bench.get("promotion_codes", code="welcome20")
    assert [one["id"] for one in codes["data"]] == [bench.id("promo_welcome")]
    prices = await bench.get("prices", **{"lookup_keys[]": "team_yearly"})
    assert [one["id"] for one in prices["data"]] == [bench.id("price.team_yearly")]
    archived = await bench.get("prices", active="false")
    assert [one["id"] for one in archived["data"]] == [bench.id("price.archived")]


async def test_subscription_items_are_found_alone_and_by_subscription(bench: Bench) -> None:
    subscription = bench.id("multi.subscription")
    listed = await bench.get("subscription_items", subscription=subscription)
    assert len(listed["data"]) == 2
    item = await bench.get(f"subscription_items/{listed['data'][0]['id']}")
    assert item["subscription"] == subscription
    assert item["price"]["object"] == "price"
    await bench.refused(400, "subscription_items")


async def test_events_are_listed_by_type_and_time_for_thirty_days(bench: Bench) -> None:
    listed = await bench.get("events", **{"types[]": "invoice.paid"})
    assert [one["type"] for one in listed["data"]] == ["invoice.paid"]
    assert len((await bench.get("events", type="customer.subscription.*"))["data"]) == 1
    recent = await bench.get("events", **{"created[gte]": str(bench.clock.now - 100_000)})
    assert [one["type"] for one in recent["data"]] == ["customer.subscription.created"]
    bench.clock.now += 31 * 86_400
    assert (await bench.get("events"))["data"] == []


async def test_the_account_is_the_platform(bench: Bench) -> None:
    account = await bench.get("account")
    assert account["business_profile"]["name"] == "Example Inc"
