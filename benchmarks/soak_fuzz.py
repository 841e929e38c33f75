"""`make soak`: a hundred thousand hostile requests against the real web process, over loopback.

    python -m benchmarks.soak_fuzz [--requests 100000] [--seed 1] [--connections 16] [<database url>]

What must hold: every answer has a right status and none is a 5xx; in the table of events is what was answered
200 and nothing else; every stored event is handled and can be shown; the process lives, and its log has no
traceback.
"""

import argparse
import asyncio
import contextlib
import json
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from sqlalchemy import text

from benchmarks.databases import databases
from benchmarks.hostile_requests import NO_ANSWER, Hostile, HostileRequests, counted_kinds
from benchmarks.soak_stage import Program, answers, bot_environment, free_port, open_sandbox
from bot.alerts.rows.alerts import Alerts
from bot.replies.alert import alert_message
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.words import Words
from tests.stand.signing import SIGNING_SECRET, WEBHOOK_SECRET

SECONDS_TO_ANSWER, SECONDS_TO_DRAIN = 30, 600
MOST_SHOWN = 2000
WRONG_IN_THE_LOG = re.compile(rb"Traceback|unhandled_error|loop_failed|Exception in ASGI|database_error")


@dataclass(frozen=True, slots=True)
class FuzzPlan:
    """How much of it; the same seed sends the same requests."""

    database_url: str
    requests: int = 100_000
    connections: int = 16
    seed: int = 1


