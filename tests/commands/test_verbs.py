"""Registry, help, README and words say the same; every code has a sentence and every sentence a code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import errors
from bot.commands.verbs import BY_NAME, LINK_VERBS, VERBS
from bot.settings.file import ROLE_KEYS
from bot.words import Words, messages_folder

ROOT = Path(__file__).parents[2]
CONTRACT = [
    "", "home", "payment", "details", "cancel", "pause", "update", "switch", "why", "invoices", "email",
    "passcode", "config", "setup", "product", "history", "oncall", "alerts", "page", "doctor", "help",
]  # fmt: skip
SOURCES = {path: ast.parse(path.read_text()) for path in sorted((ROOT / "bot").rglob("*.py"))}
LITERALS = {
    node.value
    for tree in SOURCES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


def refusals() -> set[str]:
    """The names of every class a refusal can be."""

    def below(kind: type[errors.Refused]) -> Iterator[str]:
        yield kind.__name__
        for each in kind.__subclasses__():
            yield from below(each)

    # A SettingsError takes lines, and is told with the sentence "wrong_settings".
    return {*below(errors.Refused), "LinkRefused"} - {"SettingsError"}


def chosen(expression: ast.expr) -> list[str]:
    """The texts an expression may stand for."""
    if isinstance(expression, ast.IfExp):
        return chosen(expression.body) + chosen(expression.orelse)
    return (
        [expression.value]
        if isinstance(expression, ast.Constant) and isinstance(expression.value, str)
        else []
    )


def codes() -> dict[str, str]:
    """Every code that a refusal is made with, and where."""
    kinds, found = refusals(), {}
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            places = {"_refusal": 1}.get(name, 0 if name in kinds else -1)
            if 0 <= places < len(node.args):
                for code in chosen(node.args[places]):
                    found[code] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def test_the_verbs_are_those_of_the_contract() -> None:
    assert [verb.name for verb in VERBS] == CONTRACT
    assert list(BY_NAME) == CONTRACT


def test_every_verb_has_a_sentence_and_every_sentence_a_verb(words: Words) -> None:
    assert words.keys("verbs") == set(BY_NAME)


def test_every_verb_can_be_given_to_a_role() -> None:
    assert {verb.name or "card" for verb in VERBS} <= ROLE_KEYS


def test_every_link_verb_has_a_flow_in_words(words: Words) -> None:
    assert words.keys("flows") == {verb.flow.value for verb in LINK_VERBS if verb.flow}


def test_every_code_of_a_refusal_has_a_sentence(words: Words) -> None:
    missing = {code: place for code, place in codes().items() if code not in words.keys("refusals")}
    assert missing == {}


def test_no_sentence_of_a_refusal_is_left_over(words: Words) -> None:
    assert {key for key in words.keys("refusals") if key not in LITERALS} == set()


def test_the_search_for_codes_finds_them() -> None:
    assert len(codes()) > 60
    assert {
        "ambiguous",
        "portal_rule",
        "stripe_busy",
        "too_many_links",
        "old_button",
    } <= codes().keys() | LITERALS


def test_every_template_that_is_included_exists() -> None:
    folder = messages_folder() / "slack"
    included = {
        name for path in folder.glob("*.yaml") for name in re.findall(r"include: (\w+)", path.read_text())
    }
    assert included <= {path.stem for path in folder.glob("*.yaml")}


def table(words: Words) -> list[str]:
    """The README's table of verbs."""
    rows = ["| command | gives |", "|---|---|"]
    for verb in VERBS:
        command = " ".join(part for part in ("/portal", verb.name, verb.arguments) if part)
        rows.append(f"| `{command}` | {words.sentence('verbs', verb.name)} |")
    return rows


def test_the_readme_has_the_same_table(words: Words) -> None:
    readme = (ROOT / "README.md").read_text()
    _, _, rest = readme.partition("<!-- verbs:start -->\n")
    given, end, _ = rest.partition("<!-- verbs:end -->")
    assert end, "README.md has lost the markers of its table"
    assert given.strip().splitlines() == table(words)
