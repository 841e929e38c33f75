"""The page on the rules is current, and carries everything that Stripe's portal pages name."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.portal.locales import DOCUMENTED_LOCALES, nearest_locale
from bot.portal.rules import RULES
from bot.portal.rules.payment_methods import SUPPORTED, is_supported
from docs.rules_page.page import PAGE, document
from docs.rules_page.stated import STATED

NAMED: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "data" / "portal_documents.yaml").read_text(encoding="utf-8")
)
BESIDES_RULES = {"every answer with a link", "passcode"}


def line_with(text: str) -> str:
    lines = [line for line in document().splitlines() if text in line]
    assert len(lines) == 1, (text, lines)
    return lines[0]


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run python -m docs.rules_page"


@pytest.mark.parametrize("limitation", NAMED["limitations"], ids=lambda limitation: limitation["text"][:40])
def test_every_limitation_is_carried(limitation: dict[str, Any]) -> None:
    known = {rule.id for rule in RULES} | {row.id for row in STATED} | BESIDES_RULES
    for name in limitation["carried_by"]:
        assert name in known
        assert f"`{name}`" in line_with(limitation["text"])


def test_every_payment_method_is_carried_and_no_other() -> None:
    assert {method.name: method.documented_as for method in SUPPORTED} == NAMED["payment_methods"]
    assert len(SUPPORTED) == 13
    for name, code in NAMED["payment_methods"].items():
        assert f"`{code}`" in line_with(f"| {name} |")
        assert is_supported(code)
    assert is_supported("bacs_debit")


def test_every_language_is_carried_and_can_be_sent() -> None:
    assert len(NAMED["languages"]) == 40
    assert set(NAMED["languages"]) == DOCUMENTED_LOCALES
    for tag in NAMED["languages"]:
        assert f"| `{nearest_locale(tag)}` |" in line_with(f"| `{tag}` | `")


def test_every_rule_and_every_stated_row_is_listed() -> None:
    for identifier in [rule.id for rule in RULES] + [row.id for row in STATED]:
        assert f"| `{identifier}` |" in document()
