"""What the web process does: acknowledgements and links, beside bare ones and in a burst."""

import math
import statistics

from benchmarks.burst import AGENTS, EVENTS, PAGES, PAUSE_SECONDS, SECONDS, Burst
from benchmarks.load import Times
from benchmarks.pages import NOTICES
from benchmarks.promise import Part, Row, at_most, in_words, none_of, waited
from benchmarks.run_web import Measured
from benchmarks.web import CONCURRENCY, STRIPE_ANSWERS, STRIPE_SECONDS, Acks, Links

LINK_MS, ACK_MS = 5, 0.3
"""Promised processor time."""
SHARE_OF_CORE = 0.5
"""What agents may take of a core; the rest is for events, alerts and mails, and for a busy minute."""
PAGE_SECONDS = 5
MACHINE_MEGABYTES = 512
LEFT_MEGABYTES = 128
"""For the system of such a machine, and for what grows: caches of the database, a busy hour."""
_ACKS = {50: {"p99": 250.0}, 200: {"longest": 1000.0}}


def web_part(measured: Measured) -> Part:
    """Links and acknowledgements, and what there is to compare them with."""
    lost = measured.lost + sum(each.lost for each in measured.links)
    refused = sum(each.refused for each in measured.acks)
    links = {each.concurrent: each for each in measured.links}
    acks = [_middle(measured.acks, concurrent) for concurrent in CONCURRENCY]
    alone = _middle(measured.nothing_behind, 50).processor
    return Part(
        "Links and acknowledgements, at 1, 50 and 200 agents at a time",
        [
            *(_link(links[each], measured.by_hand[each]) for each in CONCURRENCY),
            *(_acknowledgement(each, measured.bare) for each in acks),
            at_most("processor time of a link, at 50", LINK_MS, links[50].processor, "ms", 1),
            at_most(
                "processor time of an acknowledgement with nothing behind it, at 50", ACK_MS, alone, "ms", 2
            ),
            none_of("commands lost or refused", lost + refused),
            at_most("memory after all of this", 150, measured.megabytes, "MB"),
        ],
        f"""A link is `home <customer>`, signed as Slack signs it; each agent waits for it before typing
        again; {STRIPE_ANSWERS}. "By hand" is the same call to Stripe with nothing but an HTTP client; a
        link may take 30 ms more than that in the median, and 100 ms more in the p99. Over Stripe's own
        time alone, the limit of the p99 would be {STRIPE_SECONDS * 1000 + 100:.0f} ms; on a busy machine the
        call by hand is slower, too. Both begin at an even pace within one call's time. For acknowledgements
        the next command is sent as soon as the last is acknowledged; the links are made all the same, which
        is in the processor time. Nothing is behind a `home` without a customer. Bare Bolt and a bare route do
        nothing else.""",
        headline=_carried(measured.megabytes, links[50].processor),
    )


def _link(links: Links, by_hand: Times) -> Row:
    quickest = {"median": by_hand.median + 30, "p99": by_hand.p99 + 100}
    promised = {name: round(limit) for name, limit in quickest.items()} if links.concurrent <= 50 else {}
    return waited(
        f"link by id, {links.concurrent} at a time",
        links.to_link,
        **promised,
        more=f"{links.processor:.1f} ms of processor time",
        beside=f"Stripe by hand: {in_words(by_hand)}",
    )


def _acknowledgement(acks: Acks, bare: dict[str, Acks]) -> Row:
    beside = [
        f"bare {name}: {in_words(each.times)}, {each.per_second:,.0f}/s, {each.processor:.2f} ms of processor"
        for name, each in bare.items()
        if each.concurrent == acks.concurrent
    ]
    return waited(
        f"acknowledgement, {acks.concurrent} at a time",
        acks.times,
        **_ACKS.get(acks.concurrent, {}),
        more=f"{acks.per_second:,.0f}/s, {acks.processor:.2f} ms of processor time",
        beside="; ".join(beside),
    )


def _carried(megabytes: float, link_ms: float) -> str:
    """Say how many agents a small machine carries, and how that is reckoned."""
    machine = f"One machine of {MACHINE_MEGABYTES} MB and one core carries"
    taken = f"the process takes {megabytes:.0f} MB, and {LEFT_MEGABYTES} MB are kept for the system"
    if megabytes > MACHINE_MEGABYTES - LEFT_MEGABYTES:
        return f"{machine} nobody: {taken}."
    agents = int(SHARE_OF_CORE * 60_000 / link_ms)
    return (
        f"{machine} {agents:,} agents who each ask for a link every minute: half of the core, at"
        f" {link_ms:.1f} ms of processor time for a link; {taken}."
    )


def burst_part(bursts: list[Burst]) -> Part:
    """A bad minute."""
    link = STRIPE_SECONDS * 1000 + 150
    rows = [
        row
        for each in bursts
        for row in (
            waited(f"acknowledgement, {each.database}", each.acks, p99=100, more=f"{each.commands} commands"),
            waited(f"link, {each.database}", each.to_link, p99=link),
            waited(
                f"webhook, {each.database}", each.webhooks, p99=250, more=f"{each.processor:.0f} % of a core"
            ),
            none_of(f"webhooks or commands lost, {each.database}", each.failed + each.lost),
            *_pages(each),
            Row(f"the measuring side's own lateness, {each.database}", in_words(each.client_lag)),
        )
    ]
    return Part(
        f"A burst: {EVENTS:,} events within {SECONDS:.0f} s while {AGENTS} agents work",
        rows,
        f"""Events come at an even pace. An agent types about {PAUSE_SECONDS:g} seconds after the last link;
        {STRIPE_ANSWERS}. {NOTICES:,} notices wait in the alert channel, which takes a message a second, and
        {PAGES} of the events page whoever is on call. On SQLite the same process makes the alerts, on
        PostgreSQL a worker. The measuring side's lateness is in all figures.""",
    )


def _pages(burst: Burst) -> list[Row]:
    """Say how long the slowest page took; one that did not come took for ever."""
    waits = {
        "page": [each.page for each in burst.pages],
        "mention in its thread": [each.mention for each in burst.pages],
    }
    return [
        at_most(
            f"from an event's answer to its {what}, {burst.database}",
            PAGE_SECONDS,
            max(math.inf if each is None else each for each in seconds),
            "s",
            1,
        )
        for what, seconds in waits.items()
    ]


def _middle(acks: list[Acks], concurrent: int) -> Acks:
    """Return the median of the turns, and the longest of all."""
    turns = [each for each in acks if each.concurrent == concurrent]
    times = Times(
        statistics.median(each.times.median for each in turns),
        statistics.median(each.times.p99 for each in turns),
        max(each.times.longest for each in turns),
    )
    return Acks(
        concurrent,
        statistics.median(each.per_second for each in turns),
        times,
        sum(each.refused for each in turns),
        statistics.median(each.processor for each in turns),
    )
