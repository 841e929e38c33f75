"""From Stripe's event to somebody outside Slack: what people see when nobody takes an alert."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.alerts.handovers import announce_handover
from bot.process.worker import working
from tests.stand.person import AGENT, ALERTS, ONCALL
from tests.stand.shown import Shown
from tests.stand.signing import stripe_header
from tests.stand.stand import Stand, open_stand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(10)

CONFIG = """
[escalation]
dm_after = 0.5
next_after = 0.8
outside_after = 1.0
outside_env = "PAGER_URLS"
heartbeat_url = "{pager}/alive"
"""


class Pager:
    """An outside service on loopback: what was sent to it."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.beats = 0
        pager = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                pager.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self._done()

            def do_GET(self) -> None:
                pager.beats += 1
                self._done()

            def _done(self) -> None:
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def pager() -> Iterator[Pager]:
    pager = Pager()
    yield pager
    pager.close()


@pytest.fixture
def stand(tmp_path: Path, pager: Pager) -> Iterator[Stand]:
    config = CONFIG.format(pager=f"http://{pager.place}")
    with open_stand(tmp_path, config, PAGER_URLS=f"json://{pager.place}/page") as stand:
        web = stand.web
        with stand.loop.entered(working(web.services)):
            yield stand
            assert stand.violations() == []


def payout_fails(stand: Stand, event: str = "evt_payout") -> None:
    body = json.dumps({
        "id": event, "object": "event", "type": "payout.failed", "created": int(time.time()),
        "livemode": False, "api_version": "2026-10-28.endive",
        "data": {"object": {
            "id": f"po_{event}", "object": "payout", "amount": 123400, "currency": "eur", "livemode": False,
            "failure_message": "The bank account is closed.", "failure_code": "account_closed",
        }},
    }).encode()  # fmt: skip
    answer = stand.bot_http.post(
        "/stripe/webhooks", content=body, headers={"stripe-signature": stripe_header(body)}
    )
    assert answer.status_code == 200


def shown(stand: Stand, channel: str, text: str) -> Shown | None:
    return next((Shown(each) for each in stand.messages_in(channel) if text in Shown(each).words), None)


def test_an_alert_that_nobody_takes_goes_from_mention_to_direct_message_to_outside(
    stand: Stand, pager: Pager
) -> None:
    payout_fails(stand)
    mention = until(lambda: shown(stand, ALERTS, "you're on call"), "the mention")
    assert "<!subteam^S0ONCALL>" in mention.words
    alert = until(lambda: shown(stand, ALERTS, "Payout of €1,234.00 failed"), "the alert")
    assert mention.content["thread_ts"] == alert.ts
    direct = until(lambda: shown(stand, "D0SAM", "Nobody has taken this yet"), "the direct message")
    assert {"Acknowledge", "Resolve", "Open payout settings"} <= set(direct.labels)
    assert f"/archives/{ALERTS}/p{alert.ts.replace('.', '')}|See it in the channel" in direct.words
    (told,) = until(lambda: pager.bodies, "the outside service")
    assert told["title"] == "TEST: Payout of €1,234.00 failed"
    assert "nobody has taken it" in told["message"]
    until(lambda: shown(stand, ALERTS, "told the outside service"), "the note in the thread")
    assert pager.beats == 1


def test_whoever_acknowledges_in_the_direct_message_ends_it(stand: Stand, pager: Pager) -> None:
    payout_fails(stand)
    direct = until(lambda: shown(stand, "D0SAM", "Nobody has taken this yet"), "the direct message")
    sam = stand.person(ONCALL, "D0SAM")
    assert not sam.clicks(direct, "Acknowledge")["failure"]
    until(lambda: shown(stand, ALERTS, "Acknowledged by"), "the alert, acknowledged")
    taken = until(lambda: shown(stand, "D0SAM", "Acknowledged by"), "the direct message, acknowledged")
    assert taken.ts == direct.ts


def test_escalation_needs_no_slack(stand: Stand, pager: Pager) -> None:
    stand.fault("slack", "500")
    payout_fails(stand)
    until(lambda: pager.bodies, "the outside service")
    stand.heal()


def test_taking_over_is_announced_once(stand: Stand) -> None:
    stand.person(AGENT).asks("oncall take:2h")
    on_call, clock = stand.web.services.on_call, stand.web.services.clock.whole
    for _ in range(2):
        stand.loop.run(announce_handover(on_call.on_call, on_call.alerts, ALERTS, clock))
    note = until(lambda: shown(stand, ALERTS, "On call from now on"), "the hand-over note")
    assert f"from now on:* <@{AGENT}>" in note.words
    assert f"Thank you <@{ONCALL}>" in note.words
