"""RESULTS.md: the figures of one run, and what they are held against."""

import os
import platform
import statistics
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from benchmarks.acks_under_mail import PROMISED_MILLISECONDS
from benchmarks.drain_mail import SMALLEST_SHARE as SMALLEST_DRAIN
from benchmarks.drain_mail import DrainRun
from benchmarks.intake import LONGEST_MILLISECONDS, Intake
from benchmarks.intake import SMALLEST_SHARE as SMALLEST_INTAKE
from benchmarks.rule_engine import PROMISED_MICROSECONDS, RuleEngineTiming
from benchmarks.run_web import SERVERS, Measured
from benchmarks.stripe_calls import Counted
from benchmarks.web import CONCURRENCY, STRIPE_SECONDS, Acks, Links

Row = Iterable[object]


def report(
    measured: Measured,
    stripe_calls: Counted,
    rules: RuleEngineTiming,
    intake: list[Intake],
    drains: list[DrainRun],
) -> str:
    """Write the page."""
    parts = [
        "# Benchmarks",
        "Made by `make bench`. Client, servers and the stand-in for Stripe share the machine's cores, so "
        "trust ratios more than single figures; every row is the median of its turns.",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "## Promises",
        _table(
            ("what", "promised", "measured"),
            [*_web_promises(measured, rules), *_intake_promises(intake), *_mail_promises(drains)],
        ),
        "## Acknowledgements",
        "Signed slash commands (`home <customer>`), the next one sent on each connection as soon as the last "
        "is acknowledged. Behind portalbot's acknowledgements the links are made all the same; none may be "
        "lost.",
        _acks_table(measured.acks),
        "## From command to link",
        f"Agents who wait for their link before they type again; Stripe answers after "
        f"{STRIPE_SECONDS * 1000:.0f} ms, and a link takes two calls (lookup, session).",
        _links_table(measured.links),
        "## Calls to Stripe",
        "Counted in the sandbox, with what is kept in daily work (portal configuration, listed prices).",
        _table(("typed", "calls"), [(f"`{typed}`", _calls(calls)) for typed, calls in stripe_calls.items()]),
        "## Webhooks",
        "Signed events of about 4 kB, beside a bare route that verifies the signature, inserts the same row "
        "and commits; each with a database of its own. With SQLite portalbot handles the events meanwhile.",
        _intake_table(intake),
        "## Mails",
        f"{drains[0].mails} mails are queued and leave over real SMTP, beside the engine's own rate with "
        "jobs that do nothing, in the same run. Then as many leave while agents type twenty commands a "
        "second.",
        _mail_table(drains),
        "## Process",
        _table(
            ("", ""),
            [
                ("first start to first connection", f"{measured.process.start_seconds:.1f} s"),
                ("second start", f"{measured.process.second_start_seconds:.1f} s"),
                ("memory after the run", f"{measured.process.megabytes:.0f} MB"),
            ],
        ),
        "## Rules",
        f"One subscription, all actions, forty listed prices: median {rules.median:.0f} µs of processor "
        f"time, 99th percentile {rules.ninety_ninth_percentile:.0f} µs.",
    ]
    return "\n\n".join(parts) + "\n"


def _web_promises(measured: Measured, rules: RuleEngineTiming) -> list[Row]:
    ratio = _per_second(measured.acks, "portalbot", 50) / _per_second(measured.acks, "bare Bolt", 50)
    slowest = max(a.times.longest for a in measured.acks if a.server == "portalbot" and a.concurrent == 200)
    links = next(each for each in measured.links if each.concurrent == 50)
    wait = 2 * STRIPE_SECONDS * 1000
    lost = measured.lost + sum(each.lost for each in measured.links)
    refused = sum(each.refused for each in measured.acks)
    return [
        ("acknowledgements at 50 concurrent, of bare Bolt's", "≥ 0.8", f"{ratio:.2f}"),
        ("longest acknowledgement at 200 concurrent", "≤ 1000 ms", f"{slowest:.0f} ms"),
        ("commands lost or refused", "0", lost + refused),
        ("time to link at 50 concurrent, median", f"≤ {wait + 50:.0f} ms", f"{links.to_link.median:.0f} ms"),
        ("time to link at 50 concurrent, p99", f"≤ {wait + 300:.0f} ms", f"{links.to_link.p99:.0f} ms"),
        ("memory", "≤ 150 MB", f"{measured.process.megabytes:.0f} MB"),
        ("second start", "≤ 3 s", f"{measured.process.second_start_seconds:.1f} s"),
        ("rules, one subscription", f"< {PROMISED_MICROSECONDS:.0f} µs", f"{rules.median:.0f} µs"),
    ]


