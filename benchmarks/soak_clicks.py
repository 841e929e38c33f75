"""`make soak`: SIGKILL within 20 ms of Slack's 200, for everything by which people change what is kept.

    python -m benchmarks.soak_clicks [--times 50] [--answers 400] [--only take] [<database url>]

For each kind of click or window a process serves, gets one, and is killed: what it answered with 200 must be
in the database. Then, with nobody killed, the time to the answer is measured.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
from sqlalchemy import text

from benchmarks.databases import databases
from benchmarks.forked_bot import ForkedBot
from benchmarks.load import Times
from benchmarks.promise import table
from benchmarks.soak_stage import bot_environment, free_port
from benchmarks.web import running
from bot.alerts.alert import Occurrence, Severity, StormLimit
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.oncall import OnCallRows
from bot.errors import BadUsage
from bot.store.database import Database
from bot.store.migrate import migrate
from tests.stand import clicks
from tests.stand.person import AGENT, ALERTS, LEAD, ONCALL
from tests.stand.signing import interaction_form, slack_headers

LATEST_KILL = 0.02
"""Seconds after the answer."""
PROMISED_MS = 50.0
"""Within which 99 of 100 are answered."""
PAUSES = (0.05, 0.15)  # seconds between two clicks whose answers are measured: ten a second, of a whole team
CONFIG = f"""
[limits]
new_alerts_per_rule = 0
[mail]
minutes_between = 0
per_day = 100000
[rotation]
people = ["{AGENT}", "{LEAD}"]
handover = "monday 09:00"
start = 2026-01-05
"""


@dataclass(frozen=True, slots=True)
class Request:
    """Something to be sent, and a query that counts what it leaves behind: `expected` when it was kept."""

    payload: clicks.Json
    query: str
    expected: int = 1


class Rows:
    """Prepares what a click is about, and looks what it left, in a process of its own."""

    def __init__(self, database: Database, customer: str) -> None:
        self._database, self._customer = database, customer
        self._alerts = Alerts(database, StormLimit(0))  # each click is about an alert of its own
        self._numbers = count(int(time.time()))

    async def alert(self, action: str, kept: str, *first: str, **chosen: str) -> tuple[Request, ...]:
        """A new alert, what is done with it, and what its row says then."""
        now, key = int(time.time()), f"evt_{next(self._numbers)}"
        await self._alerts.unmute("payout_failed")
        outcome = await self._alerts.raise_or_count(_payout(key, now), now)
        alert = outcome.alert if outcome else None
        assert alert
        query = f"SELECT count(*) FROM alerts WHERE id = {alert.id} AND "
        before = (Request(clicks.on_alert(alert.id, each), query + "id > 0") for each in first)
        return (*before, Request(clicks.on_alert(alert.id, action, **chosen), query + kept))

    async def mute(self) -> tuple[Request, ...]:
        """The rule of an alert is muted; nobody has it muted before."""
        (request,) = await self.alert("mute_hour", "id > 0")
        return (Request(request.payload, "SELECT count(*) FROM alert_mutes WHERE id = 'payout_failed'"),)

    async def take(self) -> tuple[Request, ...]:
        """Somebody stands in."""
        return (await self._turns(clicks.run("oncall take:2h"), 1),)

    async def back(self) -> tuple[Request, ...]:
        """Who stands in hands back."""
        with suppress(BadUsage):  # nobody stands in yet
            await OnCallRows(self._database).hand_back(ONCALL, int(time.time()))
        taken = await self._turns(clicks.run("oncall take:2h"), 1)
        soon = int(time.time()) + 60
        left = f"SELECT count(*) FROM oncall_overrides WHERE person = '{ONCALL}' AND ends_at > {soon}"
        return (taken, Request(clicks.run("oncall back"), left, 0))

    async def swap(self) -> tuple[Request, ...]:
        """Two people change turns: one asks, and the other accepts."""
        number = await self.number("SELECT coalesce(max(id), 0) + 1 FROM oncall_swaps")
        accepted = await self._turns(clicks.run(f"oncall accept:{number}", LEAD), 2)
        return (Request(clicks.swap(AGENT, LEAD), "SELECT 1"), accepted)

    async def page(self) -> tuple[Request, ...]:
        """A test page."""
        query = "SELECT count(*) FROM alerts WHERE rule = 'test_page'"
        return (Request(clicks.run("alerts test"), query, await self.number(query) + 1),)

    async def mail(self) -> tuple[Request, ...]:
        """A mail is sent off: it waits to be decided about, or is queued already."""
        view = f"V{next(self._numbers)}"
        asked = f"CAST(request AS TEXT) LIKE '%for {view}%'"
        query = (
            f"SELECT (SELECT count(*) FROM mail_requests WHERE {asked})"
            f" + (SELECT count(*) FROM mails WHERE text LIKE '%for {view}%') > 0"
        )
        return (Request(clicks.mail_window(self._customer, view), query),)

    async def _turns(self, payload: clicks.Json, more: int) -> Request:
        query = "SELECT count(*) FROM oncall_overrides"
        return Request(payload, query, await self.number(query) + more)

    async def number(self, query: str) -> int:
        """What a query counts."""
        found = await self._database.read(lambda connection: connection.scalar(text(query)))
        return int(found or 0)


def kinds(rows: Rows) -> Mapping[str, Callable[[], Awaitable[tuple[Request, ...]]]]:
    """Everything that people change by clicks and windows; of several requests the last one counts."""
    return {
        "Acknowledge": lambda: rows.alert("ack", f"acknowledged_by = '{ONCALL}'"),
        "Snooze": lambda: rows.alert("snooze:1h", "status = 'snoozed'"),
        "Assign": lambda: rows.alert("assign", f"assignee = '{LEAD}'", selected_user=LEAD),
        "Resolve": lambda: rows.alert("resolve", f"resolved_by = '{ONCALL}'"),
        "Reopen": lambda: rows.alert("reopen", "status = 'open'", "resolve"),
        "mute": rows.mute,
        "take": rows.take,
        "back": rows.back,
        "swap": rows.swap,
        "test page": rows.page,
        "mail": rows.mail,
    }


def _payout(key: str, now: int) -> Occurrence:
    return Occurrence(
        key=key, type="payout.failed", at=now, rule="payout_failed", severity=Severity.NOTIFY, group_key=key,
        template="payout_failed", livemode=False, channel=ALERTS,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How many processes are killed, and how many answers measured, for each kind, or for those in `only`.

    The mails are for `customer`.
    """

    times: int
    answers: int
    customer: str
    only: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """What came of one kind: how many of how many killed were kept, and the times to the answer without."""

    name: str
    kept: int
    killed: int
    times: Times


