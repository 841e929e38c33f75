"""What Slack got a 200 for is kept, also when the process dies right after it; the rest gets a 5xx."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.alerts.alert import Alert, Occurrence, Severity, Status
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.alerts.rows.swaps import SwapRows
from bot.handlers.workload import BackgroundTasks
from bot.mail.mail import Mail
from bot.mail.rows import Mails
from bot.process.answering import make_answering
from bot.process.services import now, open_services
from bot.store.database import Database
from bot.store.tables import metadata
from tests.alerts.alert_stand import AlertStand
from tests.postgres import migrated_database, postgres_server
from tests.stand.clicks import mail_window, on_alert, run, swap
from tests.stand.person import AGENT, ALERTS, LEAD, ONCALL
from tests.stand.signing import interaction_form, stripe_header
from tests.stand.stand import GENEROUS, Stand, open_stand

pytestmark = pytest.mark.slow(12)

__all__ = ["postgres_server"]

TIMES = 2
NUMBERS = iter(range(10**6))
CONFIG = (
    GENEROUS
    + f"""
[mail]
minutes_between = 0
per_day = 100000
[rotation]
people = ["{AGENT}", "{LEAD}"]
handover = "monday 09:00"
timezone = "Europe/Berlin"
start = 2026-01-05
"""
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    more = {"SMTP_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "billing@merchant.example"}
    if request.param == "postgresql":
        more["DATABASE_URL"] = str(request.getfixturevalue("module_postgres_url"))
    with open_stand(tmp_path_factory.mktemp("killed"), CONFIG, **more) as stand:
        stand.loop.run(upgraded(stand.web.services.database))
        yield stand


async def upgraded(database: Database) -> None:
    """A newer process has migrated while this one goes on: a deploy in which both are there for a while."""

    def work(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE of_tomorrow (id INTEGER)"))
        for table in metadata.tables:
            connection.execute(text(f"ALTER TABLE {table} ADD COLUMN of_tomorrow TEXT"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await database.write(work)


@pytest.fixture(scope="module")
def module_postgres_url(postgres_server: str) -> Iterator[str]:
    yield from migrated_database(postgres_server)


@pytest.fixture
def dying(bot: Stand, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """A bot whose process is killed right after each acknowledgement: nothing comes after it."""
    bot.loop.run(bot.web.background.finish(10))
    monkeypatch.setattr(BackgroundTasks, "start", lambda *_: None)
    return bot


def test_beside_a_newer_process_it_is_ready_and_makes_links(bot: Stand) -> None:
    assert bot.bot_http.get("/readyz").status_code == 200
    assert bot.person().asks("home jenny@example.com").preformatted
    body = json.dumps({
        "id": "evt_beside", "object": "event", "type": "payout.failed", "created": now(), "livemode": False,
        "data": {"object": {"id": "po_1", "object": "payout", "amount": 100, "currency": "eur"}},
    }).encode()  # fmt: skip
    sent = bot.bot_http.post(
        "/stripe/webhooks", content=body, headers={"stripe-signature": stripe_header(body)}
    )
    assert sent.status_code == 200
    AlertStand.of(bot).handle()
    assert any(
        alert.rule == "payout_failed"
        for alert in reopened(bot, lambda database: Alerts(database).unresolved())
    )


def reopened(stand: Stand, look: Callable[[Database], Any]) -> Any:
    """What is in the database for a process that opens it anew."""

    async def inside() -> Any:
        async with Database(stand.settings.database_url.get_secret_value()) as database:
            return await look(database)

    return stand.loop.run(inside())


def stored(stand: Stand, alert: Alert) -> Alert:
    found: Alert = reopened(stand, lambda database: Alerts(database).get(alert.id))
    return found


def payout(key: str) -> Occurrence:
    return Occurrence(
        key=key, type="payout.failed", at=now(), rule="payout_failed", severity=Severity.PAGE, group_key=key,
        template="payout_failed", livemode=False, channel=ALERTS,
    )  # fmt: skip


def raised(stand: Stand, count: int = TIMES) -> list[Alert]:
    """New alerts, through a database of their own: the bot's may have little patience."""

    async def inside(database: Database) -> list[Alert]:
        store = Alerts(database)
        done = [await store.raise_or_count(payout(f"evt_{next(NUMBERS)}"), now()) for _ in range(count)]
        return [outcome.alert for outcome in done if outcome and outcome.alert]

    found: list[Alert] = reopened(stand, inside)
    return found


@pytest.mark.parametrize(
    ("action", "kept"),
    [
        ("ack", lambda alert: alert.acknowledged_by == ONCALL),
        ("snooze:1h", lambda alert: alert.status is Status.SNOOZED),
        ("resolve", lambda alert: alert.resolved_by == ONCALL),
        ("assign", lambda alert: alert.assignee == LEAD),
    ],
)
def test_what_was_done_with_an_alert_is_kept(
    dying: Stand, action: str, kept: Callable[[Alert], bool]
) -> None:
    alerts = raised(dying)
    chosen = {"selected_user": LEAD} if action == "assign" else {}
    for alert in alerts:
        assert dying.send_interaction(on_alert(alert.id, action, **chosen)).status_code == 200
    assert all(kept(stored(dying, alert)) for alert in alerts)


