"""The bot reaches the sandbox over HTTP only, as it reaches Stripe and Slack."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imported(package: str) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                yield str(path.relative_to(ROOT)), name


@pytest.mark.parametrize(("package", "stranger"), [("sandbox", "bot"), ("bot", "sandbox")])
def test_neither_imports_the_other(package: str, stranger: str) -> None:
    found = list(imported(package))
    assert found
    assert [(path, name) for path, name in found if name.split(".")[0] == stranger] == []