async def soak(environment: Mapping[str, str], plan: Plan, folder: Path) -> list[Kind]:
    """Kill, then measure; `environment` is that of the bot."""
    chance = random.Random(1)
    bot, url = ForkedBot(environment, folder), environment["DATABASE_URL"]
    async with Database(url, patience_seconds=30) as database:
        rows = Rows(database, plan.customer)
        chosen = {name: each for name, each in kinds(rows).items() if name in plan.only or not plan.only}
        kept = dict.fromkeys(chosen, 0)
        try:
            for _ in range(plan.times):
                for name, prepare in chosen.items():
                    kept[name] += await _survives(bot, rows, await prepare(), chance)
            if plan.answers:
                await bot.start()
            measured = {name: await _answer_times(bot, each, plan.answers) for name, each in chosen.items()}
        finally:
            await bot.kill()
    return [Kind(name, kept[name], plan.times, measured[name]) for name in kept]


async def send(bot: ForkedBot, payload: clicks.Json) -> float:
    """Send a click as Slack does, again while it is answered that it was not stored; the time to its 200."""
    body = interaction_form(payload)
    while True:
        began = time.perf_counter()
        answer = await bot.http.post("/slack/events", content=body, headers=slack_headers(body))
        if answer.status_code == 200:
            return time.perf_counter() - began
        assert answer.status_code == 503, answer.text


async def _survives(bot: ForkedBot, rows: Rows, requests: tuple[Request, ...], chance: random.Random) -> bool:
    await bot.start()
    for each in requests:
        await send(bot, each.payload)
    await asyncio.sleep(chance.uniform(0, LATEST_KILL))
    await bot.kill()
    return await rows.number(requests[-1].query) == requests[-1].expected


async def _answer_times(
    bot: ForkedBot, prepare: Callable[[], Awaitable[tuple[Request, ...]]], answers: int
) -> Times:
    seconds = []
    for _ in range(answers):
        *before, last = await prepare()
        for each in before:
            await send(bot, each.payload)
            await asyncio.sleep(random.uniform(*PAUSES))
        seconds.append(await send(bot, last.payload))
        await asyncio.sleep(random.uniform(*PAUSES))
    return Times.of(seconds or [0.0])


@contextmanager
def _sandbox() -> Iterator[tuple[str, str]]:
    port = free_port()
    with running(["sandbox", "--port", str(port)], port):
        address = f"http://127.0.0.1:{port}"
        found = httpx.get(
            f"{address}/v1/customers",
            params={"email": "jenny@example.com"},
            headers={"Authorization": "Bearer rk_test_x"},
        )
        yield address, found.json()["data"][0]["id"]


def environment_of_bot(url: str, sandbox: str, folder: Path) -> dict[str, str]:
    """Settings of the bot that is killed."""
    config = folder / "clicks.toml"
    config.write_text(CONFIG)
    agents = {"SLACK_AGENTS": f"{AGENT},{LEAD},{ONCALL}", "SLACK_LEADS": LEAD, "SLACK_ONCALL": ONCALL}
    mail = {"SMTP_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "billing@merchant.example"}
    return bot_environment(sandbox, url, free_port(), config, LOG_LEVEL="ERROR", **agents, **mail)


def lines(found: list[Kind]) -> str:
    """The table."""
    head = ("what", "kept of killed", "answered p50 ms", "p99 ms", "longest ms")
    rows = []
    for each in found:
        took = (each.times.median, each.times.p99, each.times.longest)
        rows.append((each.name, f"{each.kept} of {each.killed}", *(f"{figure:.1f}" for figure in took)))
    return table(head, rows)


def is_good(found: list[Kind]) -> bool:
    """Whether everything was kept, and answered in time."""
    return all(each.kept == each.killed and each.times.p99 <= PROMISED_MS for each in found)


def main() -> int:
    """Run it on each kind of database, or on the one whose address is given."""
    parser = argparse.ArgumentParser(
        description="Kill the process right after its answers; count what is kept."
    )
    parser.add_argument("url", nargs="?", help="default: SQLite, and PostgreSQL if it is installed")
    for name, default in (("--times", 50), ("--answers", 400)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--only", action="append", default=[], help="a kind: take, mail, … (default: all)")
    chosen = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory(prefix="portalbot-clicks-") as name, _sandbox() as (sandbox, customer):
        folder, plan = Path(name), Plan(chosen.times, chosen.answers, customer, chosen.only)
        for url in [chosen.url] if chosen.url else databases(folder, "clicks"):
            migrate(url)
            found = asyncio.run(soak(environment_of_bot(url, sandbox, folder), plan, folder))
            print(f"{url.partition(':')[0]}: SIGKILL up to 20 ms after the 200\n{lines(found)}\n", flush=True)
            good = good and is_good(found)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
