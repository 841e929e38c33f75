import pytest

from bot.errors import NotFound, WrongPlace
from bot.portal.lookup import Lookup
from bot.portal.stripe_access import StripeGateway
from tests.portal import stripe_objects as made
from tests.portal.finding import assert_no_path_is_too_deep, find, refused
from tests.portal.stripe_server import StripeServer


async def test_a_customer_id_takes_one_call_for_the_whole_card(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    card = {
        "id": "pm_1",
        "object": "payment_method",
        "type": "card",
        "card": {"brand": "visa", "last4": "4242"},
    }
    stripe_server.answer(
        "/v1/customers/cus_1", made.customer(invoice_settings={"default_payment_method": card})
    )
    found = await find(lookup, "cus_1")
    assert stripe_server.paths == ["GET /v1/customers/cus_1"]
    assert stripe_server.asked[0].expand == [
        "invoice_settings.default_payment_method",
        "default_source",
        "subscriptions",
        "subscriptions.data.default_payment_method",
        "subscriptions.data.schedule",
        "subscriptions.data.latest_invoice",
    ]
    assert found.customer.card is not None
    assert found.customer.card.last4 == "4242"
    assert (await lookup.subscription_for_flow(found)).id == "sub_1"
    assert await lookup.completed(found) is found
    assert len(stripe_server.asked) == 1


async def test_a_subscription_id_takes_one_call_with_what_the_rules_need(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.answer(
        "/v1/subscriptions/sub_1", made.subscription(customer=made.customer(subscriptions=None))
    )
    found = await find(lookup, "sub_1")
    assert found.customer.email == "jenny@example.com"
    assert found.subscription is not None
    assert (await lookup.subscription_for_flow(found)).id == "sub_1"
    assert stripe_server.paths == ["GET /v1/subscriptions/sub_1"]
    assert {
        "customer.invoice_settings.default_payment_method",
        "default_payment_method",
        "default_source",
        "schedule",
        "latest_invoice",
        "items.data.price.currency_options",
    } <= set(stripe_server.asked[0].expand)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("in_1", "/v1/invoices/in_1"),
        ("pi_1", "/v1/payment_intents/pi_1"),
        ("ch_1", "/v1/charges/ch_1"),
        ("py_1", "/v1/charges/py_1"),
        ("cs_test_1", "/v1/checkout/sessions/cs_test_1"),
        ("sub_sched_1", "/v1/subscription_schedules/sub_sched_1"),
        ("pm_1", "/v1/payment_methods/pm_1"),
        ("seti_1", "/v1/setup_intents/seti_1"),
        ("cn_1", "/v1/credit_notes/cn_1"),
        ("qt_1", "/v1/quotes/qt_1"),
        ("ii_1", "/v1/invoiceitems/ii_1"),
        ("re_1", "/v1/refunds/re_1"),
        ("pyr_1", "/v1/refunds/pyr_1"),
    ],
)
async def test_objects_with_a_customer_take_one_call(
    stripe_server: StripeServer, lookup: Lookup, text: str, path: str
) -> None:
    stripe_server.answer(path, {"id": text, "customer": made.customer()})
    found = await find(lookup, text)
    assert (found.customer.name, found.complete) == ("Jenny Rosen", True)
    assert stripe_server.paths == [f"GET {path}"]
    assert "customer" in stripe_server.asked[0].expand
    assert_no_path_is_too_deep(stripe_server)


@pytest.mark.parametrize("text", ["dp_1", "du_1"])
async def test_a_dispute_leads_through_its_charge_in_one_call(
    stripe_server: StripeServer, lookup: Lookup, text: str
) -> None:
    stripe_server.answer(
        f"/v1/disputes/{text}", {"id": text, "charge": {"id": "ch_1", "customer": made.customer()}}
    )
    assert (await find(lookup, text)).customer.id == "cus_1"
    assert "charge.customer" in stripe_server.asked[0].expand
    assert len(stripe_server.asked) == 1
    assert_no_path_is_too_deep(stripe_server)


