"""Stripe, Slack or the database stops in the middle of a hundred commands: each leaves a trace."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.store.audit import AuditEntry
from bot.store.database import Database
from tests.postgres import postgres_server, postgres_url
from tests.stand.links import sessions
from tests.stand.person import AGENT, SUPPORT, Person
from tests.stand.signing import command_form
from tests.stand.stand import Stand, open_stand
from tests.stand.waiting import until
from tests.stand.wire import Wire

pytestmark = pytest.mark.slow(60)

__all__ = ["postgres_server", "postgres_url"]

COMMANDS = 100


class Crowd:
    """A hundred commands, each with a response address and a reason of its own."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._urls = stand.sandbox.slack.parts.response_urls
        self._issued: dict[int, str] = {}

    def send(self, numbers: range, text: str = "home jenny@example.com") -> None:
        for number in numbers:
            url = self._stand.on_loop(lambda: self._urls.issue(AGENT, SUPPORT))
            self._issued[number] = url.rpartition("/")[2]
            body = command_form(f"{text} for:{self.reason(number)}", response_url=url)
            assert self._stand.send(body).status_code == 200

    def reason(self, number: int) -> str:
        return f"crowd-{id(self)}-{number}"

    def is_answered(self) -> bool:
        """Whether each response address was used, and as many answers are shown as there were commands."""
        uses = self._stand.on_loop(lambda: [self._urls.open(key).uses for key in self._issued.values()])
        return all(uses) and len(self._stand.person().messages()) >= len(uses)

    def is_written_down(self) -> bool:
        """Whether each has a line in the trail."""
        return self.audited(self._stand.audit()) == set(self._issued)

    def audited(self, entries: list[AuditEntry]) -> set[int]:
        """Who has a line in the trail."""
        reasons = {entry.reason for entry in entries}
        return {number for number in self._issued if self.reason(number) in reasons}


def wait(look: Callable[[], bool], patience: float = 45) -> None:
    until(look, "a trace of each command", patience)


@pytest.mark.parametrize(("kind", "times"), [("down", None), ("500", None), ("429", 60)])
def test_stripe_stops_and_each_command_is_answered_and_written_down(
    agent: Person, stand: Stand, kind: str, times: int | None
) -> None:
    crowd = Crowd(stand)
    stand.fault("stripe", "latency", seconds=0.2)
    crowd.send(range(COMMANDS // 2))
    stand.heal()
    stand.fault("stripe", kind, times=times)
    crowd.send(range(COMMANDS // 2, COMMANDS))
    wait(crowd.is_answered)
    wait(crowd.is_written_down)
    assert stand.violations() == []


def test_after_stripe_is_back_the_same_person_goes_on(agent: Person, stand: Stand) -> None:
    stand.fault("stripe", "down")
    refused = agent.asks("home jenny@example.com")
    assert "Stripe" in refused.words
    assert "Try again" in refused.labels
    stand.heal()
    assert agent.presses(refused, "Try again").preformatted


@pytest.mark.parametrize("kind", ["down", "500"])
def test_slack_stops_and_each_command_is_in_the_trail(stand: Stand, kind: str) -> None:
    stand.person().asks("jenny@example.com")  # who is an agent is known for a minute
    crowd = Crowd(stand)
    crowd.send(range(COMMANDS // 2))
    stand.fault("slack", kind)
    crowd.send(range(COMMANDS // 2, COMMANDS))
    wait(crowd.is_written_down)


def test_slack_limits_the_pace_and_the_answers_still_come(stand: Stand) -> None:
    crowd = Crowd(stand)
    stand.fault("slack", "429", match="response_url", times=20, seconds=0.1)
    crowd.send(range(30))
    wait(crowd.is_answered)


@contextmanager
def sqlite_without_trail(stand: Stand) -> Iterator[None]:
    """The audit table is gone for a while: nothing can be read or written there."""
    file = stand.settings.database_url.get_secret_value().removeprefix("sqlite:///")
    database = sqlite3.connect(Path(file), isolation_level=None, timeout=30)
    database.execute("ALTER TABLE audit RENAME TO away")
    try:
        yield
    finally:
        database.execute("ALTER TABLE away RENAME TO audit")
        database.close()


def test_the_database_fails_and_each_command_is_answered(stand: Stand) -> None:
    crowd = Crowd(stand)
    crowd.send(range(COMMANDS // 2))
    with sqlite_without_trail(stand):
        crowd.send(range(COMMANDS // 2, COMMANDS))
        wait(crowd.is_answered)


def test_a_locked_database_delays_nobody_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.process.services.Database", partial(Database, patience_seconds=0.5))
    with open_stand(tmp_path) as stand, closing(sqlite3.connect(tmp_path / "portalbot.db")) as database:
        database.isolation_level = None
        database.execute("BEGIN EXCLUSIVE")
        crowd, started = Crowd(stand), time.monotonic()
        crowd.send(range(20))
        wait(crowd.is_answered)
        assert time.monotonic() - started < 10
        database.execute("ROLLBACK")


def test_without_the_trail_a_test_link_is_given(agent: Person, stand: Stand) -> None:
    with sqlite_without_trail(stand):
        assert agent.asks("home jenny@example.com").preformatted


def test_without_the_trail_a_live_link_is_refused_and_shown_to_nobody(tmp_path: Path) -> None:
    with open_stand(tmp_path, STRIPE_API_KEY="rk_live_sandbox") as stand:
        agent = stand.person()
        with sqlite_without_trail(stand):
            refused = agent.asks("home jenny@example.com")
        assert not refused.preformatted
        assert "/p/session/" not in refused.raw
        assert "audit trail" in refused.words
        assert agent.asks("home jenny@example.com").preformatted


@pytest.mark.postgres
def test_postgresql_goes_away_and_each_command_is_answered(postgres_url: str, tmp_path: Path) -> None:
    with Wire(postgres_url) as wire, open_stand(tmp_path, DATABASE_URL=wire.url) as stand:
        crowd = Crowd(stand)
        crowd.send(range(COMMANDS // 2))
        wire.cut()
        crowd.send(range(COMMANDS // 2, COMMANDS))
        wait(crowd.is_answered)
        wire.mend()
        until(lambda: stand.bot_http.get("/readyz").status_code == 200, "the database to be back")
        assert stand.person().asks("home jenny@example.com for:back").preformatted
        assert stand.audit()[0].reason == "back"


def test_the_same_signed_request_again_costs_nothing(stand: Stand) -> None:
    body = command_form("home jenny@example.com for:once recover:2h")
    before, made = len(stand.audit()), len(sessions(stand))
    stamp = int(time.time())
    assert [stand.send(body, at=stamp).status_code for _ in range(4)] == [200] * 4
    until(lambda: len(stand.audit()) > before, "an audit line")
    stand.loop.run(stand.web.background.finish(10))
    assert len(sessions(stand)) == made + 1
    assert len(stand.person().messages()) == 1
    assert len(stand.audit()) == before + 1