def _intake_promises(intake: list[Intake]) -> list[Row]:
    rows: list[Row] = []
    for bare, ours in _pairs(intake):
        share = f"{ours.per_second / bare.per_second:.2f}"
        what = f"webhooks at {ours.concurrent} concurrent, of a bare route's, {ours.database}"
        rows.append((what, f"≥ {SMALLEST_INTAKE}", share))
    slowest = max(each.longest for each in intake if each.server == "portalbot")
    return [*rows, ("longest webhook", f"≤ {LONGEST_MILLISECONDS} ms", f"{slowest:.0f} ms")]


def _mail_promises(drains: list[DrainRun]) -> list[Row]:
    rows: list[Row] = []
    for each in drains:
        share, slowest = each.drained.share, each.meanwhile.acks.longest
        rows += [
            (f"mails, of jobs that do nothing, {each.database}", f"≥ {SMALLEST_DRAIN}", f"{share:.2f}"),
            (
                f"longest acknowledgement while mails leave, {each.database}",
                f"≤ {PROMISED_MILLISECONDS} ms",
                f"{slowest:.0f} ms",
            ),
        ]
    return rows


def _pairs(intake: list[Intake]) -> Iterator[tuple[Intake, Intake]]:
    for bare in intake:
        for ours in intake:
            same = (bare.database, bare.concurrent) == (ours.database, ours.concurrent)
            if same and bare.server == "bare" and ours.server == "portalbot":
                yield bare, ours


def _intake_table(intake: list[Intake]) -> str:
    rows = [
        (
            each.database,
            each.concurrent,
            each.server,
            f"{each.per_second:.0f}",
            f"{each.p99:.1f}",
            f"{each.longest:.1f}",
        )
        for each in intake
    ]
    return _table(("database", "concurrent", "server", "events/s", "p99 ms", "longest ms"), rows)


def _mail_table(drains: list[DrainRun]) -> str:
    rows = [
        (
            each.database,
            f"{each.drained.noop:.0f}",
            f"{each.drained.mail:.0f}",
            each.meanwhile.commands,
            f"{each.meanwhile.acks.median:.0f}",
            f"{each.meanwhile.acks.p99:.0f}",
            f"{each.meanwhile.acks.longest:.0f}",
            each.meanwhile.refused + each.meanwhile.lost,
        )
        for each in drains
    ]
    head = ("database", "nothing/s", "mails/s", "commands", "ack p50 ms", "p99 ms", "longest ms", "lost")
    return _table(head, rows)


def _acks_table(acks: list[Acks]) -> str:
    rows = []
    for concurrent in CONCURRENCY:
        for server in SERVERS:
            turns = [each for each in acks if (each.server, each.concurrent) == (server, concurrent)]
            rows.append(
                (
                    concurrent,
                    server,
                    f"{statistics.median(each.per_second for each in turns):.0f}",
                    *(
                        f"{statistics.median(getattr(each.times, name) for each in turns):.1f}"
                        for name in ("median", "p99")
                    ),
                    f"{max(each.times.longest for each in turns):.1f}",
                )
            )
    return _table(("concurrent", "server", "acks/s", "p50 ms", "p99 ms", "longest ms"), rows)


def _links_table(links: list[Links]) -> str:
    rows = [
        (
            each.concurrent,
            f"{each.acks.median:.1f}",
            f"{each.acks.p99:.1f}",
            f"{each.to_link.median:.0f}",
            f"{each.to_link.p99:.0f}",
            each.lost,
        )
        for each in links
    ]
    return _table(("concurrent", "ack p50 ms", "ack p99 ms", "link p50 ms", "link p99 ms", "lost"), rows)


def _per_second(acks: list[Acks], server: str, concurrent: int) -> float:
    turns = [each.per_second for each in acks if (each.server, each.concurrent) == (server, concurrent)]
    return statistics.median(turns)


def _calls(calls: dict[str, int]) -> str:
    if not calls:
        return "none"
    each = ", ".join(f"{name} × {count}" for name, count in sorted(calls.items()))
    return f"{sum(calls.values())} ({each})"


def _table(head: tuple[str, ...], rows: Iterable[Row]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)
