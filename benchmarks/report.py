"""RESULTS.md: the figures of one run, and what they are held against."""

import os
import platform
import statistics
from collections.abc import Iterable
from datetime import UTC, datetime

from benchmarks.rule_engine import PROMISED_MICROSECONDS, RuleEngineTiming
from benchmarks.run_web import SERVERS, Measured
from benchmarks.web import CONCURRENCY, STRIPE_SECONDS, Acks, Links

Row = Iterable[object]


def report(measured: Measured, rules: RuleEngineTiming) -> str:
    """Write the page."""
    parts = [
        "# Benchmarks",
        "Made by `make bench`. Client, servers and the stand-in for Stripe share the machine's cores, so "
        "trust ratios more than single figures; every row is the median of its turns.",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "## Promises",
        _promises(measured, rules),
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
        "With the portal configuration cached, as in daily work.",
        _table(
            ("command", "calls"), [(f"`{typed}`", _calls(calls)) for typed, calls in measured.calls.items()]
        ),
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


def _promises(measured: Measured, rules: RuleEngineTiming) -> str:
    ratio = _per_second(measured.acks, "portalbot", 50) / _per_second(measured.acks, "bare Bolt", 50)
    slowest = max(a.times.longest for a in measured.acks if a.server == "portalbot" and a.concurrent == 200)
    links = next(each for each in measured.links if each.concurrent == 50)
    wait = 2 * STRIPE_SECONDS * 1000
    lost = measured.lost + sum(each.lost for each in measured.links)
    refused = sum(each.refused for each in measured.acks)
    return _table(
        ("what", "promised", "measured"),
        [
            ("acknowledgements at 50 concurrent, of bare Bolt's", "≥ 0.8", f"{ratio:.2f}"),
            ("longest acknowledgement at 200 concurrent", "≤ 1000 ms", f"{slowest:.0f} ms"),
            ("commands lost or refused", "0", lost + refused),
            (
                "time to link at 50 concurrent, median",
                f"≤ {wait + 50:.0f} ms",
                f"{links.to_link.median:.0f} ms",
            ),
            ("time to link at 50 concurrent, p99", f"≤ {wait + 300:.0f} ms", f"{links.to_link.p99:.0f} ms"),
            ("memory", "≤ 150 MB", f"{measured.process.megabytes:.0f} MB"),
            ("second start", "≤ 3 s", f"{measured.process.second_start_seconds:.1f} s"),
            ("rules, one subscription", f"< {PROMISED_MICROSECONDS:.0f} µs", f"{rules.median:.0f} µs"),
        ],
    )


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
    return (
        f"{sum(calls.values())} ({', '.join(f'{name} × {count}' for name, count in sorted(calls.items()))})"
    )


def _table(head: tuple[str, ...], rows: Iterable[Row]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)
