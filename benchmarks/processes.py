"""What a process costs: its start, its memory, and what it does while nobody asks anything."""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.web import bot_environment, free_port, memory_megabytes, running
from bot.engine.migrate import migrate_jobs
from bot.store.migrate import migrate

SECONDS_IDLE = 20
STARTS = 3


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
    """Both kinds of database."""
    with tempfile.TemporaryDirectory() as folder:
        return [_measure(url) for url in databases(Path(folder), "processes")]


def _measure(url: str) -> Cost:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        migrate(url)
        migrate_jobs(url)
        sandbox, port = free_port(), free_port()
        servers.enter_context(running(["sandbox", "--port", str(sandbox)], sandbox))
        environment = bot_environment(sandbox, sandbox, folder, port) | {
            "DATABASE_URL": url,
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "STRIPE_API_KEY": "rk_test_sandbox",
            "ALERT_CHANNEL": "C0ALERTS",
            "SLACK_ONCALL": "S0ONCALL",
            "SMTP_URL": "smtp://127.0.0.1:9?tls=never",
            "MAIL_FROM": "billing@example.com",
        }
        starts = []
        for _ in range(STARTS):
            with running(["bot", "serve"], port, environment) as (process, seconds):
                starts.append(seconds)
                time.sleep(3)  # it reads what every answer needs
                megabytes = memory_megabytes(process)
        command = [sys.executable, "-m", "benchmarks.idle", str(SECONDS_IDLE)]
        printed = subprocess.run(
            command, env={**os.environ, **environment}, check=True, capture_output=True, text=True
        )
        idle = json.loads(printed.stdout.splitlines()[-1])
    kind = url.partition(":")[0].partition("+")[0]
    return Cost(kind, kind == "sqlite", min(starts), megabytes, idle["percent"], idle["ours"], idle["engine"])
