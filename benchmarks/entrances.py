"""Socket Mode and the field that searches while somebody types, through the sandbox's Slack and Stripe."""

import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from benchmarks.load import Times
from benchmarks.promise import Part, none_of, waited
from benchmarks.web import STRIPE_ANSWERS, STRIPE_SECONDS, bot_environment, free_port, running

CONCURRENT, COMMANDS = 50, 500
AGENT, CHANNEL = "U0ALEX", "C0SUPPORT"
TYPED = ("jenny rosen", "noah müller", "olga@example.com", "frieda frei", "twin@example.com", "greta schmidt")
SHORTEST = 3
SECONDS_TO_START = 30
Json = dict[str, Any]


class Slack:
    """What people do in the sandbox's Slack."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/sandbox"

    def do(self, act: str, **body: Any) -> Json:
        """Do something, and return how it went."""
        request = urllib.request.Request(
            f"{self._base}/{act}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            done: Json = json.load(answer)
        return done

    def window(self) -> str:
        """Open the window of the shortcut; its id."""
        self.do("shortcut", user=AGENT, callback_id="billing_help_anywhere")
        views = f"{self._base}/views?user={AGENT}"
        for _ in range(100):
            with urllib.request.urlopen(views, timeout=60) as answer:
                stack = json.load(answer)["stack"]
            if stack:
                return str(stack[-1]["id"])
            time.sleep(0.05)
        raise RuntimeError("no window opened")


def measure_entrances() -> Part:
    """Measure acknowledgements over Socket Mode, and what a typist waits for."""
    port, slack_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        bot = f"http://127.0.0.1:{port}"
        sandbox = ["sandbox", "--port", str(slack_port), "--bot-url", bot, "--bot-token", "xoxb-1"]
        servers.enter_context(running(sandbox, slack_port))
        environment = bot_environment(slack_port, slack_port, folder, port)
        servers.enter_context(
            running(["bot", "serve"], port, environment | {"SLACK_APP_TOKEN": "xapp-1", "LOG_LEVEL": "ERROR"})
        )
        _wait_for_socket(bot)
        slack = Slack(slack_port)
        acks, refused = _acks(slack)
        slack.do("faults", target="stripe", kind="latency", seconds=STRIPE_SECONDS)
        typing = Times.of(list(_keystrokes(slack)))
    return Part(
        "Socket Mode, and searching while somebody types",
        [
            waited(f"acknowledgement over Socket Mode, {CONCURRENT} at a time", acks, p99=500),
            none_of("commands over Socket Mode that were not acknowledged", refused),
            waited("keystroke to options", typing, p99=2 * STRIPE_SECONDS * 1000 + 200),
        ],
        f"""Through the sandbox, whose own work is in the figures; {STRIPE_ANSWERS}. Each letter from the
        third on is a keystroke, typed as soon as the last was answered.""",
    )


def _acks(slack: Slack) -> tuple[Times, int]:
    def one(_: int) -> Json:
        return slack.do("type", user=AGENT, channel=CHANNEL, text="/portal history")

    with ThreadPoolExecutor(CONCURRENT) as agents:
        done = list(agents.map(one, range(COMMANDS)))
    return Times.of([each["ack_ms"] / 1000 for each in done]), sum(bool(each["failure"]) for each in done)


def _keystrokes(slack: Slack) -> Iterator[float]:
    """Seconds from each keystroke to its options."""
    for text in TYPED:
        window = slack.window()
        for length in range(SHORTEST, len(text) + 1):
            began = time.perf_counter()
            slack.do("suggest", user=AGENT, view=window, block="customer", value=text[:length])
            yield time.perf_counter() - began


def _wait_for_socket(bot: str) -> None:
    """Wait until the bot is ready and its connection to Slack is open."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        with urllib.request.urlopen(f"{bot}/readyz", timeout=10) as answer:
            if answer.read() == b"ready\n":
                return
        time.sleep(0.1)
    raise RuntimeError("the socket did not open")