def test_a_reopened_alert_stays_open(dying: Stand) -> None:
    for alert in raised(dying):
        for action in ("resolve", "reopen"):
            assert dying.send_interaction(on_alert(alert.id, action)).status_code == 200
        assert stored(dying, alert).status is Status.OPEN


def test_a_mute_is_kept(dying: Stand) -> None:
    alerts = raised(dying)
    for alert in alerts:
        assert dying.send_interaction(on_alert(alert.id, "mute_hour")).status_code == 200
    muted = {mute.rule for mute in reopened(dying, lambda database: Alerts(database).mutes(now()))}
    assert {alert.rule for alert in alerts} <= muted
    assert dying.send_interaction(run(f"alerts unmute:{alerts[0].rule}")).status_code == 200
    assert reopened(dying, lambda database: Alerts(database).mutes(now())) == ()


def test_turns_on_call_are_kept(dying: Stand) -> None:
    def standing() -> list[tuple[str, bool]]:
        found = reopened(dying, lambda database: OnCallRows(database).overrides(now()))
        return [(each.person, each.ends_at > now()) for each in found]

    for number in range(1, TIMES + 1):
        assert dying.send_interaction(run("oncall take:2h")).status_code == 200
        assert standing()[-1] == (ONCALL, True)
        assert dying.send_command("oncall back", user_id=ONCALL).status_code == 200
        assert standing() == [(ONCALL, False)] * number
    assert dying.send_interaction(swap(AGENT, LEAD)).status_code == 200
    (asked,) = reopened(dying, lambda database: SwapRows(database).waiting(now()))
    assert dying.send_interaction(run(f"oncall accept:{asked.id}", LEAD)).status_code == 200
    assert {person for person, _ in standing()} == {ONCALL, AGENT, LEAD}


def test_a_test_page_is_kept_and_the_same_press_again_is_one_page(dying: Stand) -> None:
    presses = [run("alerts test") for _ in range(TIMES)]
    for press, at in twice(presses):
        assert dying.send(interaction_form(press), at=at).status_code == 200

    def pages() -> list[Alert]:
        found = reopened(dying, lambda database: Alerts(database).unresolved(500))
        return [alert for alert in found if alert.rule == "test_page" and alert.severity is Severity.PAGE]

    assert len(pages()) == TIMES


def twice(payloads: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int]]:
    """Each payload as Slack would deliver it a second time, with a signature of its own."""
    return [(payload, now() - later) for later in range(2) for payload in payloads]


def swept(stand: Stand) -> None:
    """Another process of the bot, some seconds later, finds what was left."""

    async def inside() -> None:
        async with open_services(stand.settings, remembers=True) as services:
            submissions = make_answering(services).submissions
            await replace(submissions, clock=lambda: services.clock.whole() + 11).sweep()

    stand.loop.run(inside())


def queued(stand: Stand) -> list[Mail]:
    return list(reopened(stand, lambda database: Mails(database).due(2**40, 1000)))


def test_a_mail_that_was_sent_off_is_queued_once_by_whoever_comes_after(dying: Stand) -> None:
    customer = dying.customer("jenny")
    windows = [mail_window(customer, f"V{number}") for number in range(TIMES)]
    for window, at in twice(windows):
        answer = dying.send(interaction_form(window), at=at)
        assert answer.status_code == 200
        assert "I have saved this mail" in answer.text
    assert queued(dying) == []
    swept(dying)
    swept(dying)
    found = queued(dying)
    assert len(found) == TIMES
    assert all(any(f"for V{number}" in str(mail.text) for mail in found) for number in range(TIMES))
    issued = [line for line in dying.audit() if line.verb == "email" and line.outcome == "issued"]
    assert len(issued) == TIMES


def test_a_mail_that_is_refused_by_whoever_comes_after_is_told(
    dying: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(queued(dying))
    assert dying.send_interaction(mail_window("cus_gone", "V1gone")).status_code == 200
    monkeypatch.undo()
    swept(dying)
    assert len(queued(dying)) == before
    assert any("cus_gone" in shown.raw for shown in dying.person().messages())


def test_what_cannot_be_stored_is_answered_with_503_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.process.services.Database", partial(Database, patience_seconds=0.3))
    with open_stand(tmp_path, CONFIG) as stand:
        (alert,) = raised(stand, 1)
        requests = (on_alert(alert.id, "ack"), run("oncall take:2h"), mail_window("cus_1", "V1"))
        with closing(sqlite3.connect(tmp_path / "portalbot.db")) as database:
            database.isolation_level = None
            database.execute("BEGIN EXCLUSIVE")
            assert [stand.send_interaction(each).status_code for each in requests] == [503, 503, 503]
            database.execute("ROLLBACK")
        assert stored(stand, alert).status is Status.OPEN
        stand.loop.run(stand.web.background.finish(10))
        told = [shown.words for shown in stand.person(ONCALL).messages()]
        assert len(told) == 2
        assert all("Nothing was changed" in words for words in told)
        swept(stand)
        assert queued(stand) == []


def test_what_takes_too_long_to_store_is_answered_before_slack_gives_up(
    bot: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.boundary.SECONDS_TO_STORE", 0.05)

    async def slow(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Alerts, "acknowledge", slow)
    (alert,) = raised(bot, 1)
    assert bot.send_interaction(on_alert(alert.id, "ack")).status_code == 503
