"""The programs keep their layers: imports run down, and what must not know another does not import it."""

import pytest

from bot.commands.verbs import VERBS
from tests.architecture.source_tree import (
    Rule,
    cycle,
    forbidden,
    loose_modules,
    packages,
    part,
    read_imports,
    read_program,
    upward,
    verb_lists,
)

LAYERS = (
    "errors",
    "check",
    "durations",
    "setting_texts",
    "visible",
    "group_members",
    "redaction",
    "metrics",
    "logs",
    "guarded",
    "portal",
    "words",
    "commands",
    "store",
    "engine",
    "mail",
    "changes",
    "alerts",
    "outcomes",
    "health",
    "settings",
    "use_cases",
    "replies",
    "slack",
    "notify",
    "handlers",
    "process",
    "cli",
)
"""The parts of `bot/` from the ground up. Each may import those that stand before it."""

RULES = (
    Rule(
        tuple(layer for layer in LAYERS if layer not in {"handlers", "process"}),
        ("handlers",),
        "an entrance is opened where the process is put together, and nowhere else",
    ),
    Rule(
        ("store",),
        ("portal", "commands", "mail", "changes", "alerts", "outcomes", "health"),
        "a domain owns its tables; the store keeps them without knowing what they mean",
    ),
    Rule(
        ("alerts", "changes", "mail", "outcomes", "portal"),
        ("words", "replies", "use_cases", "slack", "notify", "slack_sdk", "slack_bolt"),
        "a domain gives results; how they are said, and where, is decided above it",
    ),
    Rule(("engine", "metrics", "mail"), ("settings",), "they are given values"),
    Rule(("words", "replies", "handlers"), ("stripe",), "a template never calls Stripe"),
)
MOST_LOOSE_MODULES = 10


def test_every_part_of_the_bot_has_its_layer() -> None:
    assert {part(module) for module in read_program("bot") if module not in {"bot", "bot.__main__"}} == set(
        LAYERS
    )
    assert len(LAYERS) == len(set(LAYERS))


def test_imports_of_the_bot_only_run_down() -> None:
    assert [str(each) for each in upward(read_imports("bot"), LAYERS)] == []


@pytest.mark.parametrize("package", ["bot", "sandbox"])
def test_packages_form_no_circle(package: str) -> None:
    found = read_imports(package)
    assert len(found) > 100
    assert cycle(found) == []


@pytest.mark.parametrize("rule", RULES, ids=[rule.why for rule in RULES])
def test_what_must_not_know_another_does_not_import_it(rule: Rule) -> None:
    assert [str(each) for each in forbidden(read_imports("bot"), rule)] == [], rule.why


@pytest.mark.parametrize(("package", "stranger"), [("sandbox", "bot"), ("bot", "sandbox")])
def test_the_bot_reaches_the_sandbox_over_http_only(package: str, stranger: str) -> None:
    found = read_imports(package)
    assert [str(each) for each in found if each.imported.partition(".")[0] == stranger] == []


def test_few_modules_stand_beside_the_packages() -> None:
    assert len(loose_modules(read_program("bot"), "bot")) <= MOST_LOOSE_MODULES
    assert {"portal", "store", "handlers"} <= packages(read_program("bot"))


def test_verbs_stand_in_one_table() -> None:
    again = verb_lists(read_program("bot"), [verb.name for verb in VERBS])
    assert [place for place in again if not place.startswith("bot.commands.verbs:")] == []
