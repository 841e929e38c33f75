"""Conditions of rules are bounded: what could use up memory or time is refused when the rules are read."""

import time

import pytest

from bot.alerts.expressions import LONGEST, WrongExpressionError, compile_expression


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('"a" * 10**9', "numbers only"),
        ('"a" * 1000000000', "numbers only"),
        ("[object] * 1000000000", "numbers only"),
        ("9 ** 9 ** 9", "Pow"),
        ("lipsum(n=100000)", "no lipsum"),
        ("range(100000)", "no range"),
        ("cycler(1)", "no cycler"),
        ("namespace(a=1)", "no namespace"),
        ("(" * 250 + "1" + ")" * 250, "nested"),
        ("[" * 500 + "]" * 500, "nested"),
        ("not " * 400 + "1", "nested"),
        ("1" + "+1" * 900, "nested"),
        ("object" + ".a" * 900, "nested"),
        ("object" + ".a" * LONGEST, "characters"),
        ("object.a.format(1)", "can only call"),
        ("object.a | center(1000000000)", "center"),
        ("object.a | round(1000000000)", "round"),
        ("object.a | tojson", "tojson"),
    ],
)
def test_what_could_grow_or_nest_without_end_is_refused_with_a_sentence(source: str, says: str) -> None:
    began = time.process_time()
    with pytest.raises(WrongExpressionError, match=says):
        compile_expression(source)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "source", ["object.text * object.number", "'%1000000000d' % object.number", "object.list * object.number"]
)
def test_what_is_only_seen_with_an_event_reads_as_nothing(source: str) -> None:
    thing = {"text": "a", "number": 10**9, "list": [1]}
    assert compile_expression(source)({"object": thing}) is None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("object.amount * 2 > 100 and object.currency in ['usd', 'eur']", True),
        ("object.name.startswith('Sub') or object.name | lower == 'x'", True),
        ("object.id ~ ':' ~ object.currency", "in_1:usd"),
        ("object.missing.deeper is defined", False),
        ("'metadata' in changed | reject('in', ['a']) | list", True),
        ("((object.amount - 10) % 7) // 2", 3),
        ("object.metadata.get('team') if object.metadata else ''", "red"),
    ],
)
def test_what_rules_say_is_evaluated(source: str, value: object) -> None:
    thing = {
        "id": "in_1", "amount": 65, "currency": "usd", "name": "Subscription", "metadata": {"team": "red"}
    }  # fmt: skip
    assert compile_expression(source)({"object": thing, "changed": ["metadata", "a"]}) == value
