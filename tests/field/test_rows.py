"""Every line of what failed on real material has a test that is there, and says how it can be seen."""

import ast
from functools import cache
from pathlib import Path

from tests.field.given import events_of
from tests.field.rows import every_row

ROOT = Path(__file__).parents[2]
ROWS = [row for rows in every_row().values() for row in rows]


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_no_line_was_deleted() -> None:
    assert {name: len(rows) for name, rows in every_row().items()} == {
        "section_1_first_contact": 15, "section_2_events": 52, "section_3_customers": 38,
        "section_4_typed": 51, "section_5_findings_agree": 4,
    }  # fmt: skip


def test_every_line_has_a_test_and_one_way_to_be_seen() -> None:
    for row in ROWS:
        file, _, name = row.test.partition("::")
        assert name in functions_of(file), row.test
        assert row.way == "unplayed" or row.has, row.line
        if row.alert or row.posts:
            assert events_of(row, str), row.line
