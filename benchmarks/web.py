"""Running portalbot to be measured, and its acknowledgements and links."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.load import Sent, Target, Times, commands
from benchmarks.slack_side import SlackSide

SECRET = "benchmark-signing-secret"
STRIPE_SECONDS = 0.25
STRIPE_ANSWERS = f"Stripe answers after {STRIPE_SECONDS * 1000:.0f} ms"
CONCURRENCY = (1, 50, 200)


@dataclass(frozen=True, slots=True)
class Acks:
    """Commands sent one after the other on every connection, without waiting for more than the ack.

    `processor` is milliseconds for each, with what of the links was made until the last ack.
    """

    concurrent: int
    per_second: float
    times: Times
    refused: int
    processor: float


@dataclass(frozen=True, slots=True)
class Links:
    """Agents who each wait for their link before they type the next command.

    `processor` is milliseconds for each command, from its acknowledgement to its link.
    """

    concurrent: int
    acks: Times
    to_link: Times
    lost: int
    processor: float


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(
    arguments: list[str], port: int, environ: dict[str, str] | None = None
) -> Iterator[tuple[int, float]]:
    """Run a server; gives its process id and the seconds until it took connections."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", *arguments], env={**os.environ, **(environ or {})})
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - began > 60:
                    raise RuntimeError(f"{arguments[0]} did not start") from None
                time.sleep(0.005)
        yield process.pid, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def read_json(address: str) -> Any:
    """Get JSON."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return json.load(answer)


def sandbox_objects() -> dict[str, Any]:
    """The sandbox's first customer, with everything a link command asks Stripe for."""
    port = free_port()
    with running(["sandbox", "--port", str(port)], port):
        base = f"http://127.0.0.1:{port}/v1"

        def get(path: str) -> Any:
            request = urllib.request.Request(f"{base}{path}", headers={"Authorization": "Bearer rk_test_x"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)

        found = get("/customers?email=jenny%40example.com")["data"][0]["id"]
        expand = "expand[]=subscriptions&expand[]=invoice_settings.default_payment_method"
        customer = get(f"/customers/{found}?{expand}")
        configurations = get(
            "/billing_portal/configurations?is_default=true"
            "&expand[]=data.features.subscription_update.products"
        )
    session = {
        "id": "bps_benchmark",
        "object": "billing_portal.session",
        "configuration": configurations["data"][0],
        "created": int(time.time()),
        "customer": found,
        "livemode": False,
        "locale": "auto",
        "url": "https://billing.stripe.com/p/session/test_benchmark",
    }
    return {
        f"/v1/customers/{found}": customer,
        "/v1/billing_portal/configurations": configurations,
        "/v1/billing_portal/sessions": session,
        "customer": found,
    }


def memory_megabytes(process: int) -> float:
    """Resident memory of a process, at this moment."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def processor_milliseconds(process: int) -> float:
    """Processor time that a process has used. Unlike the clock, it hardly changes on a busy machine."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def bot_environment(stand_in: int, slack: int, folder: str, port: int) -> dict[str, str]:
    """Settings of the portalbot that is measured."""
    config = Path(folder) / "portalbot.toml"
    config.write_text("[limits]\nlinks_per_hour = 1000\n")
    return {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{slack}/api/",
        "STRIPE_API_KEY": "rk_test_1",
        "STRIPE_API_BASE": f"http://127.0.0.1:{stand_in}",
        "STRIPE_MAX_RPS": "0",
        "DATABASE_URL": f"sqlite:///{folder}/benchmark.db",
        "PORTALBOT_CONFIG": str(config),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
    }


async def acks_of(target: Target, concurrent: int, total: int, process: int) -> tuple[Acks, list[Sent]]:
    """Measure acknowledgements; gives what was sent too, so that its answers can be waited for."""
    before = processor_milliseconds(process)
    began = time.perf_counter()
    sent = await commands(target, concurrent, total)
    seconds = time.perf_counter() - began
    processor = (processor_milliseconds(process) - before) / total
    times = Times.of([each.acknowledged - each.sent for each in sent])
    refused = sum(each.status != 200 for each in sent)
    return Acks(concurrent, total / seconds, times, refused, processor), sent


async def links_of(target: Target, slack: SlackSide, concurrent: int, total: int, process: int) -> Links:
    """Measure the time from a command to its link, by agents who wait for it before they type again."""
    before = processor_milliseconds(process)
    sent = await commands(
        target,
        concurrent,
        total,
        after=lambda each: slack.answered(each.number),
        within=STRIPE_SECONDS,
    )
    processor = (processor_milliseconds(process) - before) / total
    times = [slack.links[each.number] - each.sent for each in sent if each.number in slack.links]
    acks = Times.of([each.acknowledged - each.sent for each in sent])
    return Links(concurrent, acks, Times.of(times), len(sent) - len(times), processor)
