"""`/healthz`, `/readyz` and `/metrics`: what a platform and a dashboard look at."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from benchmarks.soak_mail import one_mail
from bot.mail.rows import Mails
from bot.store.migrate import migrate
from tests.postgres import empty_postgres_url, postgres_server
from tests.stand.fixtures import module_stand, stand
from tests.stand.person import ONCALL
from tests.stand.stand import Stand, open_stand
from tests.stand.waiting import until

__all__ = ["empty_postgres_url", "module_stand", "postgres_server", "stand"]


def test_alive_and_ready(stand: Stand) -> None:
    assert stand.bot_http.get("/healthz").status_code == 200
    assert stand.bot_http.get("/readyz").status_code == 200


@pytest.mark.postgres
def test_with_postgresql_ready_only_after_migrate(empty_postgres_url: str, tmp_path: Path) -> None:
    with open_stand(tmp_path, DATABASE_URL=empty_postgres_url) as stand:
        assert stand.bot_http.get("/healthz").status_code == 200
        before = stand.bot_http.get("/readyz")
        assert before.status_code == 503
        assert "portalbot migrate" in before.text
        migrate(empty_postgres_url)
        until(lambda: stand.bot_http.get("/readyz").status_code == 200, "a new probe")


def test_not_ready_without_the_database_but_alive(tmp_path: Path) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:9/none"
    with open_stand(tmp_path, DATABASE_URL=nowhere) as stand:
        answer = stand.bot_http.get("/readyz")
        assert answer.status_code == 503
        assert "nobody" not in answer.text
        assert stand.bot_http.get("/healthz").status_code == 200
        metrics = stand.bot_http.get("/metrics")
        assert metrics.status_code == 200
        assert "portalbot_waiting_events NaN" in metrics.text
        assert "portalbot_open_alerts{" not in metrics.text


def value(stand: Stand, series: str) -> float | None:
    lines = stand.bot_http.get("/metrics").text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{series} ")), None)


def test_metrics_show_how_things_stand(stand: Stand) -> None:
    page, mail = (
        'portalbot_open_alerts{severity="page",status="%s"}',
        'portalbot_waiting_mails{state="queued"}',
    )
    assert (value(stand, page % "open"), value(stand, mail)) == (0, 0)
    stand.person(ONCALL).asks("alerts test")
    assert value(stand, page % "open") == 1
    stand.person(ONCALL).asks("alerts ack:all")
    assert (value(stand, page % "open"), value(stand, page % "acknowledged")) == (0, 1)
    stand.loop.run(Mails(stand.web.services.database).add(one_mail(1, 0)))
    assert value(stand, mail) == 1
    before = value(stand, "portalbot_waiting_events")
    stand.on_loop(lambda: stand.sandbox.stripe.happen("invoice.payment_failed", stand.customer("jenny")))
    until(lambda: value(stand, "portalbot_waiting_events") != before, "an event")


def test_metrics_count_commands_calls_and_outcomes(stand: Stand) -> None:
    stand.person().asks("home jenny@example.com")
    answer = stand.bot_http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'portalbot_commands_total{outcome="issued",verb="home"}' in answer.text
    assert 'portalbot_stripe_calls_total{outcome="ok",resource=' in answer.text
    assert "portalbot_answer_seconds_bucket" in answer.text


def test_metrics_hold_no_ids_addresses_or_names(stand: Stand) -> None:
    stand.person().asks("home jenny@example.com")
    text = stand.bot_http.get("/metrics").text
    for private in ("cus_", "jenny", "U0ALEX", "bps_", "xoxb", "rk_test"):
        assert private not in text


def test_metrics_may_ask_for_a_token(tmp_path: Path) -> None:
    with open_stand(tmp_path, METRICS_TOKEN="long-secret") as stand:
        for given in ("", "Bearer", "Bearer another", "long-secret", "Basic long-secret", "Bearer \u00fc"):
            answer = stand.bot_http.get("/metrics", headers={b"authorization": given.encode()})
            assert answer.status_code == 401
            assert "portalbot" not in answer.text
        known = stand.bot_http.get("/metrics", headers={"authorization": "Bearer long-secret"})
        assert "portalbot_waiting_events" in known.text
        assert stand.bot_http.get("/healthz").status_code == 200


def test_not_ready_while_nothing_can_be_written(stand: Stand) -> None:
    database = stand.web.services.database

    def forbid(pages: int) -> None:
        def work(connection: Connection) -> None:
            connection.exec_driver_sql(f"PRAGMA query_only = {pages}")

        stand.loop.run(database.read(work))

    forbid(1)
    until(lambda: stand.bot_http.get("/readyz").status_code == 503, "a new probe")
    answer = stand.bot_http.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the database takes no writes\n")
    forbid(0)
    until(lambda: stand.bot_http.get("/readyz").status_code == 200, "a new probe")


def test_other_addresses_are_404(stand: Stand) -> None:
    assert stand.bot_http.get("/").status_code == 404
    assert stand.bot_http.get("/slack").status_code == 404
