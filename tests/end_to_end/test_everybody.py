"""Every seeded customer, and names written by strangers: each command is answered with what Slack accepts."""

import re
from functools import partial

import pytest

from tests.stand.person import Person
from tests.stand.stand import Stand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(10)

HOSTILE = {
    "ten thousand letters": "x" * 10_000,
    "ten thousand escapes": "<&>" * 3_400,
    "a mention of everybody": "<!channel><!here><@U0ALEX>",
    "a link": "<https://evil.example|Open billing portal>",
    "formatting": "*b* _i_ ~s~ `c` ```p```\n> quote",
    "invisible": "\u200b\u200e\u202e\u2066\ufeff",
    "emoji": "👩‍👩‍👧‍👦" * 500,
    "json": '"}], "blocks": [{"type": "section"',
    "a template": "{{ 7*7 }}{% for x in y %}{{ config }}",
    "control characters": "a\x00\x07\x1b[31mb\r\nc",
    "halves of characters": "\ud83d",
}
COMMANDS = [
    "{customer}", "home {customer}", "payment {customer}", "details {customer}", "cancel {customer}",
    "switch {customer} qty:2", "why {customer}", "history {customer}", "passcode noah@example.com", "config",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_and_does_nothing(agent: Person, stand: Stand, name: str) -> None:
    customer = stand.customer("noah")
    stripe = stand.sandbox.stripe
    stand.on_loop(lambda: stripe.change(customer, "customer.updated", name=HOSTILE[name]))
    for command in COMMANDS:
        answer = agent.asks(command.format(customer=customer))
        assert "our fault" not in answer.words, command
        assert "<!channel>" not in answer.markup
        # The history names who asked, and the card who sent a link.
        named = re.sub(r"<@U0ALEX>(?: · \*| sent a )", "", answer.markup)
        assert "<@U0ALEX>" not in named
        assert "|Open billing portal>" not in answer.markup
        assert "{{" not in HOSTILE[name] or "49{%" not in answer.markup
    assert customer in agent.home().raw
    assert stand.violations() == []


def test_a_hostile_name_in_a_choice_is_shown_and_does_nothing(agent: Person, stand: Stand) -> None:
    stripe, name = stand.sandbox.stripe, "<!channel> " + "x" * 10_000
    for label in ("twin_old", "twin_new"):
        rename = partial(stripe.change, stand.customer(label), "customer.updated", name=name)
        stand.on_loop(rename)
    picker = agent.asks("home twin@example.com")
    assert "<!channel>" not in picker.markup
    assert len(picker.labels) == 3
    assert picker.labels[-1] == "Details"


def test_every_seeded_customer_has_a_card_and_an_answer_to_each_link(agent: Person, stand: Stand) -> None:
    urls = stand.sandbox.slack.parts.response_urls
    asked = [
        f"{verb} {story.customer_id}".strip()
        for story in stand.sandbox.stripe.stories()
        for verb in ("", "home", "cancel", "update")
    ]
    for text in asked:
        url = stand.on_loop(lambda: urls.issue(agent.user, agent.channel))
        assert stand.send_command(text, response_url=url).status_code == 200
    until(lambda: len(agent.messages()) >= len(asked), "an answer to each", 60)
    assert [shown.words for shown in agent.messages() if "our fault" in shown.words] == []
    assert stand.violations() == []


def test_a_card_shows_a_mark_for_what_the_portal_lets_the_customer_do(agent: Person) -> None:
    words = agent.asks("multi@example.com").words
    assert "In the portal:" in words
    assert "change plan" in words
