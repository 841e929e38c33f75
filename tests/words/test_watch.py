"""The watch over everything the bot says sees what it is there for, and lets pass what may be said."""

from typing import Any

import pytest

from bot.words import Message
from bot.words.filters import date
from tests.words.watch import Watch, templates

RENEWS = f"Renews {date(1_785_600_000)}"


def seen(text: str, kind: str = "mrkdwn", name: str = "card", *more: dict[str, Any]) -> list[str]:
    watch = Watch()
    shown = {"type": "section", "text": {"type": kind, "text": text}}
    watch.message(name, Message("Card", [shown, *more]))
    return watch.wrong


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (RENEWS.replace("<", "&lt;"), "mrkdwn"),
        (RENEWS, "plain_text"),
        ("Renews 1785600000", "mrkdwn"),
        ("Switch to price_1abc", "plain_text"),
        ("Switch to `prod_1abc`", "mrkdwn"),
        ("Declined: insufficient_funds", "mrkdwn"),
        ("After customer.subscription.deleted", "mrkdwn"),
        ("The rule `SUB_MULTI_ITEM` stands in the way", "mrkdwn"),
    ],
)
def test_what_nobody_should_read_is_seen(text: str, kind: str) -> None:
    assert seen(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        RENEWS,
        "&lt;!channel&gt; pays with a card",
        "<https://dashboard.example/prices/price_1abc|Team>",
        "Stripe says `insufficient_funds`",
        "`cus_1` since 2026, invoice 1785600000-0001, phone +11785600000",
        "As in `prod_a: price_1, price_2; prod_b: price_3 qty 1-50`.",
    ],
)
def test_what_people_may_read_passes(text: str) -> None:
    assert seen(text) == []


def test_the_code_of_a_rule_may_stand_beside_a_button_with_details() -> None:
    button = {"type": "actions", "elements": [{"type": "button", "action_id": "details:1"}]}
    assert seen("The rule `SUB_MULTI_ITEM`", "mrkdwn", "card", button) == []


def test_every_kind_of_template_has_to_be_said_in_some_test() -> None:
    assert {"card", "identity", "details", "alert", "email/login_link"} <= templates()
