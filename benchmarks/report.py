"""RESULTS.md: the figures of one run, and what they are held against."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.intake import Intake
from benchmarks.mails import MAILS, MailRun
from benchmarks.processes import Cost
from benchmarks.promise import Part, Promise, at_least, at_most, none_of, promise_table, table
from benchmarks.rule_engine import RuleEngineTiming
from benchmarks.waits import Wait
from benchmarks.web import STRIPE_SECONDS

LEAST_WEBHOOKS = {1: 300, 50: 600}
START_WITHOUT, START_WITH_JOBS = (1.0, 100), (1.5, 140)
"""Seconds to the first connection, and MB."""
EVENT_MS = 1
"""Processor time of a stored event."""
NOT_HERE = """What is promised and not measured here: full tables (`python -m benchmarks.big_tables`), what a
second machine adds, and Stripe's limit over several processes: each keeps its own (`STRIPE_MAX_RPS`)."""


def report(parts: Sequence[Part]) -> str:
    """Write the page."""
    top = [
        "# Benchmarks",
        "Made by `make bench`. Client, servers and stand-ins share the machine's cores; every row is the "
        "median of its turns, except the longest. Processor time is the process's own; it hardly changes on "
        "a busy machine.",
        f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}.",
        "## Promises",
        promise_table(promise for part in parts for promise in part.promises),
        NOT_HERE,
    ]
    return "\n\n".join([*top, *(part.body for part in parts)]) + "\n"


def intake_part(intake: list[Intake]) -> Part:
    """Webhooks."""
    promises: list[Promise] = []
    for each in intake:
        what = f"webhooks at {each.concurrent} concurrent, {each.database}"
        if each.concurrent in LEAST_WEBHOOKS:
            promises.append(at_least(what, LEAST_WEBHOOKS[each.concurrent], each.per_second, "/s"))
        else:
            promises.append(at_most(f"{what}, p99", 500, each.p99, "ms"))
    promises += [
        at_most(f"processor time of a stored event, {each.database}", EVENT_MS, each.processor, "ms", 2)
        for each in intake
        if each.concurrent == 50
    ]
    rows = [
        (
            each.database,
            each.concurrent,
            f"{each.per_second:.0f}",
            f"{each.p99:.1f}",
            f"{each.longest:.1f}",
            f"{each.processor:.2f}",
        )
        for each in intake
    ]
    figures = table(("database", "concurrent", "events/s", "p99 ms", "longest ms", "processor ms each"), rows)
    body = f"""## Webhooks

Signed events of about 4 kB, each stored before it is answered. With SQLite the same process handles the
events meanwhile.

{figures}"""
    return Part(body, tuple(promises))


def mails_part(runs: list[MailRun]) -> Part:
    """Mails, and agents who type meanwhile."""
    promises: list[Promise] = []
    for each in runs:
        promises += [
            at_most(f"one mail leaves within, {each.database}", 2, each.one_seconds, "s", 1),
            at_least(f"{MAILS} mails leave, {each.database}", 50, each.per_second, "/s"),
            at_most(
                f"longest acknowledgement while mails leave, {each.database}", 1000, each.acks.longest, "ms"
            ),
            none_of(f"commands lost or refused while mails leave, {each.database}", each.lost + each.refused),
        ]
    rows = [
        (
            each.database,
            f"{each.one_seconds:.1f}",
            f"{each.per_second:.0f}",
            each.commands,
            f"{each.acks.median:.0f}",
            f"{each.acks.p99:.0f}",
            f"{each.acks.longest:.0f}",
            f"{each.processor:.1f}",
        )
        for each in runs
    ]
    head = (
        "database",
        "one mail s",
        "mails/s",
        "commands",
        "ack p50 ms",
        "p99 ms",
        "longest ms",
        "processor ms a mail",
    )
    body = f"""## Mails

{MAILS} queued mails leave over real SMTP, while agents type twenty commands a second. Then one mail by
itself: from the row to the mail server's answer.

{table(head, rows)}"""
    return Part(body, tuple(promises))


def _machine() -> str:
    """Name the processor, its cores, the memory and the Python of the run."""
    named = re.search(r"^model name\s*: (.*)$", _text("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB", _text("/proc/meminfo"), re.MULTILINE)
    return ", ".join(
        [
            named[1] if named else platform.machine(),
            f"{os.cpu_count()} cores",
            *([f"{int(memory[1]) / 1_048_576:.0f} GB"] if memory else ()),
            platform.system(),
            f"Python {platform.python_version()}",
        ]
    )


def _text(file: str) -> str:
    try:
        return Path(file).read_text()
    except OSError:
        return ""


def waits_part(waits: list[Wait]) -> Part:
    """What an agent waits for."""
    promises = [
        Promise(
            f"calls to Stripe one after the other, `{each.typed}`",
            f"≤ {each.promised}",
            str(each.in_series),
            each.in_series <= each.promised,
        )
        for each in waits
        if each.promised is not None
    ]
    rows = [
        (f"`{each.typed}`", each.calls, each.in_series, f"{each.first:.2f}", f"{each.again:.2f}")
        for each in waits
    ]
    head = ("typed", "calls to Stripe", "of these in series", "first wait s", "again within a minute s")
    body = f"""## What an agent waits for

From Enter to the answer in the sandbox's Slack; Stripe answers after {STRIPE_SECONDS * 1000:.0f} ms. The
first time the bot has just been started and knows nothing of the customer.

{table(head, rows)}"""
    return Part(body, tuple(promises))


def processes_part(costs: list[Cost]) -> Part:
    """Start, memory, and what a process does while nothing happens."""
    promises: list[Promise] = []
    for each in costs:
        kind = "with jobs" if each.jobs else "without jobs"
        seconds, megabytes = START_WITH_JOBS if each.jobs else START_WITHOUT
        queries = each.own_queries + each.engine_queries
        promises += [
            at_most(f"start to the first connection, {kind}", seconds, each.start_seconds, "s", 1),
            at_most(f"memory after the start, {kind}", megabytes, each.megabytes, "MB"),
            at_most(f"idle with jobs, {each.database}", 1, each.percent, "% of a core", 1),
            at_most(f"queries while idle with jobs, {each.database}", 5, queries, "/s", 1),
        ]
    rows = [
        (each.database, f"{each.percent:.1f}", f"{each.own_queries:.1f}", f"{each.engine_queries:.1f}")
        for each in costs
    ]
    head = ("database", "% of a core", "own queries/s", "queries/s of the engine of jobs (DBOS)")
    body = f"""## A process while nothing happens

With all jobs. DBOS looks for queues, schedules and delayed jobs once a second; no setting of it changes that.

{table(head, rows)}"""
    return Part(body, tuple(promises))


def rules_part(rules: RuleEngineTiming) -> Part:
    """The rule table."""
    body = f"""## Rules

One subscription, all actions, forty listed prices: median {rules.median:.0f} µs of processor time, 99th
percentile {rules.ninety_ninth_percentile:.0f} µs."""
    return Part(body, (at_most("rules, one subscription", 10, rules.median / 1000, "ms", 1),))
