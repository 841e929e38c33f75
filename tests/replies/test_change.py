"""The difference of a change as the window shows it."""

from typing import Any

import pytest

from bot.changes.change import State
from bot.portal.configuring.limits import PRODUCTS
from bot.replies.change import LONGEST_ENTRY, ChangeReplies
from bot.words import Words
from tests.changes.made import made_change


def product(*prices: str) -> dict[str, Any]:
    return {"product": "prod_a", "prices": list(prices), "adjustable_quantity": {"enabled": False}}


def named(price: str, name: str) -> dict[str, Any]:
    return {"id": price, "product": {"id": "prod_a", "object": "product", "name": name}}


@pytest.mark.parametrize("name", ["Team", "T" * 400])
def test_a_swap_of_prices_that_read_alike_is_shown_with_their_ids(name: str) -> None:
    prices = {price: named(price, name) for price in ("price_old", "price_new", "price_same")}
    before, after = [product("price_same", "price_old")], [product("price_same", "price_new")]
    change = made_change({PRODUCTS: before}, {PRODUCTS: after}, State.SHOWN, effects={"prices": prices})
    shown = str(ChangeReplies(Words()).preview_view(change, "{}", may_change=True))
    assert shown.count("price_new") == shown.count("price_old") == 1
    assert "price_same" not in shown


def test_what_is_left_open_is_no_difference() -> None:
    left_open = {"product": "prod_a", "prices": ["price_1"]}
    change = made_change(
        {PRODUCTS: [product("price_1")]}, {PRODUCTS: [left_open, product("price_2")]}, State.SHOWN
    )
    lines: Any = ChangeReplies(Words())._facts(change)["lines"]
    assert [(line["added"], line["removed"]) for line in lines] == [(["`price_2`"], [])]


def test_a_line_keeps_its_length_with_long_ids() -> None:
    listed = [product(f"price_{each}{'x' * 200}") for each in range(2)]
    written = ChangeReplies(Words())._entries(PRODUCTS, listed, {})
    assert [len(each) for each in written] == [LONGEST_ENTRY] * 2


@pytest.mark.parametrize(("before", "labels"), [(False, ["Undo"]), (None, [])])
def test_undo_is_offered_where_it_can_be_done(before: Any, labels: list[str]) -> None:
    path = "features.subscription_pause.enabled"
    change = made_change({path: before}, {path: True}, State.APPLIED, finished_at=100, decided_by="U1")
    told = ChangeReplies(Words()).told(change, 101)
    pressed = [each["text"]["text"] for block in told.blocks for each in block.get("elements", ())]
    assert pressed == labels
    assert ("Undo works" in told.text) is bool(labels)


def test_a_request_names_its_customer_who_cannot_write_markup() -> None:
    change = made_change({"active": False}, {"active": True}, State.ASKED, customer="cus_1")
    asked = ChangeReplies(Words()).request(change, 1, "Jenny <!channel>")
    assert "for *Jenny &lt;!channel&gt;*" in str(asked.blocks[0])
    assert "Jenny" in asked.text
    assert "for a customer" in str(ChangeReplies(Words()).request(change, 1).blocks[0])
