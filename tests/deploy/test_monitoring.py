"""Dashboard and alert rules name metrics, labels and outcomes that there are."""

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

from bot.metrics import Metrics

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "monitoring"
OWN = {family.name: family for family in Metrics().registry.collect()}
SUFFIXES = ("_total", "_bucket", "_sum", "_count")


def expressions() -> list[str]:
    rules = yaml.safe_load((FOLDER / "alert-rules.yaml").read_text())
    board = json.loads((FOLDER / "grafana-dashboard.json").read_text())
    return [
        *(rule["expr"] for group in rules["groups"] for rule in group["rules"]),
        *(target["expr"] for panel in board["panels"] for target in panel["targets"]),
    ]


def family_of(name: str) -> str:
    """The metric that a series belongs to: `portalbot_commands_total` is `portalbot_commands`."""
    return next((name.removesuffix(end) for end in SUFFIXES if name.removesuffix(end) in OWN), name)


def labels() -> dict[str, set[str]]:
    """The labels of each metric, as the code registers them."""
    metrics = Metrics()
    own = [value for value in vars(metrics).values() if hasattr(value, "_labelnames")]
    return {each._name: {*each._labelnames, *({"le"} if each._type == "histogram" else ())} for each in own}


@pytest.mark.parametrize("expression", expressions())
def test_every_metric_and_label_that_is_named_is_one_of_ours(expression: str) -> None:
    named = re.findall(r"portalbot_\w+", expression)
    known = labels()
    assert [name for name in named if family_of(name) not in OWN] == []
    asked = {label for found in re.findall(r"by \(([^)]*)\)", expression) for label in found.split(", ")}
    asked |= set(re.findall(r"(\w+)=~?\"", expression)) - {"job"}
    assert asked <= set().union(*(known[family_of(name)] for name in named)) if named else not asked


def test_every_value_that_is_asked_for_is_said_somewhere_in_the_code() -> None:
    said = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                said.add(node.targets[0].id.lower())  # members of enumerations
    text = "\n".join(expressions())
    values = [value for found in re.findall(r"\w+=~?\"([^\"]*)\"", text) for value in found.split("|")]
    assert len(values) > 8
    assert set(values) - said == set()


def test_every_metric_is_on_the_dashboard() -> None:
    board = (FOLDER / "grafana-dashboard.json").read_text()
    shown = {family_of(name) for name in re.findall(r"portalbot_\w+", board)}
    assert {name for name in OWN if name.startswith("portalbot_")} - shown == set()


def test_the_search_finds_what_is_not_there() -> None:
    assert family_of("portalbot_nothing_total") not in OWN
    assert labels()["portalbot_webhooks"] == {"outcome"}
