"""SIGTERM in the middle of the work: what was begun is finished, nothing new is taken, exit code 0."""

import asyncio
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from benchmarks.soak_mail import one_mail
from bot.mail.rows import Mails
from bot.store.database import Database
from tests.stand.person import AGENT, SUPPORT
from tests.stand.serving import free_socket
from tests.stand.terminal import serve
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(45)

COMMANDS = 30


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_start_is_one_line_and_a_stop_finishes_what_was_begun_and_takes_nothing_new(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serve(tmp_path, LOG_LEVEL="INFO") as stand:
        (line,) = until((tmp_path / "stderr").read_text, "the line of the start").splitlines()
        assert "serving" in line
        assert all(
            each in line for each in ("slack=http", "stripe='test mode'", "database='sqlite", "alerts=")
        )
        assert "Jenny" in stand.person().asks("jenny@example.com").words
        stand.fault("stripe", "latency", seconds=0.4)
        urls = stand.sandbox.slack.parts.response_urls
        issued = [stand.on_loop(lambda: urls.issue(AGENT, SUPPORT)) for _ in range(COMMANDS)]
        for place, url in enumerate(issued):
            assert (
                stand.send_command(f"home jenny@example.com for:{place}", response_url=url).status_code == 200
            )
        stand.stop(number)
        until(lambda: _refuses(stand.bot_http.base_url), "the door to close")
        assert stand.process.wait(30) == 0
        used = stand.on_loop(lambda: [urls.open(url.rpartition("/")[2]).uses for url in issued])
        assert min(used) == 1
    with closing(sqlite3.connect(tmp_path / "portalbot.db")) as database:
        ((written,),) = database.execute("SELECT count(*) FROM audit WHERE outcome = 'issued'").fetchall()
    assert written == COMMANDS


def test_a_stop_waits_until_the_mail_server_has_taken_what_is_being_sent(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/portalbot.db"

    async def queue_mail() -> None:
        async with Database(url) as database:
            await Mails(database).add(one_mail(1, int(time.time()) - 10))

    async def state() -> dict[str, int]:
        async with Database(url) as database:
            return {name: count for name, count in (await Mails(database).counts()).items() if count}

    probe, smtp_url = free_socket()
    probe.close()
    mail_server = smtp_url.replace("http:", "smtp:")
    with serve(tmp_path, SMTP_URL=mail_server, MAIL_FROM="Merchant <billing@merchant.example>") as stand:
        stand.fault("smtp", "timeout", seconds=1.5)  # it takes the mail, and says so after this time
        asyncio.run(queue_mail())
        until(lambda: stand.on_loop(lambda: [*stand.sandbox.mailbox.mails]), "the mail")
        stand.stop(signal.SIGTERM)
        assert stand.process.wait(30) == 0
    assert asyncio.run(state()) == {"sent": 1}


def test_after_a_kill_the_same_file_serves_on(tmp_path: Path) -> None:
    with serve(tmp_path) as stand:
        assert stand.person().asks("home jenny@example.com for:before").preformatted
        stand.stop(signal.SIGKILL)
        stand.process.wait(10)
    with serve(tmp_path) as stand:
        words = stand.person().asks("history jenny@example.com").words
        assert "before" in words


def _refuses(url: httpx.URL) -> bool:
    try:
        httpx.get(url.join("/healthz"), timeout=1)
    except httpx.TransportError:
        return True
    return False
