"""RESULTS.md, what the web process does: acknowledgements and links, beside bare ones and in a burst."""

import statistics

from benchmarks.burst import AGENTS, EVENTS, SECONDS, Burst
from benchmarks.promise import Part, at_most, none_of, table
from benchmarks.run_web import Measured
from benchmarks.web import CONCURRENCY, STRIPE_SECONDS, Acks

LINK_MS, ACK_MS = 5, 0.3
"""Promised processor time."""
SHARE_OF_CORE = 0.5
"""What agents may take of a core; the rest is for events, alerts and mails, and for a busy minute."""


def web_part(measured: Measured) -> Part:
    """Acknowledgements, links, and what there is to compare them with."""
    wait = STRIPE_SECONDS * 1000
    lost = measured.lost + sum(each.lost for each in measured.links)
    refused = sum(each.refused for each in measured.acks)
    one, fifty, _ = measured.links
    agents = int(SHARE_OF_CORE * 60_000 / fifty.processor)
    body = f"""## Acknowledgements

Signed slash commands (`home <customer>`), the next one sent on each connection as soon as the last is
acknowledged. Behind the acknowledgements the links are made all the same, which is in their processor time;
none may be lost. Bolt and a bare route do nothing else.

{_acks_table(measured)}

## From command to link

Agents who wait for their link before they type again; Stripe answers after {wait:.0f} ms. Beside it the
same call to Stripe by hand, with nothing but an HTTP client.

{_links_table(measured)}

One machine of 512 MB and one core carries {agents} agents who ask for a link every minute: half of the core
at {fifty.processor:.1f} ms of processor time for each, and {measured.megabytes:.0f} MB after all of this."""
    by_id = [
        promise
        for each in (one, fifty)
        for promise in (
            at_most(f"link by id at {each.concurrent}, median", wait + 30, each.to_link.median, "ms"),
            at_most(f"link by id at {each.concurrent}, p99", wait + 100, each.to_link.p99, "ms"),
        )
    ]
    return Part(
        body,
        (
            *by_id,
            at_most("processor time of a link", LINK_MS, fifty.processor, "ms", 1),
            at_most("processor time of an acknowledgement", ACK_MS, _processor(measured.acks), "ms", 2),
            at_most("acknowledgement at 50 concurrent, p99", 250, _p99(measured.acks, 50), "ms"),
            at_most("longest acknowledgement at 200 concurrent", 1000, _longest(measured.acks, 200), "ms"),
            none_of("commands lost or refused", lost + refused),
            at_most("memory after 5,000 commands", 150, measured.megabytes, "MB"),
        ),
    )


def burst_part(bursts: list[Burst]) -> Part:
    """A bad minute."""
    link = STRIPE_SECONDS * 1000 + 150
    promises = [
        promise
        for each in bursts
        for promise in (
            at_most(f"acknowledgement in the burst, {each.database}, p99", 100, each.links.acks.p99, "ms"),
            at_most(f"link in the burst, {each.database}, p99", link, each.links.to_link.p99, "ms"),
            at_most(f"webhook in the burst, {each.database}, p99", 250, each.webhooks.p99, "ms"),
            none_of(
                f"webhooks or commands lost in the burst, {each.database}", each.failed + each.links.lost
            ),
        )
    ]
    rows = [
        (
            each.database,
            f"{each.links.acks.median:.0f}",
            f"{each.links.acks.p99:.0f}",
            f"{each.links.to_link.median:.0f}",
            f"{each.links.to_link.p99:.0f}",
            f"{each.webhooks.median:.0f}",
            f"{each.webhooks.p99:.0f}",
        )
        for each in bursts
    ]
    waits = (f"{what} {part} ms" for what in ("ack", "link", "webhook") for part in ("p50", "p99"))
    head = ("database", *waits)
    body = f"""## A burst

{EVENTS} events within {SECONDS:.0f} seconds, while {AGENTS} agents wait for links; Stripe answers after
{STRIPE_SECONDS * 1000:.0f} ms. On SQLite the same process makes the alerts, on PostgreSQL a worker.

{table(head, rows)}"""
    return Part(body, tuple(promises))


def _acks_table(measured: Measured) -> str:
    rows = []
    for concurrent in CONCURRENCY:
        turns = [each for each in measured.acks if each.concurrent == concurrent]
        rows.append(
            (
                "portalbot",
                concurrent,
                f"{statistics.median(each.per_second for each in turns):.0f}",
                f"{statistics.median(each.times.median for each in turns):.1f}",
                f"{_p99(measured.acks, concurrent):.1f}",
                f"{_longest(measured.acks, concurrent):.1f}",
                f"{statistics.median(each.processor for each in turns):.2f}",
            )
        )
    rows += [
        (
            f"bare {name}",
            each.concurrent,
            f"{each.per_second:.0f}",
            f"{each.times.median:.1f}",
            f"{each.times.p99:.1f}",
            f"{each.times.longest:.1f}",
            f"{each.processor:.2f}",
        )
        for name, each in measured.bare.items()
    ]
    head = ("server", "concurrent", "acks/s", "p50 ms", "p99 ms", "longest ms", "processor ms each")
    return table(head, rows)


def _links_table(measured: Measured) -> str:
    rows = [
        (
            each.concurrent,
            f"{each.acks.median:.1f}",
            f"{each.acks.p99:.1f}",
            f"{each.to_link.median:.0f}",
            f"{each.to_link.p99:.0f}",
            f"{measured.by_hand[each.concurrent].median:.0f}",
            f"{measured.by_hand[each.concurrent].p99:.0f}",
            f"{each.processor:.1f}",
            each.lost,
        )
        for each in measured.links
    ]
    head = (
        "concurrent",
        "ack p50 ms",
        "ack p99 ms",
        "link p50 ms",
        "link p99 ms",
        "by hand p50 ms",
        "by hand p99 ms",
        "processor ms each",
        "lost",
    )
    return table(head, rows)


def _processor(acks: list[Acks]) -> float:
    return statistics.median(each.processor for each in acks if each.concurrent == 50)


def _p99(acks: list[Acks], concurrent: int) -> float:
    return statistics.median(each.times.p99 for each in acks if each.concurrent == concurrent)


def _longest(acks: list[Acks], concurrent: int) -> float:
    return max(each.times.longest for each in acks if each.concurrent == concurrent)
