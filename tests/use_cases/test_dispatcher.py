"""Every command leaves a line in the trail, also one that fails because of a mistake of ours."""

import logging
import re

import pytest

from bot.commands.verbs import VERBS, Shown, Subject, Verb
from bot.metrics import Metrics
from bot.store.audit import AuditTrail
from bot.store.database import Database
from bot.use_cases.dispatcher import Dispatcher
from tests.stand.person import Person
from tests.stand.stand import Stand


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in the card."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("bot.replies.card_message", fail)


def test_a_mistake_of_ours_is_an_answer_with_a_reference(
    agent: Person, broken: None, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.ERROR):
        words = agent.asks("jenny@example.com").words
    found = re.search(r"reference `([0-9A-Z]{4}-[0-9A-Z]{4})`", words)
    assert found, words
    assert "ZeroDivisionError" not in words
    assert found[1] in caplog.text + capsys.readouterr().out


def test_after_a_mistake_the_next_command_works(agent: Person, broken: None) -> None:
    assert "our fault" in agent.asks("jenny@example.com").words
    assert agent.asks("home jenny@example.com").preformatted


@pytest.mark.parametrize(("text", "outcome", "code"), [
    ("jenny@example.com", "answered", None), ("home jenny@example.com", "issued", None),
    ("home nobody@example.com", "refused", "no_customer_with_email"),
    ("sam@example.com", "choice", "ambiguous"),
    ("update multi@example.com", "refused", "portal_rule"),
])  # fmt: skip
def test_the_trail_says_how_a_command_ended(
    agent: Person, stand: Stand, text: str, outcome: str, code: str | None
) -> None:
    agent.asks(text)
    entry = stand.audit()[0]
    assert (entry.outcome, entry.code, entry.actor, entry.channel) == (
        outcome,
        code,
        agent.user,
        agent.channel,
    )
    assert entry.role == "agent"
    assert entry.duration_ms is not None


def test_a_refused_link_still_says_for_whom_it_was_asked(agent: Person, stand: Stand) -> None:
    agent.asks("update multi@example.com")
    entry = stand.audit()[0]
    assert entry.customer == stand.customer("multi")
    assert str(entry.subscription).startswith("sub_")
    assert entry.session is None


def test_help_doctor_and_history_leave_no_line(agent: Person, stand: Stand) -> None:
    before = stand.audit()
    for text in ("help", "doctor", "history"):
        agent.asks(text)
    assert stand.audit() == before


def test_a_dispatcher_that_leaves_a_verb_unanswered_is_not_built() -> None:
    async def told(_verb: str, _disagreement: object) -> None: ...

    with pytest.raises(ValueError, match=r"nobody answers .*why"):
        Dispatcher(
            {},
            keep_response_url=lambda _link, _url, _at: None,
            audit=AuditTrail(Database("sqlite:///unused.db"), Metrics()),
            metrics=Metrics(),
            livemode=False,
            on_disagreement=told,
            clock=lambda: 0,
        )


NEEDS_NO_SUBJECT = {Subject.NOTHING, Subject.CONFIGURATION, Subject.ANYONE}
SHOWN_IN_MESSAGES = [each for each in VERBS if each.shown is Shown.MESSAGE]


@pytest.mark.parametrize("verb", SHOWN_IN_MESSAGES, ids=lambda verb: verb.name or "card")
def test_the_table_of_verbs_decides_what_the_trail_keeps(agent: Person, stand: Stand, verb: Verb) -> None:
    before = len(stand.audit())
    agent.asks(verb.name if verb.subject in NEEDS_NO_SUBJECT else f"{verb.name} jenny@example.com".strip())
    assert (len(stand.audit()) > before) is verb.audited
