"""The switches that would work instead are named, and only those."""

from dataclasses import replace
from typing import Any

from bot.portal.rules import Verdict, alternatives

from .rule_case_table import question


def named(case: dict[str, Any], limit: int = 5) -> list[tuple[str, str]]:
    found = alternatives(question({"known_prices": "all", **case}), limit)
    return [(each.price.id, each.verdict.value) for each in found]


def test_listed_prices_other_than_the_current_and_the_asked_one_are_named() -> None:
    assert named({}) == [("price_year", "allowed"), ("price_pro", "allowed")]
    assert named({"target": {"price": "price_year"}}) == [("price_pro", "allowed")]
    assert named({"target": {"price": "price_unlisted"}}) == [
        ("price_year", "allowed"),
        ("price_pro", "allowed"),
    ]


def test_prices_that_would_be_blocked_are_left_out() -> None:
    assert named({"prices": {"price_year.active": False}}) == [("price_pro", "allowed")]
    assert named({"prices": {"price_year.currency": "eur"}}) == [("price_pro", "allowed")]


def test_sure_ones_come_before_doubtful_ones() -> None:
    doubtful = {"prices": {"price_year.type": "<absent>"}}
    assert named(doubtful) == [("price_pro", "allowed"), ("price_year", "maybe")]


def test_none_is_named_while_something_blocks_every_switch() -> None:
    assert named({"subscription": {"items.data.1.id": "si_2"}}) == []
    assert named({"subscription": {"status": "canceled"}}) == []
    assert (
        named({"configuration": {"features.subscription_update.default_allowed_updates": ["quantity"]}}) == []
    )


def test_at_most_the_asked_number_is_named() -> None:
    assert named({}, limit=1) == [("price_year", "allowed")]


def test_unknown_prices_and_unexpanded_lists_name_nothing() -> None:
    assert alternatives(replace(question({}), prices={})) == ()
    assert named({"configuration": {"features.subscription_update.products": "<absent>"}}) == []
    assert named({"subscription": None}) == []


def test_a_subscription_level_doubt_makes_every_alternative_doubtful() -> None:
    found = named({"subscription": {"status": "past_due"}})
    assert {verdict for _, verdict in found} == {Verdict.MAYBE.value}
