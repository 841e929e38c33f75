"""Customers as Stripe sends them, from API versions of ten years, on the card and beside a link."""

import copy
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reading import read_command
from bot.portal.found import Found
from bot.portal.invoices import open_invoices_of
from bot.portal.link_request import Flow
from bot.portal.links import PortalLink
from bot.portal.models import Configuration, Customer
from bot.portal.object_ids import Kind
from bot.portal.product_catalog import ProductCatalog
from bot.portal.rules import Question, explain
from bot.portal.secret import Secret
from bot.replies.card import card_message
from bot.replies.link import link_message
from bot.use_cases.results import CustomerCard, LinkMade, SubscriptionCard
from bot.words import Message, Words
from sandbox.slack.block_checker import check_message
from tests.portal import stripe_objects as made
from tests.stand.shown import Shown

WORDS = Words()
NOW = 1_800_000_000
NONSENSE = re.compile(r"\bNone\b|MISSING|\bnull\b|\{\{|  · |· ·| · $|\(\)| ,|\bper None\b", re.MULTILINE)
IDS = re.compile(r"\b(?:prod|price|plan|in|sub_sched)_\w+")
BESIDE_THE_REPOSITORY = Path(__file__).parents[3] / "shared" / "stripe" / "fixtures3.json"
SAMPLES = Path(os.environ.get("PORTALBOT_STRIPE_FIXTURES", BESIDE_THE_REPOSITORY))
"""Read before the tests' own environment hides it."""
Json = dict[str, Any]


def shown(customer: Json) -> list[Shown]:
    """The card and a link of every kind for this customer."""
    read = ProductCatalog().named_customer(Customer.of(customer))
    found = Found(read, Kind.CUSTOMER)
    question = Question(customer=read, now=NOW, configuration=CONFIGURATION, key_livemode=False)
    cards = tuple(
        SubscriptionCard(each, explain(Question(customer=read, now=NOW, subscription=each)))
        for each in read.subscriptions or ()
    )
    around = explain(question)
    invoices = open_invoices_of(found)
    card = CustomerCard(found, CONFIGURATION, cards, (), 0, False, around, open_invoices=invoices)
    messages = [card_message(WORDS, card, livemode=False)]
    messages += [
        link_message(
            WORDS, LinkMade(found, None, flow, link(flow), CONFIGURATION), read_command("home cus_1")
        )
        for flow in Flow
    ]
    return [checked(message) for message in messages]


def checked(message: Message) -> Shown:
    """The message as Slack would take it."""
    content = {"text": message.text, "blocks": message.blocks}
    assert check_message(content, public=False) == []
    return Shown(content)


def sentences(message: Shown) -> str:
    return "\n".join(Shown({"blocks": [each]}).words for each in message.blocks if each["type"] != "context")


def link(flow: Flow) -> PortalLink:
    return PortalLink(
        url=Secret("https://billing.stripe.com/p/session/test_1"),
        session="bps_1",
        flow=flow,
        customer="cus_1",
        customer_account=None,
        subscription=None,
        configuration="bpc_1",
        configuration_details=None,
        livemode=False,
        created=NOW,
        expires_at=NOW + 300,
        locale=None,
    )


CONFIGURATION = Configuration.of(made.configuration())

PLAN = {
    "id": "gold-2015",
    "object": "plan",
    "active": True,
    "amount": 2_000,
    "billing_scheme": "per_unit",
    "currency": "usd",
    "interval": "month",
    "interval_count": 1,
    "nickname": None,
    "product": "prod_1",
    "usage_type": "licensed",
}
BEFORE_PRICES: Json = {
    "id": "sub_1",
    "object": "subscription",
    "billing": "charge_automatically",
    "cancel_at_period_end": False,
    "current_period_end": NOW + 86_400,
    "current_period_start": NOW - 86_400,
    "customer": "cus_1",
    "discount": None,
    "items": {
        "object": "list",
        "data": [{"id": "si_1", "object": "subscription_item", "plan": PLAN, "quantity": 1}],
    },
    "latest_invoice": "in_1",
    "plan": PLAN,
    "quantity": 1,
    "status": "active",
}
LEGACY_CARD = {"id": "card_1", "object": "card", "brand": "Visa", "country": "US", "last4": "4242"}
LEGACY_BANK = {"id": "ba_1", "object": "bank_account", "bank_name": "STRIPE TEST BANK", "last4": "6789"}
NEW_CARD = {
    "id": "pm_1",
    "object": "payment_method",
    "type": "card",
    "card": {"brand": "visa", "last4": "1881"},
}
OPEN_INVOICE = {
    "id": "in_1",
    "object": "invoice",
    "status": "open",
    "number": None,
    "amount_due": 2_000,
    "currency": "usd",
    "hosted_invoice_url": "https://invoice.stripe.com/i/acct_1/test_1",
}

