"""Slash commands: help and usage errors are the acknowledgement itself, nothing is ever met with silence."""

import pytest

from bot.commands.verbs import VERBS
from tests.stand.person import Person
from tests.stand.stand import Stand

JUNK = [
    "cancel sub_1 offr:STAY", "home", "cancel", "why", "history a b c d", "doctor now", "switch", "x" * 2999,
    "home x@y qty:0", "switch sub_1 qty:-1", "switch sub_1 qty:٣", "home jenny@example.com then:never",
    "home jenny@example.com return:nowhere", "home jenny@example.com locale:klingon",
    "home jenny@example.com recover:1y", "home jenny@example.com config:unknown", "home a for:", "alerts",
    "on call", "oncall", "email jenny@example.com", "passcode jenny@example.com", "config",
    "home jenny@example.com on_behalf_of:me",
]  # fmt: skip


@pytest.mark.parametrize("text", ["", "help", "HELP", "help me please"])
def test_help_is_the_acknowledgement(stand: Stand, text: str) -> None:
    answer = stand.send_command(text)
    assert answer.status_code == 200
    told = answer.json()
    assert told["response_type"] == "ephemeral"
    for verb in VERBS:
        assert f"`/portal {verb.name}".rstrip() in str(told["blocks"])


def test_help_asks_neither_stripe_nor_slack(stand: Stand) -> None:
    calls = len(stand.stripe_calls())
    stand.send_command("help")
    assert len(stand.stripe_calls()) == calls


@pytest.mark.parametrize(("text", "said"), [
    ("home", "who it is about"), ("cancel sub_123 offr:STAY", "offr:"), ("home a@b.c for:x for:y", ""),
    ("home a@b.c locale:de locale:fr", "twice"), ("home a@b.c locale:", "value"), ("x" * 3001, "3000"),
    ("doctor now", "now"), (f"home a@b.c for:{'x' * 201}", "200"),
])  # fmt: skip
def test_a_usage_error_is_the_acknowledgement(stand: Stand, text: str, said: str) -> None:
    answer = stand.send_command(text)
    assert answer.status_code == 200
    if said:
        assert answer.json()["response_type"] == "ephemeral"
        assert said in answer.json()["text"]


@pytest.mark.parametrize("text", JUNK)
def test_whatever_is_typed_gets_an_answer_that_is_no_failure(agent: Person, text: str) -> None:
    answer = agent.asks(text)
    assert answer.words.strip()
    assert "our fault" not in answer.words


@pytest.mark.parametrize("who", [
    "payload", "payload=1", "the payload customer", "100%", "%61", "%%%", "😀",
    "👩‍👩‍👧‍👦", "a b",
    "jenny\u200b@example.com", "\u202egnp.exe", "{{7*7}}", "{% for x in y %}", "<!channel>", "<@U0ALEX>",
    "a&b", "\\", "'; DROP TABLE audit; --", "null", "\x00\x01", "`code`", "ＪＥＮＮＹ", "İ", "+49 30 1234567",
    "(555) 123-4567", "QVSDSONE-0001",
])  # fmt: skip
def test_odd_texts_are_answered_like_any_other(agent: Person, who: str) -> None:
    answer = agent.asks(who)
    assert "our fault" not in answer.words
    assert "<!channel>" not in answer.markup


def test_a_command_about_a_payload_is_not_taken_for_an_interaction(agent: Person, stand: Stand) -> None:
    agent.asks("home jenny@example.com for:payload")
    assert stand.audit()[0].reason == "payload"


def test_everything_else_is_acknowledged_before_the_work(agent: Person, stand: Stand) -> None:
    stand.fault("stripe", "latency", seconds=0.3)
    assert agent.types("/portal jenny@example.com")["ack_ms"] < 300
    stand.heal()


def test_another_name_for_the_command_works_too(stand: Stand) -> None:
    assert stand.send_command("help", command="/billing").status_code == 200