@dataclass(slots=True)
class FuzzResult:
    """What came of it; `problems` is empty when everything held."""

    requests: int = 0
    seconds: float = 0
    counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    expected_rows: int = 0
    stored_rows: int = 0
    alerts: int = 0
    peak_megabytes: int = 0
    problems: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The summary."""
        rate = self.requests / self.seconds if self.seconds else 0
        statuses = Counter[int]()
        for (_, status), count in self.counts.items():
            statuses[status // 100] += count
        return [
            *counted_kinds(self.counts),
            f"{self.requests} requests in {self.seconds:.1f} s ({rate:.0f}/s), {statuses[5]} answered 5xx",
            f"{self.stored_rows} events stored, {self.expected_rows} expected; {self.alerts} alerts;"
            f" at most {self.peak_megabytes} MB",
            *(f"PROBLEM: {each}" for each in self.problems[:10]),
            f"{len(self.problems)} problems" if self.problems else "everything held",
        ]


class Fuzz:
    """One run."""

    def __init__(self, plan: FuzzPlan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._port = free_port()
        self._result = FuzzResult()
        self._stored: set[str] = set()
        self._requests = HostileRequests(
            plan.seed,
            lambda: int(time.time()),
            webhook_secret=WEBHOOK_SECRET,
            signing_secret=SIGNING_SECRET,
        )

    async def run(self) -> FuzzResult:
        """Everything, from start to judgement."""
        await asyncio.to_thread(migrate, self._plan.database_url)
        async with open_sandbox(self._port, 0) as sandbox:
            programs = self._programs(sandbox.options.base_url)
            for program in programs:
                await program.start()
            try:
                async with aiohttp.ClientSession() as session:
                    await answers(session, f"http://127.0.0.1:{self._port}/readyz")
                    await self._send_all()
                    await answers(session, f"http://127.0.0.1:{self._port}/readyz")
                await self._judge()
                self._result.peak_megabytes = programs[0].peak_megabytes()
                if not all(program.is_running for program in programs):
                    self._result.problems.append("a process ended")
            except TimeoutError:
                self._result.problems.append("the web process is not ready")
            finally:
                for program in programs:
                    await program.kill()
        self._judge_log()
        return self._result

    def _programs(self, sandbox_url: str) -> list[Program]:
        config = self._folder / "fuzz.toml"
        config.write_text("[limits]\nnew_alerts_per_rule = 100\n")
        url = self._plan.database_url
        environment = bot_environment(sandbox_url, url, self._port, config, SLACK_ONCALL="U0SAM")
        names = ["serve"] if url.startswith("sqlite") else ["serve", "worker"]
        return [Program(name, environment, self._folder) for name in names]

    async def _send_all(self) -> None:
        began = time.monotonic()
        waiting = iter(range(self._plan.requests))

        async def send() -> None:
            async with _Connection(self._port) as connection:
                for _ in waiting:
                    hostile = self._requests.make()
                    self._note(hostile, await connection.ask(hostile))

        await asyncio.gather(*(send() for _ in range(self._plan.connections)))
        self._result.seconds = time.monotonic() - began

    def _note(self, hostile: Hostile, status: int | None) -> None:
        self._result.requests += 1
        if status is None:
            self._result.problems.append(f"{hostile.kind}: no answer to {hostile.wire[:300]!r}")
            return
        self._result.counts[hostile.kind, status] += 1
        if status not in hostile.right:
            self._result.problems.append(f"{hostile.kind}: {status} to {hostile.wire[:250]!r}")
        if hostile.event is not None and status == 200:
            self._stored.add(hostile.event)

    async def _judge(self) -> None:
        result = self._result
        result.expected_rows = len(self._stored)
        async with Database(self._plan.database_url, patience_seconds=60) as database:
            stored = {row[0] for row in await _rows(database, "SELECT id FROM stripe_events")}
            result.stored_rows = len(stored)
            result.problems += [f"{each} was refused and is stored" for each in stored - self._stored]
            result.problems += [f"{each} was taken and is not stored" for each in self._stored - stored]
            await self._until_handled(database)
            await self._show(database)

    async def _until_handled(self, database: Database) -> None:
        deadline = time.monotonic() + SECONDS_TO_DRAIN
        query = "SELECT COUNT(*) FROM stripe_events WHERE handled_at IS NULL"
        waiting: object = -1
        before, since = waiting, time.monotonic()
        while waiting:
            waiting = (await _rows(database, query))[0][0]
            if waiting != before:
                before, since = waiting, time.monotonic()
            if time.monotonic() > deadline or time.monotonic() - since > 20:
                self._result.problems.append(f"{waiting} events are not handled")
                return
            await asyncio.sleep(0.2)

    async def _show(self, database: Database) -> None:
        """Put alerts into words, whatever stands in them."""
        words = Words()
        found = await Alerts(database).unresolved(MOST_SHOWN)
        self._result.alerts = len(found)
        for alert in found:
            message = alert_message(words, alert)
            if b"\0" in json.dumps(message.blocks).encode():
                self._result.problems.append(f"alert {alert.id} shows a NUL")

    def _judge_log(self) -> None:
        for file in self._folder.glob("*.log"):
            lines = [line for line in file.read_bytes().splitlines() if WRONG_IN_THE_LOG.search(line)]
            if lines:
                self._result.problems.append(f"{file.name}: {len(lines)} lines such as {lines[0][:500]!r}")


class _Connection:
    """A connection that is used until it is of no use any more."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> "_Connection":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def ask(self, hostile: Hostile) -> int | None:
        """The status; NO_ANSWER when the connection was closed without one, None when nothing happened."""
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                return await self._ask(hostile)
        except TimeoutError:
            await self._close()
            return None

    async def _ask(self, hostile: Hostile) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        status, keep = NO_ANSWER, False
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(hostile.wire)
            if not hostile.leaves:
                status, keep = await _read_answer(reader)
        if hostile.last or hostile.leaves or not keep:
            await self._close()
        return status

    async def _close(self) -> None:
        if self._streams is not None:
            _, writer = self._streams
            self._streams = None
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Status, and whether the connection can be used again."""
    while True:
        lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
        status = int(lines[0].split(b" ")[1])
        if status >= 200:
            break
    headers = dict(line.split(b": ", 1) for line in lines[1:] if b": " in line)
    if b"content-length" not in headers:
        return status, False
    await reader.readexactly(int(headers[b"content-length"]))
    return status, headers.get(b"connection") != b"close"


async def _rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    return await database.read(lambda connection: [tuple(row) for row in connection.execute(text(statement))])


async def run_fuzz(plan: FuzzPlan) -> FuzzResult:
    """Run one plan in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="portalbot-fuzz-") as folder:
        return await Fuzz(plan, Path(folder)).run()


def main() -> int:
    """Run it on each kind of database, or on the one whose address is given."""
    parser = argparse.ArgumentParser(description="Send hostile requests to the web process, and judge.")
    parser.add_argument("url", nargs="?", help="default: SQLite, and PostgreSQL if it is installed")
    parser.add_argument("--requests", type=int, default=FuzzPlan("").requests)
    parser.add_argument("--connections", type=int, default=FuzzPlan("").connections)
    parser.add_argument("--seed", type=int, default=FuzzPlan("").seed)
    chosen = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory(prefix="portalbot-fuzz-") as folder:
        for url in [chosen.url] if chosen.url else databases(Path(folder), "fuzz"):
            plan = FuzzPlan(url, chosen.requests, chosen.connections, chosen.seed)
            result = asyncio.run(run_fuzz(plan))
            print(f"{url.partition(':')[0]}, seed {plan.seed}")
            print("\n".join(result.lines()), flush=True)
            good = good and not result.problems
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
