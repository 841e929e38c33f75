"""What a process costs: its start, its memory, and what it does while nobody asks anything."""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.web import bot_environment, free_port, memory_megabytes, running
from bot.engine.migrate import migrate_jobs
from bot.store.migrate import migrate

SECONDS_IDLE = 20
STARTS = 3
SECONDS_TO_READ = 3
"""After a start it reads what every answer needs."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One kind of process: the web process, with its jobs on SQLite and without them on PostgreSQL.

    `percent` of a core and queries a second are of a process with jobs, whatever `jobs` says.
    """

    database: str
    jobs: bool
    start_seconds: float
    megabytes: float
    percent: float
    own_queries: float
    engine_queries: float


def measure_processes() -> list[Cost]:
    """Both kinds of database: started one after the other, idle side by side."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        urls = list(databases(Path(folder), "processes"))
        environments = [_environment(url, servers) for url in urls]
        started = [_start(each) for each in environments]
        with ThreadPoolExecutor(len(urls)) as side_by_side:
            idle = list(side_by_side.map(_idle, environments))
    kinds = [url.partition(":")[0].partition("+")[0] for url in urls]
    return [
        Cost(kind, kind == "sqlite", *start, each["percent"], each["ours"], each["engine"])
        for kind, start, each in zip(kinds, started, idle, strict=True)
    ]


def _environment(url: str, servers: ExitStack) -> dict[str, str]:
    """Settings of a bot with everything switched on, beside a sandbox of its own."""
    migrate(url)
    migrate_jobs(url)
    sandbox, folder = free_port(), servers.enter_context(tempfile.TemporaryDirectory())
    servers.enter_context(running(["sandbox", "--port", str(sandbox)], sandbox))
    return bot_environment(sandbox, sandbox, folder, free_port()) | {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "STRIPE_API_KEY": "rk_test_sandbox",
        "ALERT_CHANNEL": "C0ALERTS",
        "SLACK_ONCALL": "S0ONCALL",
        "SMTP_URL": "smtp://127.0.0.1:9?tls=never",
        "MAIL_FROM": "billing@example.com",
    }


def _start(environment: dict[str, str]) -> tuple[float, float]:
    """Start some times; the fewest seconds to the first connection, and the memory of the last in MB."""
    starts = []
    for number in range(STARTS):
        with running(["bot", "serve"], int(environment["PORT"]), environment) as (process, seconds):
            starts.append(seconds)
            if number == STARTS - 1:
                time.sleep(SECONDS_TO_READ)
                megabytes = memory_megabytes(process)
    return min(starts), megabytes


def _idle(environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.idle", str(SECONDS_IDLE)]
    surroundings = {**os.environ, **environment}
    printed = subprocess.run(command, env=surroundings, check=True, capture_output=True, text=True)
    read: dict[str, float] = json.loads(printed.stdout.splitlines()[-1])
    return read
