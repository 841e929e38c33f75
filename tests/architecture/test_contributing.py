"""The examples of CONTRIBUTING.md hold for the code as it is: they are read off the page and tried."""

import ast
import re
import tomllib
from collections.abc import Callable
from inspect import signature
from textwrap import dedent, indent
from types import ModuleType, SimpleNamespace
from typing import Any

import yaml

from bot.alerts import facts
from bot.alerts.rule_tables import read_tables
from bot.commands import verbs
from bot.portal.rules import identity
from bot.use_cases.context import CommandContext
from tests.alerts import test_rules
from tests.architecture.source_tree import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text()
BLOCKS = [dedent(block) for block in re.findall(r"   ```\w+\n(.*?)   ```", PAGE, re.DOTALL)]


def block(holds: str) -> str:
    """The one example that holds these words."""
    (found,) = [each for each in BLOCKS if holds in each]
    return found


def inside(module: ModuleType, source: str, **more: object) -> dict[str, Any]:
    """Run an example as if it stood in that module; the names it has then."""
    names: dict[str, Any] = {**vars(module), **more}
    exec(source, names)
    return names


def test_the_rule_fires_on_its_case_and_on_nothing_else_and_can_be_said() -> None:
    rule = inside(identity, block("on_a_test_clock"))["on_a_test_clock"]
    (case,) = yaml.safe_load(block("- case:"))
    assert case["expect"] == {each.value: {rule.id: "info"} for each in rule.effects}
    plain = SimpleNamespace(id="cus_1", test_clock=None)
    assert rule.check(SimpleNamespace(customer=plain)) is None
    hit = rule.check(SimpleNamespace(customer=SimpleNamespace(id="cus_1", **case["customer"])))
    evidence = {"customer": "cus_1", **case["evidence"][rule.id]}
    assert hit.evidence == evidence
    assert set(yaml.safe_load(block("explanation:"))[rule.id]) == {"explanation", "remedy"}


async def test_the_verb_is_a_row_of_the_table_and_its_use_case_answers() -> None:
    row = re.search(r'`(Verb\("whoami".*?\)),`', PAGE)
    assert row
    verb = eval(row[1], {**vars(verbs), "UseCase": SimpleNamespace(WHOAMI="whoami")})
    assert list(yaml.safe_load(block('whoami: "'))) == [verb.name]
    results = inside(verbs, block("class OwnRole"))
    source = block("async def who_am_i").replace("from bot.use_cases.results import OwnRole", "")
    who_am_i: Callable[..., Any] = inside(verbs, source, OwnRole=results["OwnRole"])["who_am_i"]
    context = CommandContext(command=SimpleNamespace(), person=SimpleNamespace(), role="lead")  # type: ignore[arg-type]
    assert await who_am_i(context) == results["OwnRole"]("lead")


def test_the_verbs_answer_is_a_message() -> None:
    arm = indent(block("case OwnRole"), "        ")
    (function,) = ast.parse(f"def of(self, result):\n    match result:\n{arm}").body
    assert isinstance(function, ast.FunctionDef)
    assert set(yaml.safe_load(block('text: "You are here'))) == {"text", "blocks"}


def test_the_alert_is_a_rule_with_words_and_facts() -> None:
    (table,) = tomllib.loads(block('name = "card_expiring"'))["alert"]
    assert read_tables([table])[1] == []
    assert list(yaml.safe_load(block("card_expiring:\n"))) == [table["template"]]
    read = inside(facts, block("def _card"))["_card"]
    assert len(signature(read).parameters) == len(signature(facts._READERS["customer"]).parameters)
    assert read({"exp_month": 1, "exp_year": 2027}, {}, {}) == {"expires": "01/2027"}
    assert read({}, {}, {}) == {"expires": None}


def test_the_tests_of_the_alert_use_what_their_file_has() -> None:
    source = block("def test_an_expiring_card")
    names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    assigned = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    assert {node.id for node in names} - assigned <= vars(test_rules).keys()
