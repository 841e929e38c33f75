"""RESULTS.md: the figures of one run, and what they are held against."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.intake import Intake
from benchmarks.mails import MAILS, MailRun
from benchmarks.promise import Promise, at_least, at_most, none_of, promise_table, table
from benchmarks.rule_engine import RuleEngineTiming
from benchmarks.run_web import Measured
from benchmarks.stripe_calls import Counted
from benchmarks.web import CONCURRENCY, STRIPE_SECONDS, Acks, Links

LEAST_WEBHOOKS = {1: 300, 50: 600}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page, and what it promises."""

    body: str
    promises: tuple[Promise, ...] = ()


def report(parts: Sequence[Part]) -> str:
    """Write the page."""
    top = [
        "# Benchmarks",
        "Made by `make bench`. Client, servers and stand-ins share the machine's cores; every row is the "
        "median of its turns, except the longest. Processor time is the process's own; it hardly changes on "
        "a busy machine.",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "## Promises",
        promise_table(promise for part in parts for promise in part.promises),
    ]
    return "\n\n".join([*top, *(part.body for part in parts)]) + "\n"


def web_part(measured: Measured) -> Part:
    """Acknowledgements, links and the process."""
    wait = 2 * STRIPE_SECONDS * 1000
    links = next(each for each in measured.links if each.concurrent == 50)
    lost = measured.lost + sum(each.lost for each in measured.links)
    refused = sum(each.refused for each in measured.acks)
    process = measured.process
    body = f"""## Acknowledgements

Signed slash commands (`home <customer>`), the next one sent on each connection as soon as the last is
acknowledged. Behind the acknowledgements the links are made all the same; none may be lost.

{_acks_table(measured.acks)}

## From command to link

Agents who wait for their link before they type again; Stripe answers after {STRIPE_SECONDS * 1000:.0f} ms,
and a link takes two calls (lookup, session).

{_links_table(measured.links)}"""
    return Part(
        body,
        (
            at_most("acknowledgement at 50 concurrent, p99", 250, _p99(measured.acks, 50), "ms"),
            at_most("longest acknowledgement at 200 concurrent", 1000, _longest(measured.acks, 200), "ms"),
            none_of("commands lost or refused", lost + refused),
            at_most("time to link at 50 concurrent, median", wait + 50, links.to_link.median, "ms"),
            at_most("time to link at 50 concurrent, p99", wait + 300, links.to_link.p99, "ms"),
            at_most("memory", 150, process.megabytes, "MB"),
            at_most("first start", 3, process.start_seconds, "s", 1),
            at_most("second start", 3, process.second_start_seconds, "s", 1),
        ),
    )


def intake_part(intake: list[Intake]) -> Part:
    """Webhooks."""
    promises: list[Promise] = []
    for each in intake:
        what = f"webhooks at {each.concurrent} concurrent, {each.database}"
        if each.concurrent in LEAST_WEBHOOKS:
            promises.append(at_least(what, LEAST_WEBHOOKS[each.concurrent], each.per_second, "/s"))
        else:
            promises.append(at_most(f"{what}, p99", 500, each.p99, "ms"))
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


def calls_part(stripe_calls: Counted) -> Part:
    """Calls to Stripe."""
    rows = [(f"`{typed}`", _calls(calls)) for typed, calls in stripe_calls.items()]
    body = f"""## Calls to Stripe

Counted in the sandbox, with what is kept in daily work (portal configuration, listed prices).

{table(("typed", "calls"), rows)}"""
    return Part(body)


def rules_part(rules: RuleEngineTiming) -> Part:
    """The rule table."""
    body = f"""## Rules

One subscription, all actions, forty listed prices: median {rules.median:.0f} µs of processor time, 99th
percentile {rules.ninety_ninth_percentile:.0f} µs."""
    return Part(body, (at_most("rules, one subscription", 10, rules.median / 1000, "ms", 1),))


def _acks_table(acks: list[Acks]) -> str:
    rows = []
    for concurrent in CONCURRENCY:
        turns = [each for each in acks if each.concurrent == concurrent]
        rows.append(
            (
                concurrent,
                f"{statistics.median(each.per_second for each in turns):.0f}",
                f"{statistics.median(each.times.median for each in turns):.1f}",
                f"{_p99(acks, concurrent):.1f}",
                f"{_longest(acks, concurrent):.1f}",
                f"{statistics.median(each.processor for each in turns):.2f}",
            )
        )
    return table(("concurrent", "acks/s", "p50 ms", "p99 ms", "longest ms", "processor ms each"), rows)


def _p99(acks: list[Acks], concurrent: int) -> float:
    return statistics.median(each.times.p99 for each in acks if each.concurrent == concurrent)


def _longest(acks: list[Acks], concurrent: int) -> float:
    return max(each.times.longest for each in acks if each.concurrent == concurrent)


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
    return table(("concurrent", "ack p50 ms", "ack p99 ms", "link p50 ms", "link p99 ms", "lost"), rows)


def _calls(calls: dict[str, int]) -> str:
    if not calls:
        return "none"
    each = ", ".join(f"{name} × {count}" for name, count in sorted(calls.items()))
    return f"{sum(calls.values())} ({each})"
