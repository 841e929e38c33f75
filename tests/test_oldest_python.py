"""What the oldest Python we promise does otherwise than today's; `.ci/run` runs everything on it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "sandbox", "installed", "tests", "benchmarks")


def enumerations(tree: ast.Module) -> Iterator[ast.ClassDef]:
    for node in ast.walk(tree):
        bases = {ast.unparse(base) for base in node.bases} if isinstance(node, ast.ClassDef) else set()
        if isinstance(node, ast.ClassDef) and any(name.endswith(("Enum", "Flag")) for name in bases):
            yield node


def members_that_are_tuples(source: str) -> list[str]:
    """`Class.MEMBER` for each: Enum unpacks a tuple, and before 3.11.4 an empty one gets another value."""
    return [
        f"{enumeration.name}.{ast.unparse(line.targets[0])}"
        for enumeration in enumerations(ast.parse(source))
        for line in enumeration.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple)
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_member_of_an_enum_is_a_tuple(folder: str) -> None:
    for path in sorted((ROOT / folder).rglob("*.py")):
        assert members_that_are_tuples(path.read_text(encoding="utf-8")) == [], path


def test_a_tuple_would_be_found() -> None:
    assert members_that_are_tuples("class Purpose(Enum):\n    SERVE = 'a',\n    USE = ()\n    ASK = 'x'") == [
        "Purpose.SERVE",
        "Purpose.USE",
    ]
