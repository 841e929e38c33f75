"""SIGKILL between mention and direct message: the timer survives, and what somebody took stays quiet."""

import asyncio
import json
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from subprocess import Popen

import pytest

from bot.alerts.rows.alerts import Alerts
from bot.store.database import Database
from sandbox.slack.model import BOT_USER, Channel
from tests.postgres import postgres_server, postgres_url
from tests.stand.person import ONCALL
from tests.stand.shown import Shown
from tests.stand.signing import stripe_header
from tests.stand.terminal import Served, serve
from tests.stand.waiting import until

# It counts seconds: it begins when the tests that kill and flood are over.
pytestmark = pytest.mark.slow(1)

__all__ = ["postgres_server", "postgres_url"]

DM_AFTER, NEXT_AFTER = 6.0, 8.0
CHANNELS = ("C0SUPPORT", "C0FINANCE", "C0ALERTS")
"""A channel for each alert, since each takes one message a second. The last one is nobody's."""

TODAY = datetime.now(UTC)
CONFIG = f"""
[rotation]
people = ["U0SAM", "U0PRIYA"]
start = {TODAY.date()}
handover = "{(TODAY + timedelta(3)):%A} 09:00"

[escalation]
dm_after = {DM_AFTER}
next_after = {NEXT_AFTER}
""" + "".join(
    f"""
[[alert]]
name = "payout_{channel.lower()}"
event = "payout.failed"
when = "object.method == '{channel}'"
severity = "page"
channel = "{channel}"
template = "payout_failed"
"""
    for channel in CHANNELS
)


@dataclass
class Night:
    """Three pages, and the process with their timers."""

    stand: Served
    database_url: str
    timekeeper: Popen[bytes]
    begun_between: tuple[float, float] = (0.0, 0.0)
    """Before the last event was sent, and when its mention was there."""

    def pages(self) -> None:
        """Three payouts fail, the one that nobody is going to take last."""
        before = 0.0
        for channel in CHANNELS:
            before = time.time()
            self._fails(channel)
        for channel in CHANNELS:
            mention = until(partial(self.shown, channel, "you're on call"), f"the mention in {channel}")[0]
            self.begun_between = before, float(mention.ts)

    def _fails(self, channel: str) -> None:
        body = json.dumps({
            "id": f"evt_{channel}", "object": "event", "type": "payout.failed", "created": int(time.time()),
            "livemode": False, "data": {"object": {
                "id": f"po_{channel}", "object": "payout", "amount": 100, "currency": "eur",
                "method": channel,
            }},
        }).encode()  # fmt: skip
        answer = self.stand.bot_http.post(
            "/stripe/webhooks", content=body, headers={"stripe-signature": stripe_header(body)}
        )
        assert answer.status_code == 200

    def shown(self, channel: str, text: str) -> list[Shown]:
        """The messages of a conversation with this text."""
        found = (Shown(each) for each in self.stand.messages_in(channel))
        return [each for each in found if text in each.words]

    def acknowledges(self, channel: str) -> None:
        """Press the button below the alert."""
        alert = self.shown(channel, "Payout of")[0]
        assert not self.stand.person(ONCALL, channel).clicks(alert, "Acknowledge")["failure"]
        until(lambda: self.number_of(channel, acknowledged=True), "the acknowledgement")

    def number_of(self, channel: str, *, acknowledged: bool = False) -> int | None:
        """The number of the alert in this channel, as the database has it."""

        async def look() -> int | None:
            async with Database(self.database_url) as database:
                found = await Alerts(database).unresolved()
            numbers = (each.id for each in found if each.channel == channel)
            taken = {each.id for each in found if each.acknowledged_by}
            return next((each for each in numbers if each in taken or not acknowledged), None)

        return asyncio.run(look())

    def acknowledges_meanwhile(self, channel: str) -> None:
        """Take it while the process with the timers is dead; with SQLite no process is left to ask."""
        number = self.number_of(channel)
        assert number is not None
        if self.timekeeper is not self.stand.process:
            words = self.stand.person(ONCALL).asks(f"alerts ack:{number}").words
            assert "1 alert acknowledged" in words
            return

        async def take() -> None:
            async with Database(self.database_url) as database:
                await Alerts(database).acknowledge(number, ONCALL, int(time.time()))

        asyncio.run(take())

    def starts(self, command: str, line: str) -> None:
        """Start a process and wait until it says that it works."""
        log = self.stand.folder / "stderr"
        said = log.read_text().count(line)
        self.timekeeper = self.stand.start(command)
        until(lambda: log.read_text().count(line) > said, f"{command} at work", 30)


def add_channel(stand: Served, channel: Channel) -> None:
    workspace = stand.sandbox.slack.parts.workspace
    workspace.channels[channel.id] = channel
    workspace._messages[channel.id] = {}


def night(
    stand: Served, database_url: str, command: str, line: str, started: Callable[[Night], None]
) -> None:
    ours = Night(stand, database_url, stand.process)
    finance = Channel("C0FINANCE", "finance", "", frozenset({ONCALL, BOT_USER}))
    stand.on_loop(lambda: add_channel(stand, finance))
    started(ours)
    nobodys, taken_before, taken_meanwhile = CHANNELS[2], CHANNELS[0], CHANNELS[1]
    ours.pages()
    ours.acknowledges(taken_before)
    assert not ours.shown("D0SAM", "nobody has taken it")
    ours.timekeeper.send_signal(signal.SIGKILL)
    assert ours.timekeeper.wait(10) == -signal.SIGKILL
    ours.acknowledges_meanwhile(taken_meanwhile)
    ours.starts(command, line)
    ready = time.time()

    (direct,) = until(lambda: ours.shown("D0SAM", "nobody has taken it"), "the direct message", 30)
    earliest, latest = (moment + DM_AFTER for moment in ours.begun_between)
    assert earliest <= float(direct.ts) <= max(latest, ready) + 2

    # The timers of the other two began before this one's: what they had to say would have been said by now.
    until(lambda: ours.shown(nobodys, "<@U0PRIYA>"), "the next person", 30)
    assert [each.ts for each in ours.shown("D0SAM", "nobody has taken it")] == [direct.ts]
    assert not ours.shown(taken_before, "<@U0PRIYA>")
    assert not ours.shown(taken_meanwhile, "<@U0PRIYA>")


def test_sqlite(tmp_path: Path) -> None:
    (tmp_path / "portalbot.toml").write_text(CONFIG)
    with serve(tmp_path, LOG_LEVEL="INFO") as stand:
        night(stand, f"sqlite:///{tmp_path}/portalbot.db", "serve", "serving", lambda _ours: None)


@pytest.mark.postgres
def test_postgresql(tmp_path: Path, postgres_url: str) -> None:
    (tmp_path / "portalbot.toml").write_text(CONFIG)
    with serve(tmp_path, LOG_LEVEL="INFO", DATABASE_URL=postgres_url) as stand:
        night(stand, postgres_url, "worker", "working", lambda ours: ours.starts("worker", "working"))
