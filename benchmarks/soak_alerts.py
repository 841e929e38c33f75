"""`make soak`: a hundred thousand events, repeated, shuffled, at once, while everything around them fails.

    python -m benchmarks.soak_alerts [--scale 1] [<database url>]

Processes are killed, and replaced by others beside them; the database server is restarted at once; Slack is
away for long and then says 429, Stripe says 500. On PostgreSQL there are two web processes and two workers.
What must hold afterwards: every event that was answered 2xx had its effect exactly once, every alert has
exactly one message, and that shows the alert's last state. The program under test runs as its own processes,
started as a user starts them; Slack and Stripe are the sandbox.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from benchmarks.databases import databases
from benchmarks.soak_plan import SoakPlan, SoakResult, soak_event
from benchmarks.soak_stage import Program, answers, bot_environment, free_port, open_sandbox
from bot.store.database import Database
from bot.store.migrate import migrate
from sandbox.app import Sandbox
from sandbox.faults import Fault
from sandbox.slack.model import BOT_USER
from sandbox.stripe.events import signature
from tests.postgres import restart_at_once
from tests.stand.signing import WEBHOOK_SECRET

SECONDS_TO_DRAIN = 1800
CRASHES = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100"
"""Options of a server that loses nothing when it crashes."""


class Soak:
    """One run."""

    def __init__(self, plan: SoakPlan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._random = random.Random(plan.seed)
        self._result = SoakResult()
        self._accepted: dict[str, dict[str, Any]] = {}
        self._delivered = asyncio.Event()
        self._programs: list[Program] = []

    async def run(self) -> SoakResult:
        """Everything, from start to judgement."""
        began = time.monotonic()
        bot_port = free_port()
        async with open_sandbox(bot_port, self._plan.channels) as sandbox:
            self._write_rules()
            await asyncio.to_thread(migrate, self._plan.database_url)
            self._programs = programs = self._make_programs(sandbox.options.base_url, bot_port)
            for program in programs:
                await program.start()
            try:
                async with aiohttp.ClientSession() as session:
                    await self._all_ready(session)
                    chaos = asyncio.create_task(self._chaos(session, sandbox))
                    await self._deliver_all(session)
                    self._delivered.set()
                    await chaos
                sandbox.clear_faults()
                self._result.seconds = time.monotonic() - began
                await self._drain(sandbox)
            finally:
                for program in self._programs:
                    await program.kill()
        return self._result

    async def _all_ready(self, session: aiohttp.ClientSession) -> None:
        for program in self._webs():
            await answers(session, f"http://127.0.0.1:{program.port}/readyz")

    def _webs(self) -> list[Program]:
        return [program for program in self._programs if program.command == "serve"]

    def _make_programs(self, sandbox_url: str, bot_port: int) -> list[Program]:
        config = self._folder / "soak.toml"
        environment = bot_environment(sandbox_url, self._plan.database_url, bot_port, config)
        web, worker = (Program(name, environment, self._folder) for name in ("serve", "worker"))
        if self._is_sqlite:
            return [web]
        more = [web.beside(PORT=str(free_port())) for _ in range(1, self._plan.webs)]
        return [web, *more, worker, worker.beside()]

    @property
    def _is_sqlite(self) -> bool:
        return self._plan.database_url.startswith("sqlite")

    def _write_rules(self) -> None:
        rules = "\n".join(
            f'[[alert]]\nname = "soak_{n}"\nevent = "invoice.payment_failed"\n'
            f'when = "object.metadata.channel == {n}"\nseverity = "notify"\nchannel = "C0SOAK{n}"\n'
            f'group = "object.id"\ntemplate = "payment_failed"\n'
            for n in range(self._plan.channels)
        )
        quiet = '[[alert]]\nname = "payment_failures_spike"\nseverity = "ignore"\n'
        (self._folder / "soak.toml").write_text(f"[limits]\nnew_alerts_per_rule = 0\n\n{quiet}\n{rules}")

    def _deliveries(self) -> list[dict[str, Any]]:
        start = int(time.time()) - self._plan.events
        events = [
            soak_event(n, start + n, n % self._plan.groups, self._plan) for n in range(self._plan.events)
        ]
        repeated = self._random.sample(events, int(self._plan.events * self._plan.duplicates))
        deliveries = [*events, *repeated]
        self._random.shuffle(deliveries)
        return deliveries

    async def _deliver_all(self, session: aiohttp.ClientSession) -> None:
        deliveries = self._deliveries()
        self._result.deliveries = len(deliveries)
        waiting = iter(deliveries)

        # Deliveries last about as long as the kills, so that each kill hits something.
        lasting = self._plan.kills * self._plan.seconds_between_kills
        pause = lasting * self._plan.concurrent / len(deliveries)

        async def deliver() -> None:
            for event in waiting:
                await self._deliver(session, event)
                await asyncio.sleep(pause * self._random.random() * 2)

        await asyncio.gather(*(deliver() for _ in range(self._plan.concurrent)))
        self._result.accepted = len(self._accepted)

    async def _deliver(self, session: aiohttp.ClientSession, event: dict[str, Any]) -> None:
        """As Stripe does: again until it is taken, with a fresh signature, by whichever process is there."""
        body = json.dumps(event).encode()
        while True:
            headers = {"Stripe-Signature": signature(body, WEBHOOK_SECRET, int(time.time()))}
            url = f"http://127.0.0.1:{self._random.choice(self._webs()).port}/stripe/webhooks"
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with session.post(url, data=body, headers=headers) as answer:
                    if 200 <= answer.status < 300:
                        self._accepted[event["id"]] = event
                        return
            self._result.refused += 1
            await asyncio.sleep(0.1)

    async def _chaos(self, session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
        """Kill one process after the other, and let everything else fail too, while events are delivered."""
        kills = self._plan.kills
        restarts = _evenly(kills, 0 if self._is_sqlite else self._plan.restarts)
        replacing = _evenly(kills, 0 if self._is_sqlite else self._plan.replaced)
        for number in range(kills):
            self._let_fail(sandbox, number)
            await asyncio.sleep(self._plan.seconds_between_kills * self._random.uniform(0.5, 1.5))
            victim = self._random.choice(self._programs)
            await victim.kill()
            self._result.kills += 1
            await victim.start()
            if number in restarts:
                await asyncio.to_thread(restart_at_once, self._plan.database_url.rpartition("/")[0])
                self._result.restarts += 1
            if number in replacing:
                await self._replace_all(session)
                self._result.replaced += 1
        await self._delivered.wait()

    def _let_fail(self, sandbox: Sandbox, number: int) -> None:
        """For a third of the time Stripe fails too; in the middle Slack is away, and then says 429."""
        times = max(1, self._plan.faults // max(1, self._plan.kills))
        kind = self._random.choice(["429", "500", "down", "ratelimited", "lost"])
        sandbox.set_fault("slack", Fault(kind, self._random.choice(["chat.*", "*"]), times, 1))
        if number % 3 == 0:
            sandbox.set_fault("stripe", Fault("500", "*", times, 1))
        if number == self._plan.kills // 2:
            sandbox.set_fault("slack", Fault("down", "*", None, 1))
            later = asyncio.get_running_loop().call_later
            later(self._plan.away, lambda: sandbox.set_fault("slack", Fault("429", "chat.*", 10 * times, 1)))
            later(self._plan.away, lambda: sandbox.clear_faults("slack", "down"))

    async def _replace_all(self, session: aiohttp.ClientSession) -> None:
        """As a deploy does: a new process beside each, then the old one is told to stop."""
        for place, old in enumerate(self._programs):
            new = old.beside(PORT=str(free_port()))
            await new.start()
            if new.command == "serve":
                await answers(session, f"http://127.0.0.1:{new.port}/healthz")
            self._programs[place] = new
            await old.stop()

    async def _drain(self, sandbox: Sandbox) -> None:
        """Wait until nothing is left to do, then judge."""
        began = time.monotonic()
        async with Database(self._plan.database_url) as database:
            while time.monotonic() - began < SECONDS_TO_DRAIN:
                if not await _waiting(database):
                    break
                await asyncio.sleep(0.3)
            self._result.drained = time.monotonic() - began
            await self._judge(database, sandbox)

    async def _judge(self, database: Database, sandbox: Sandbox) -> None:
        problems = self._result.problems
        effects = Counter(row[0] for row in await _rows(database, "SELECT id FROM alert_events"))
        lost = self._accepted.keys() - effects.keys()
        if lost:
            problems.append(f"{len(lost)} events had no effect")
        if any(count > 1 for count in effects.values()):
            problems.append("an event had its effect twice")
        unhandled = await _rows(database, "SELECT id FROM stripe_events WHERE handled_at IS NULL")
        if unhandled:
            problems.append(f"{len(unhandled)} events were never handled")
        expected = Counter(event["data"]["object"]["id"] for event in self._accepted.values())
        alerts = await _rows(
            database,
            "SELECT object, count, first_at, last_at, id, raised_at, revision FROM alerts"
            " WHERE object LIKE 'in_soak%'",
        )
        for thing, count, first, last, *_ in alerts:
            times = [e["created"] for e in self._accepted.values() if e["data"]["object"]["id"] == thing]
            if (count, first, last) != (expected[thing], min(times), max(times)):
                problems.append(f"alert of {thing}: {count} counted, {expected[thing]} happened")
        if len(alerts) != len(expected):
            problems.append(f"{len(alerts)} alerts for {len(expected)} groups")
        self._judge_messages(alerts, sandbox)

    def _judge_messages(self, alerts: list[Any], sandbox: Sandbox) -> None:
        shown: dict[str, list[int]] = {}
        for message in sandbox.slack.parts.workspace.everything():
            metadata = message.draft.metadata or {}
            if message.author == BOT_USER and metadata.get("event_type") == "portalbot_alert":
                payload = metadata["event_payload"]
                shown.setdefault(payload["key"], []).append(payload["revision"])
        self._result.messages = sum(map(len, shown.values()))
        for _, _, _, _, number, raised_at, revision in alerts:
            seen = shown.get(f"{number}.{raised_at}", [])
            if seen != [revision]:
                self._result.problems.append(f"alert {number} at revision {revision} is shown as {seen}")


def _evenly(turns: int, times: int) -> set[int]:
    """So many turns of all, spread evenly."""
    return {(2 * number + 1) * turns // (2 * times) for number in range(times)}


async def _waiting(database: Database) -> bool:
    rows = await _rows(
        database,
        "SELECT (SELECT COUNT(*) FROM stripe_events WHERE handled_at IS NULL)"
        " + (SELECT COUNT(*) FROM alerts WHERE revision > posted_revision)",
    )
    return bool(rows[0][0])


async def _rows(database: Database, statement: str) -> list[Any]:
    return list(await database.read(lambda connection: connection.execute(text(statement)).all()))


async def run_soak(plan: SoakPlan) -> SoakResult:
    """Run one plan in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="portalbot-soak-") as folder:
        return await Soak(plan, Path(folder)).run()


def main() -> int:
    """Soak SQLite, then PostgreSQL where it is installed."""
    parser = argparse.ArgumentParser(description="Deliver events while everything fails, and judge.")
    parser.add_argument("url", nargs="?", help="default: SQLite, and PostgreSQL if it is installed")
    parser.add_argument("--scale", type=float, default=1.0)
    chosen = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory(prefix="portalbot-soak-") as folder:
        for url in [chosen.url] if chosen.url else databases(Path(folder), "soak", CRASHES):
            result = asyncio.run(run_soak(SoakPlan(url).scaled(chosen.scale)))
            found = {name: getattr(result, name) for name in SoakResult.__slots__}
            print(url.partition(":")[0].partition("+")[0], json.dumps(found, indent=2), flush=True)
            good = good and not result.problems
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
