"""Sentences name products and prices; ids are for the small print and for buttons."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.process.web import warm_up
from tests.stand.person import Person
from tests.stand.shown import Shown
from tests.stand.signing import stripe_header
from tests.stand.stand import Stand, open_stand

INTERNAL = re.compile(r"\b(?:prod|price|plan)_\w+|\b(?:starter|team|business)_(?:monthly|yearly)\b")
SMALL_PRINT = {"context"}
SEEDS = (
    "jenny", "multi", "one_product", "metered", "tiered", "archived", "untaxed", "inclusive", "packs", "euro",
    "yen", "scheduled", "several", "discounted", "trialing", "past_due", "unpaid", "incomplete", "paused",
    "pause_collection", "canceled", "ending_classic", "pending", "no_subscription",
)  # fmt: skip
TO_TEAM, PRORATED = r"Starter to Team, \$10\.00 to \$25\.00 a month", "difference on the next invoice"
TARGETS = ("", "qty:5", "team_monthly", "archived", "metered", "tiered", "starter_monthly", "setup_once")


@pytest.fixture(scope="module", params=[True, False], ids=["warm", "cold"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A bot that has read the catalog at its start, and one that knows nothing yet."""
    with open_stand(tmp_path_factory.mktemp("names")) as stand:
        if request.param:
            stand.loop.run(warm_up(stand.web))
        yield stand


def sentences(shown: Shown) -> str:
    return "\n".join(
        [str(shown.content.get("text", ""))]
        + [Shown({"blocks": [block]}).words for block in shown.blocks if block["type"] not in SMALL_PRINT]
    )


@pytest.mark.parametrize("label", SEEDS)
def test_no_sentence_about_a_customer_has_the_id_of_a_product_or_price(shop: Stand, label: str) -> None:
    agent = shop.person()
    customer = shop.customer(label)
    for line in (customer, f"why {customer}", f"update {customer}", f"switch {customer} qty:3"):
        assert not INTERNAL.findall(sentences(agent.asks(line))), line


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("label", ["jenny", "tiered", "archived"])
def test_no_reason_why_not_has_the_id_of_a_product_or_price(shop: Stand, label: str, target: str) -> None:
    subscription = shop.on_loop(lambda: shop.sandbox.stripe.test.labels[f"{label}.subscription"])
    price = shop.on_loop(lambda: shop.sandbox.stripe.test.labels.get(f"price.{target}", target))
    for verb in ("why", "switch"):
        said = sentences(shop.person().asks(f"{verb} {subscription} {price}".strip()))
        assert not INTERNAL.findall(said), said


def test_no_sentence_about_the_configurations_has_the_id_of_a_product_or_price(shop: Stand) -> None:
    assert not INTERNAL.findall(sentences(shop.person().asks("config")))


def test_a_product_with_several_prices_is_asked_about_by_its_name(shop: Stand) -> None:
    subscription = shop.on_loop(lambda: shop.sandbox.stripe.test.labels["euro.subscription"])
    product = shop.on_loop(lambda: shop.sandbox.stripe.test.labels["prod.team"])
    assert not INTERNAL.findall(sentences(shop.person().asks(f"switch {subscription} {product}")))


def test_the_card_names_the_product_once_the_catalog_was_read(tmp_path: Path) -> None:
    with open_stand(tmp_path) as stand:
        agent: Person = stand.person()
        cold = agent.asks(stand.customer("jenny"))
        assert "$10.00 a month" in cold.words
        assert "Starter" not in cold.words
        stand.loop.run(warm_up(stand.web))
        assert "Starter, $10.00 a month" in agent.asks(stand.customer("jenny")).words


@pytest.mark.parametrize("kind", ["product.updated", "product.deleted"])
def test_a_name_that_stripe_says_has_changed_is_not_said_any_more(tmp_path: Path, kind: str) -> None:
    with open_stand(tmp_path) as stand:
        stand.loop.run(stand.web.services.account.products.start())
        agent, jenny = stand.person(), stand.customer("jenny")
        assert "Starter, $10.00" in agent.asks(jenny).words
        product = stand.on_loop(lambda: stand.sandbox.stripe.test.labels["prod.starter"])
        event = {
            "id": "evt_1",
            "object": "event",
            "type": kind,
            "created": 1,
            "livemode": False,
            "data": {"object": {"id": product, "object": "product"}},
        }
        body = json.dumps(event).encode()
        headers = {"stripe-signature": stripe_header(body)}
        assert stand.bot_http.post("/stripe/webhooks", content=body, headers=headers).status_code == 200
        assert "Starter, $10.00" not in agent.asks(jenny).words


@pytest.mark.parametrize(("typed", "title"), [
    ("cancel {noah}", r"Cancel Team, 5 seats, \$125\.00 a month: runs until \d+ \w+ 20\d\d"),
    ("update {noah}", r"Change Team, 5 seats, \$125\.00 a month"),
    ("pause {noah}", r"Pause Team, 5 seats, \$125\.00 a month"),
    ("switch {noah} qty:25", rf"Team, 5 to 25 seats, \$125\.00 to \$625\.00 a month, {PRORATED}"),
    ("switch {noah} qty:3", r"Team, 5 to 3 seats, \$125\.00 to \$75\.00 a month, from \d+ \w+ 20\d\d"),
    ("switch {jenny} team_monthly", rf"{TO_TEAM}, {PRORATED}"),
    ("switch {jenny} team_monthly coupon:ONCE10", rf"{TO_TEAM}, with ONCE10, {PRORATED}"),
    ("payment {jenny}", r"New payment method for Jenny Rosen, now Visa ···· 4242"),
    ("details {jenny}", r"Billing details of Jenny Rosen"),
    ("home {jenny}", r"Portal link for Jenny Rosen"),
])  # fmt: skip
def test_a_link_says_in_its_title_and_in_the_notification_what_it_is_about(
    shop: Stand, typed: str, title: str
) -> None:
    line = typed.format(noah=shop.customer("noah"), jenny=shop.customer("jenny"))
    shown = shop.person().asks(line)
    header = shown.blocks[0]["text"]["text"]
    assert re.fullmatch(title, header), header
    assert str(shown.content["text"]).startswith(header)
    if not line.startswith(("home", "payment", "details")):
        assert "*Now:* active · renews <!date^" in shown.words


def test_a_choice_of_subscriptions_tells_them_apart_by_name_and_state(shop: Stand) -> None:
    shown = shop.person().asks(f"cancel {shop.customer('several')}")
    titles = [line for line in shown.markup.splitlines() if line.startswith("*")]
    assert len(titles) == 2
    assert not [line for line in titles if "sub_" in line]
    assert len(re.findall(r"\nactive · renews ", shown.markup)) == 2
