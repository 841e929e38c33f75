"""One id goes with a command from its answer to its last log line and its rows, and one with an event."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.alerts.rows.tables import alert_events
from bot.logs import configure_logs, reference_of
from bot.store.tables import audit, stripe_events
from tests.alerts.alert_stand import AlertStand
from tests.stand.stand import Stand, open_stand
from tests.stand.terminal import logs_kept
from tests.stand.waiting import until

REFERENCE = re.compile(r"Reference `([0-9A-Z]{4}-[0-9A-Z]{4})`")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process logs, as JSON lines."""
    stream = io.StringIO()
    with logs_kept():
        configure_logs("INFO", "json", stream)
        yield stream


@pytest.fixture
def stand(written: io.StringIO, tmp_path: Path) -> Iterator[Stand]:
    with open_stand(tmp_path) as stand:
        yield stand


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def rows(stand: Stand, query: Any) -> list[Any]:
    database = stand.web.services.database
    return [*stand.loop.run(database.read(lambda connection: connection.execute(query).all()))]


def test_a_command_is_followed_by_its_reference_from_the_answer_to_log_and_audit_line(
    stand: Stand, written: io.StringIO
) -> None:
    answers = [
        stand.person().asks(text).words for text in ("home jenny@example.com", "home nobody@example.com")
    ]
    for words, outcome in zip(answers, ("issued", "refused"), strict=True):
        (reference,) = REFERENCE.findall(words)
        (line,) = [each for each in lines(written) if each.get("reference") == reference]
        assert (line["event"], line["verb"], line["outcome"]) == ("command", "home", outcome)
        (row,) = rows(stand, select(audit).where(audit.c.request_key.startswith(reference)))
        assert row.outcome == outcome


def test_an_answer_that_has_to_take_another_way_keeps_its_reference(
    stand: Stand, written: io.StringIO
) -> None:
    urls = stand.sandbox.slack.parts.response_urls
    url = stand.on_loop(lambda: urls.issue("U0ALEX", "C0SUPPORT"))
    stand.on_loop(lambda: urls.expire(url))
    before = len(stand.person().messages())
    stand.send_command("home jenny@example.com", response_url=url)
    shown = until(lambda: stand.person().messages()[before:], "an answer")[0]
    (reference,) = REFERENCE.findall(shown.words)
    assert [each["event"] for each in lines(written) if each.get("reference") == reference] == ["command"]


def test_a_repeated_delivery_has_the_same_reference_and_no_other_command() -> None:
    assert reference_of("a") == reference_of("a") != reference_of("b")
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", reference_of(""))


def test_an_event_is_followed_by_its_id_to_the_number_of_an_alert_and_by_that_to_its_message(
    stand: Stand, written: io.StringIO
) -> None:
    alerts = AlertStand.of(stand)
    alerts.happens("payout.failed")
    shown = alerts.sent_until("ayout")
    (handled,) = [each for each in lines(written) if each["event"] == "event_handled" and each["alert"]]
    (stored,) = [each for each in lines(written) if each.get("event_id") == handled["event_id"]][:1]
    assert stored["event"] == "event_stored"
    (posted,) = [each for each in lines(written) if each["event"] == "alert_posted"]
    assert (posted["alert"], posted["message"]) == (handled["alert"], shown["ts"])
    assert f"`#{handled['alert']}`" in str(shown["blocks"])
    (row,) = rows(stand, select(alert_events).where(alert_events.c.id == handled["event_id"]))
    assert row.alert_id == handled["alert"]
    assert rows(stand, select(stripe_events.c.id).where(stripe_events.c.id == handled["event_id"]))