SHAPES: dict[str, Json] = {
    "only an id": {"id": "cus_1", "object": "customer"},
    "deleted": {"id": "cus_1", "object": "customer", "deleted": True},
    "a legacy card, a plan, the period on the subscription": made.customer(
        name=None, description="Michael", default_source=LEGACY_CARD, subscriptions=[BEFORE_PRICES]
    ),
    "a bank account and an empty list": {
        **made.customer(default_source=LEGACY_BANK, subscriptions=None),
        "subscriptions": {},
    },
    "an invoice of an older version that is open": made.customer(
        subscriptions=[made.subscription(latest_invoice=OPEN_INVOICE)],
        invoice_settings={"default_payment_method": NEW_CARD},
    ),
    "a draft invoice without a number": made.customer(
        subscriptions=[made.subscription(latest_invoice={**OPEN_INVOICE, "status": "draft", "number": None})]
    ),
    "no items": made.customer(subscriptions=[made.subscription(items=None)]),
    "a status of next year": made.customer(subscriptions=[made.subscription(status="hibernating")]),
    "a price that is only named": made.customer(
        subscriptions=[made.subscription(items={"data": [{"id": "si_1", "price": "price_1"}]})]
    ),
    "an amount of a fraction of a cent": made.customer(
        subscriptions=[
            made.subscription(
                items={"data": [{"id": "si_1", "price": made.price(unit_amount_decimal="0.0125")}]}
            )
        ]
    ),
    "a schedule that is only named": made.customer(subscriptions=[made.subscription(schedule="sub_sched_1")]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_a_customer_reads_as_sentences(shape: str) -> None:
    for message in shown(SHAPES[shape]):
        assert not NONSENSE.findall(message.words), message.words
        assert not IDS.findall(sentences(message)), message.words


@pytest.fixture
def samples() -> Json:
    if not SAMPLES.is_file():
        pytest.skip("Stripe's sample objects are not here; PORTALBOT_STRIPE_FIXTURES may name them")
    resources: Json = json.loads(SAMPLES.read_text(encoding="utf-8"))["resources"]
    return resources


def test_stripes_own_sample_objects_read_as_sentences(samples: Json) -> None:
    subscription = {
        **samples["subscription"],
        "schedule": samples["subscription_schedule"],
        "latest_invoice": samples["invoice"],
        "default_payment_method": samples["payment_method"],
    }
    held = {"object": "list", "data": [subscription], "has_more": True}
    for message in shown({**samples["customer"], "subscriptions": held}):
        assert not NONSENSE.findall(message.words), message.words
        assert not IDS.findall(sentences(message)), message.words


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every field of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in inner for found in ((*path, key), *places(each, (*path, key)))]


FULL: Json = made.customer(
    default_source=LEGACY_CARD,
    subscriptions=[
        made.subscription(
            latest_invoice=OPEN_INVOICE,
            pause_collection={"behavior": "void", "resumes_at": NOW},
            pending_update={"expires_at": NOW, "subscription_items": [{"id": "si_1", "price": made.price()}]},
            schedule={
                "id": "sub_sched_1",
                "status": "active",
                "end_behavior": "cancel",
                "current_phase": {"start_date": 1, "end_date": NOW},
                "phases": [{"start_date": NOW, "end_date": NOW + 9, "items": [{"price": "price_2"}]}],
            },
        )
    ],
)
# Without its own id nothing can be found, let alone shown.
CHANGEABLE = [path for path in places(FULL) if path not in {("id",), ("subscriptions", "data", 0, "id")}]
STRANGE = st.sampled_from([None, True, -1, 10**30, "", "a·b", [], {}, [None], {"id": None}, "price_1"])


@given(st.lists(st.tuples(st.sampled_from(CHANGEABLE), STRANGE), min_size=1, max_size=4))
def test_a_field_that_is_missing_or_of_another_kind_breaks_no_card_and_no_link(
    changes: list[tuple[tuple[Any, ...], object]],
) -> None:
    customer = copy.deepcopy(FULL)
    for path, value in changes:
        holder: Any = customer
        with suppress(KeyError, IndexError, TypeError):  # an earlier change has taken the place away
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = value
    for message in shown(customer):
        assert message.words
