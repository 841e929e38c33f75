"""A mistake of ours, before or after the acknowledgement, is acknowledged all the same and told once."""

import re

import pytest

from tests.stand.person import Person


def _fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a bug")


@pytest.mark.parametrize("where", ["bot.handlers.commands.read_command", "bot.use_cases.account.read_pasted"])
def test_a_mistake_with_a_command_is_told_once_with_a_reference(
    agent: Person, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(where, _fail)
    answer = agent.asks("jenny@example.com")
    assert re.search(r"reference `([0-9A-Z]{4}-[0-9A-Z]{4})`", answer.words), answer.words
    monkeypatch.undo()
    assert "our fault" not in agent.asks("jenny@example.com").words  # comes after all that was begun before
    assert sum("our fault" in shown.words for shown in agent.messages()) == 1
