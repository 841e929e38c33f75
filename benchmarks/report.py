"""RESULTS.md: the figures of one run as one table, and what they are held against."""

import os
import platform
import re
import sqlite3
import subprocess
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.intake import Intake
from benchmarks.mails import MAILS, MailRun
from benchmarks.processes import STARTS, Cost
from benchmarks.promise import Part, Row, at_least, at_most, none_of, one_table, waited
from benchmarks.rule_engine import RuleEngineTiming
from benchmarks.waits import Wait
from benchmarks.web import STRIPE_ANSWERS
from bot.engine import SWEEP_SECONDS
from tests.postgres import PROGRAMS

LEAST_WEBHOOKS = {1: 300, 50: 600}
START_WITHOUT, START_WITH_JOBS = (1.0, 100), (1.5, 140)
"""Seconds to the first connection, and MB."""
EVENT_MS = 1
"""Processor time of a stored event."""


def report(parts: Sequence[Part], seconds: float) -> str:
    """Write the page; the run took so many seconds."""
    promised = [row for part in parts for row in part.rows if row.kept is not None]
    kept = sum(row.kept is True for row in promised)
    how = "\n\n".join(_paragraph(f"**{part.title}.** {part.how}") for part in parts if part.how)
    headlines = "\n\n".join(_paragraph(f"**{part.headline}**") for part in parts if part.headline)
    minutes, rest = divmod(round(seconds), 60)
    return f"""# Benchmarks

Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}, in {minutes} minutes and {rest} seconds.
The machine: {_machine()}.
The clients, the bot, the databases and the stand-ins for Stripe and Slack shared its cores.

{headlines}

{kept} of {len(promised)} promises are kept; `NO` stands beside the others. Lines without a promise only tell.

{one_table(parts)}

## How it was measured

Median, p99 (99 of 100 were quicker) and the longest are of single answers; where there were several turns,
the median of the turns, and the longest of all. Processor time is the process's own; it hardly changes on a
busy machine.

{how}
"""


def _paragraph(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 110, break_long_words=False, break_on_hyphens=False)


def intake_part(intake: list[Intake]) -> Part:
    """Webhooks."""
    rows: list[Row] = []
    for each in intake:
        what = f"stored at {each.concurrent} at a time, {each.database}"
        used = f"longest {each.longest:.0f} ms, {each.processor:.2f} ms of processor time"
        if each.concurrent in LEAST_WEBHOOKS:
            least, beside = LEAST_WEBHOOKS[each.concurrent], f"p99 {each.p99:.0f} ms, {used}"
            rows.append(at_least(what, least, each.per_second, "/s", beside=beside))
        else:
            beside = f"{each.per_second:,.0f}/s, {used}"
            rows.append(at_most(f"{what}, p99", 500, each.p99, "ms", beside=beside))
    rows += [
        at_most(f"processor time of a stored event, {each.database}", EVENT_MS, each.processor, "ms", 2)
        for each in intake
        if each.concurrent == 50
    ]
    how = """Signed events of about 4 kB, each stored before it is answered. On SQLite the same process
    handles the events meanwhile."""
    return Part("Stripe's events", rows, how)


def mails_part(runs: list[MailRun]) -> Part:
    """Mails, and agents who type meanwhile."""
    rows: list[Row] = []
    for each in runs:
        more = f"{each.processor:.1f} ms of processor time a mail"
        rows += [
            at_most(f"one mail leaves within, {each.database}", 2, each.one_seconds, "s", 1),
            at_least(f"{MAILS:,} mails leave, {each.database}", 50, each.per_second, "/s", beside=more),
            waited(f"acknowledgement while mails leave, {each.database}", each.acks, longest=1000),
            none_of(f"commands lost or refused meanwhile, {each.database}", each.lost + each.refused),
        ]
    how = f"""{MAILS:,} queued mails leave over SMTP, while agents type twenty commands a second. Then one
    mail by itself: from the row to the mail server's answer. Another process puts it in. PostgreSQL tells of
    that; SQLite does not, and is looked into every ten seconds: what `serve` itself puts in it takes at
    once."""
    return Part("Mails", rows, how)


def _machine() -> str:
    """Name the processor, its cores, the memory, and what ran on it."""
    named = re.search(r"^model name\s*: (.*)$", _text("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB", _text("/proc/meminfo"), re.MULTILINE)
    return ", ".join(
        [
            named[1] if named else platform.machine(),
            f"{os.cpu_count()} cores",
            *([f"{int(memory[1]) / 1_048_576:.0f} GB of memory"] if memory else ()),
            platform.system(),
            f"Python {platform.python_version()}",
            f"SQLite {sqlite3.sqlite_version}",
            *_postgresql(),
        ]
    )


def _postgresql() -> list[str]:
    if not PROGRAMS:
        return []
    server = PROGRAMS[-1].with_name("postgres")
    said = subprocess.run([server, "--version"], capture_output=True, text=True, check=True).stdout
    return [f"PostgreSQL {said.split()[2]}"]


def _text(file: str) -> str:
    try:
        return Path(file).read_text()
    except OSError:
        return ""


def waits_part(waits: list[Wait]) -> Part:
    """What an agent waits for."""
    rows = []
    for each in waits:
        calls = f"{each.in_series} in series (of {each.calls})"
        measured = f"{each.first:.2f} s, {calls}; again within a minute {each.again:.2f} s"
        promised = "" if each.promised is None else f"≤ {each.promised} in series"
        kept = None if each.promised is None else each.in_series <= each.promised
        rows.append(Row(f"`{each.typed}`", measured, promised, kept))
    how = f"""From Enter to the answer in the sandbox's Slack; {STRIPE_ANSWERS}. The first time the bot has
    just been started and knows nothing of the customer. Calls to Stripe in series wait for each other; the
    others go out side by side."""
    return Part("What an agent waits for, and calls to Stripe, by verb", rows, how)


def processes_part(costs: list[Cost]) -> Part:
    """Start, memory, and what a process does while nothing happens."""
    rows: list[Row] = []
    for each in costs:
        kind = "with jobs" if each.jobs else "without jobs"
        seconds, megabytes = START_WITH_JOBS if each.jobs else START_WITHOUT
        queries = each.own_queries + each.engine_queries
        beside = f"{each.own_queries:.1f}/s are ours, {each.engine_queries:.1f}/s the engine's of jobs (DBOS)"
        rows += [
            at_most(f"start to the first connection, {kind}", seconds, each.start_seconds, "s", 1),
            at_most(f"memory after the start, {kind}", megabytes, each.megabytes, "MB"),
            at_most(f"idle with jobs, {each.database}", 1, each.percent, "% of a core", 1),
            at_most(f"queries while idle with jobs, {each.database}", 5, queries, "/s", 1, beside=beside),
        ]
    how = f"""A start is the quickest of {STARTS}. While nothing happens, DBOS looks for new jobs of each of
    the two kinds every {SWEEP_SECONDS:g} seconds."""
    return Part("A process: its start, its memory, and while nothing happens", rows, how)


def rules_part(rules: RuleEngineTiming) -> Part:
    """The rule table."""
    row = at_most(
        "rules, one subscription", 10, rules.median / 1000, "ms", 1,
        beside=f"p99 {rules.ninety_ninth_percentile / 1000:.1f} ms",
    )  # fmt: skip
    return Part(
        "The rules", [row], "All actions of one subscription with forty listed prices; processor time."
    )