async def test_an_old_refund_leads_through_its_charge(stripe_server: StripeServer, lookup: Lookup) -> None:
    stripe_server.answer(
        "/v1/refunds/re_1", {"id": "re_1", "charge": {"id": "ch_1", "customer": made.customer()}}
    )
    assert (await find(lookup, "re_1")).customer.id == "cus_1"


async def test_a_subscription_item_takes_two_calls(stripe_server: StripeServer, lookup: Lookup) -> None:
    stripe_server.answer("/v1/subscription_items/si_1", {"id": "si_1", "subscription": "sub_1"})
    stripe_server.answer(
        "/v1/subscriptions/sub_1", made.subscription(customer=made.customer(subscriptions=None))
    )
    found = await find(lookup, "si_1")
    assert found.subscription is not None
    assert stripe_server.paths == ["GET /v1/subscription_items/si_1", "GET /v1/subscriptions/sub_1"]


async def test_an_invoice_gives_its_subscription_in_the_same_call(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    parent = {"subscription_details": {"subscription": made.subscription("sub_7", status="canceled")}}
    stripe_server.answer("/v1/invoices/in_1", {"id": "in_1", "customer": made.customer(), "parent": parent})
    found = await find(lookup, "in_1")
    assert (await lookup.subscription_for_flow(found)).id == "sub_7"
    assert len(stripe_server.asked) == 1


async def test_a_released_schedule_names_the_subscription_it_left(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    schedule = {
        "id": "sub_sched_1",
        "customer": made.customer(),
        "subscription": None,
        "released_subscription": "sub_1",
    }
    stripe_server.answer("/v1/subscription_schedules/sub_sched_1", schedule)
    found = await find(lookup, "sub_sched_1")
    assert found.subscription is not None
    assert found.subscription.id == "sub_1"


@pytest.mark.parametrize(
    "event_object",
    [
        {"object": "invoice", "id": "in_1", "customer": "cus_1"},
        {"object": "customer", "id": "cus_1", "name": "Old"},
    ],
)
async def test_an_event_takes_one_call_and_the_rest_on_demand(
    stripe_server: StripeServer, lookup: Lookup, event_object: dict[str, str]
) -> None:
    stripe_server.answer("/v1/events/evt_1", {"id": "evt_1", "data": {"object": event_object}})
    stripe_server.answer("/v1/customers/cus_1", made.customer())
    found = await find(lookup, "evt_1")
    assert (found.customer.id, found.complete) == ("cus_1", False)
    assert len(stripe_server.asked) == 1
    assert (await lookup.completed(found)).customer.name == "Jenny Rosen"
    assert len(stripe_server.asked) == 2


async def test_an_account_stands_for_the_customer_without_a_call(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    found = await find(lookup, "acct_1Other")
    assert found.customer_account == "acct_1Other"
    with pytest.raises(NotFound, match="account_needs_subscription"):
        await lookup.subscription_for_flow(found)
    assert stripe_server.asked == []


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        (
            "/v1/payment_intents/pi_1",
            {"latest_charge": {"billing_details": {"email": "g@example.com"}}},
            "pi_1",
        ),
        ("/v1/charges/ch_1", {"billing_details": {"email": "g@example.com"}}, "ch_1"),
        ("/v1/charges/ch_1", {"billing_details": {}, "receipt_email": "g@example.com"}, "ch_1"),
        ("/v1/checkout/sessions/cs_test_1", {"customer_details": {"email": "g@example.com"}}, "cs_test_1"),
        ("/v1/checkout/sessions/cs_test_1", {"customer_email": "g@example.com"}, "cs_test_1"),
        ("/v1/disputes/dp_1", {"charge": {"billing_details": {"email": "g@example.com"}}}, "dp_1"),
    ],
)
async def test_a_guests_payment_tells_the_address_the_guest_gave(
    stripe_server: StripeServer, lookup: Lookup, path: str, body: dict[str, object], text: str
) -> None:
    stripe_server.answer(path, {"id": text, "customer": None, **body})
    said = await refused(lookup, text)
    assert (said.code, said.facts["email"]) == ("guest_payment", "g@example.com")


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ("pi_1", "/v1/payment_intents/pi_1", "guest_payment_without_email"),
        ("pm_1", "/v1/payment_methods/pm_1", "object_without_customer"),
        ("evt_1", "/v1/events/evt_1", "object_without_customer"),
    ],
)
async def test_an_object_of_nobody_is_said(
    stripe_server: StripeServer, lookup: Lookup, text: str, path: str, code: str
) -> None:
    stripe_server.answer(path, {"id": text, "customer": None})
    assert (await refused(lookup, text)).code == code


