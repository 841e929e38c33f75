"""Conditions of rules are bounded: what could use up memory or time is refused when the rules are read."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
        ("object.a | list | map('default', object, true) | list", "can map"),
        ("object.a | list | map('int', default=object) | list", "can map"),
        ("object.a | map(attribute='b', default=object) | list", "can map"),
        ("object.a | map(object.b) | list", "can map"),
        ("object.a | map(*['default', object]) | list", "can map"),
        ("object.a | map(**{'attribute': 'b', 'default': object}) | list", "can map"),
        ("object.a | sum(start=[object])", "can sum"),
        ("object.a | sum('b', [object])", "can sum"),
        ("object.a | sum(*['b', [object]])", "can sum"),
        ("object.a" + " | list | string" * 9, "text of a list"),
        ("[[object] | string] | string", "text of a list"),
        ("[object ~ ''] ~ ''", "text of a list"),
        ("{'a': object.a | lower} | upper", "text of a list"),
        ("[object.a | list] | map('string') | list | string", "text of a list"),
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
        ("object.lines | map(attribute='amount') | sum + object.lines | sum(attribute='amount')", 10),
        ("object.lines | sum('amount')", 5),
        ("'gold' in object.lines | map(attribute='name') | list | string | lower", True),
        ("'METADATA' in changed | map('upper') | list", True),
        ("(object.id | lower ~ ':' ~ object.currency) | upper", "IN_1:USD"),
        ("((object.amount - 10) % 7) // 2", 3),
        ("object.metadata.get('team') if object.metadata else ''", "red"),
    ],
)
def test_what_rules_say_is_evaluated(source: str, value: object) -> None:
    thing = {
        "id": "in_1", "amount": 65, "currency": "usd", "name": "Subscription", "metadata": {"team": "red"},
        "lines": [{"amount": 2, "name": "Gold"}, {"amount": 3, "name": "Tin"}],
    }  # fmt: skip
    assert compile_expression(source)({"object": thing, "changed": ["metadata", "a"]}) == value


STEPS = [
    "({0} | list | string)", "({0} | list ~ '')", "([{0}, {0}] | string)", "({{'a': {0}}} | lower)",
    "({0} | list | map('default', object, true) | list)", "({0} | map('string') | list)",
    "({0} | list | map('int', default=object) | list | string)", "({0} | first)", "({0} | trim)",
    "({0} | sort | unique | list)", "({0} ~ {0})", "([{0}] | sum(start=object.text | list))",
]  # fmt: skip


@settings(max_examples=150)
@given(
    st.sampled_from(["object", "object.text", "object.list"]), st.lists(st.sampled_from(STEPS), max_size=5)
)
def test_what_is_evaluated_is_hardly_longer_than_the_event_as_often_as_it_is_named(
    source: str, steps: list[str]
) -> None:
    thing = {"text": 'it\'s "a"', "list": ["\n", "'\""]}
    for step in steps:
        source = step.format(source)
    try:
        value = compile_expression(source)({"object": thing})
    except WrongExpressionError:
        return
    assert len(str(value)) <= 10 * source.count("object") * len(str(thing))
