"""Each check of the architecture finds what it is for, tried on a few made-up lines."""

import ast
from collections.abc import Mapping

import pytest

from tests.architecture.source_tree import (
    Import,
    Program,
    Rule,
    cycle,
    forbidden,
    imports,
    loose_modules,
    packages,
    part,
    upward,
    verb_lists,
)

VERBS = ("home", "payment", "cancel", "why", "help", "doctor")


def program(sources: Mapping[str, str]) -> Program:
    return {name: ast.parse(source) for name, source in sources.items()}


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("import bot.store.audit", ["bot.store.audit"]),
        ("from bot.store import audit", ["bot.store.audit"]),
        ("from bot.store.audit import AuditTrail", ["bot.store.audit"]),
        ("from bot.store import Engine", ["bot.store"]),
        ("def f():\n    from stripe import StripeClient", ["stripe"]),
        ("if TYPE_CHECKING:\n    import a, b", ["a", "b"]),
        ("'import a'", []),
    ],
)
def test_an_import_is_found_wherever_it_stands(source: str, imported: list[str]) -> None:
    read = program({"bot.portal.links": source, "bot.store.audit": "", "bot.store": ""})
    assert imports(read) == [Import("bot.portal.links", name) for name in imported]


def test_a_module_belongs_to_its_package_and_a_loose_one_to_itself() -> None:
    assert [part("bot.portal.rules.rule"), part("bot.errors"), part("bot")] == ["portal", "errors", ""]


def test_packages_that_import_each_other_are_a_circle_however_long() -> None:
    straight = [Import("bot.a.x", "bot.b.y"), Import("bot.b.y", "bot.c.z"), Import("bot.a.x", "bot.a.y")]
    assert cycle(straight) == []
    assert set(cycle([*straight, Import("bot.c.w", "bot.a.x")])) == {"a", "b", "c"}


def test_an_import_of_a_layer_above_is_found_and_so_is_one_of_a_layer_nobody_listed() -> None:
    up, unknown = Import("bot.low.a", "bot.high.b"), Import("bot.low.a", "bot.new.b")
    fine = [
        Import("bot.high.b", "bot.low.a"),
        Import("bot.low.a", "bot.low.b"),
        Import("bot.low.a", "stripe"),
    ]
    assert upward([up, unknown, *fine], ("low", "high")) == [up, unknown]


def test_a_forbidden_import_is_found_of_a_package_a_module_and_a_library() -> None:
    rule = Rule(("portal",), ("words", "slack_sdk"), "Slack is not Stripe")
    broken = [Import("bot.portal.a", "bot.words"), Import("bot.portal.a", "bot.words.b")]
    broken.append(Import("bot.portal.a", "slack_sdk.errors"))
    fine = [
        Import("bot.replies.a", "bot.words"),
        Import("bot.portal.a", "bot.wordsmith"),
        Import("bot.portal.a", "re"),
    ]
    assert forbidden([*broken, *fine], rule) == broken


@pytest.mark.parametrize(
    "source",
    [
        "QUIET = frozenset({'help', 'doctor'})",
        "ORDER = ('home', 'why')",
        "def f():\n    return {'home': 1, 'payment': 2, 'cancel': 3}",
        "def f():\n    return [each for each in ('home', 'why', 'help')]",
    ],
)
def test_a_second_table_of_verbs_is_found(source: str) -> None:
    found = verb_lists(program({"bot.x": source}), VERBS)
    assert [place.partition(":")[0] for place in found] == ["bot.x"]


@pytest.mark.parametrize(
    "source",
    [
        "CARD = 'home'",
        "PARTS = ('home', 'garden')",
        "def f():\n    return ('home', 'payment')",
        "SIZES = {'home': 1, 'why': 2}",
        "NOTHING = ()",
        "PAIRS = [('home', 1), ('why', 2)]",
    ],
)
def test_what_only_uses_the_name_of_a_verb_is_no_table(source: str) -> None:
    assert verb_lists(program({"bot.x": source}), VERBS) == []


def test_modules_beside_the_packages_are_counted() -> None:
    read = program(dict.fromkeys(["bot", "bot.__main__", "bot.errors", "bot.store", "bot.store.audit"], ""))
    assert loose_modules(read, "bot") == ["bot.errors"]
    assert packages(read) == {"store"}