async def test_a_deleted_customer_is_found_and_gets_no_flow(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.answer("/v1/customers/cus_1", {"id": "cus_1", "object": "customer", "deleted": True})
    found = await find(lookup, "cus_1")
    assert found.customer.deleted
    with pytest.raises(NotFound, match="customer_deleted"):
        await lookup.subscription_for_flow(found)
    assert len(stripe_server.asked) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://dashboard.stripe.com/customers/cus_1", "pasted_from_live_mode"),
        ("cs_live_1", "pasted_from_live_mode"),
        ("https://dashboard.stripe.com/acct_1Else/test/customers/cus_1", "other_account"),
    ],
)
async def test_a_wrong_place_is_answered_without_a_call(
    stripe_server: StripeServer, lookup: Lookup, text: str, code: str
) -> None:
    said = await refused(lookup, text)
    assert isinstance(said, WrongPlace)
    assert said.code == code
    assert stripe_server.asked == []


@pytest.mark.parametrize("text", ["https://dashboard.stripe.com/test/customers/cus_1", "cs_test_1"])
async def test_test_mode_with_a_live_key_is_answered_without_a_call(
    stripe_server: StripeServer, live_gateway: StripeGateway, text: str
) -> None:
    assert (await refused(Lookup(live_gateway), text)).code == "pasted_from_test_mode"
    assert stripe_server.asked == []


async def test_our_own_account_and_mode_are_looked_up(stripe_server: StripeServer, lookup: Lookup) -> None:
    stripe_server.answer("/v1/customers/cus_1", made.customer())
    found = await find(lookup, "https://dashboard.stripe.com/acct_1Mine/test/customers/cus_1")
    assert found.customer.id == "cus_1"


async def test_a_subscription_of_an_account_is_for_that_account(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.answer(
        "/v1/subscriptions/sub_1", made.subscription(customer=None, customer_account="acct_1Customer")
    )
    found = await find(lookup, "sub_1")
    assert (found.customer_account, found.subscription_id) == ("acct_1Customer", "sub_1")


async def test_a_subscription_of_nobody_is_refused(stripe_server: StripeServer, lookup: Lookup) -> None:
    stripe_server.answer("/v1/subscriptions/sub_1", made.subscription(customer=None))
    assert (await refused(lookup, "sub_1")).code == "object_without_customer"


async def test_a_customer_that_was_named_only_is_read_before_anything_is_said_about_it(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.answer("/v1/subscriptions/sub_1", made.subscription(customer="cus_1"))
    stripe_server.answer("/v1/customers/cus_1", made.customer())
    found = await lookup.completed(await find(lookup, "sub_1"))
    assert found.customer.email == "jenny@example.com"
    assert found.subscription is not None


async def test_a_page_that_does_not_lead_on_ends_the_reading(
    stripe_server: StripeServer, lookup: Lookup
) -> None:
    stripe_server.answer("/v1/customers/cus_1", made.customer())
    page = {"object": "list", "data": [made.subscription()], "has_more": True}
    stripe_server.answer("/v1/subscriptions", page)
    found = await find(lookup, "cus_1")
    read = [each.id async for each in lookup.every_subscription_of(found.customer)]
    assert read == ["sub_1", "sub_1"]
