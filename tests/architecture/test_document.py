"""docs/architecture.md is complete and true: each package has its row, and what it names is there."""

import ast

import pytest

from tests.architecture.document import (
    PAGE,
    Named,
    defined,
    elsewhere,
    names,
    paths,
    rows,
    unknown,
)
from tests.architecture.source_tree import ROOT, packages, read_program
from tests.architecture.test_layers import LAYERS

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
STEP = """
| `bot/portal/` | links | Stripe |
| `bot/store/` | rows | SQL |

1. `bot/x.py`: `Door.open()` calls `guarded()` of the
   second line, and gives a `Secret`.
2. `bot/y.py`: `/portal payment` is no name, nor is `payment_failed`.
"""
KNOWN = defined({"bot.x": ast.parse("class Door:\n    def open(self): ...\ndef guarded(): ...")})


def test_every_package_has_its_row_in_the_order_of_the_layers() -> None:
    listed = rows(PAGE.read_text())
    assert set(listed) == packages(read_program("bot"))
    assert listed == [layer for layer in LAYERS if layer in listed]


@pytest.mark.parametrize("path", paths(PAGE.read_text()))
def test_every_file_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_file_that_contributors_are_sent_to_is_there_unless_the_example_makes_it() -> None:
    made = ("whoami", "locales/fr/LC_MESSAGES/agents.po", "<tag>")
    named = [path for path in paths(CONTRIBUTING) if not any(each in path for each in made)]
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_function_and_class_that_is_named_is_there() -> None:
    found, known = names(PAGE.read_text()), defined(read_program("bot"))
    assert len(found) > 40
    assert unknown(found, known) == []


def test_every_step_of_a_walk_stands_in_the_file_it_begins_with() -> None:
    assert elsewhere(names(PAGE.read_text()), defined(read_program("bot"))) == []


def test_rows_paths_and_names_are_read_off_the_page() -> None:
    assert rows(STEP) == ["portal", "store"]
    assert paths(STEP) == ["bot/portal/", "bot/store/", "bot/x.py", "bot/y.py"]
    inside = [Named(name, "bot/x.py") for name in ("Door.open", "guarded", "Secret")]
    assert names(STEP) == inside


def test_what_is_defined_is_known_with_its_methods() -> None:
    assert {"bot.x": {"Door", "Door.open", "open", "guarded"}} == KNOWN


def test_a_name_that_is_nowhere_is_found() -> None:
    assert unknown(names(STEP), KNOWN) == ["Secret"]


def test_a_step_about_another_file_than_it_says_is_found() -> None:
    assert elsewhere(names(STEP), KNOWN) == []
    assert elsewhere([Named("Door.open", "bot/y.py")], KNOWN) == ["bot/y.py"]
