"""What an agent waits for, verb by verb, when Stripe answers late: the whole bot against the sandbox."""

import json
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from benchmarks.web import STRIPE_SECONDS, bot_environment, free_port, read_json, running

TYPED = (
    "{customer}", "jenny@example.com", "home {customer}", "payment {customer}", "details {customer}",
    "cancel {subscription}", "pause {subscription}", "update {subscription}",
    "switch {subscription} {price}", "why {subscription}", "email {customer}",
    "passcode jenny@example.com", "invoices {customer}", "config", "history {customer}", "alerts", "help",
)  # fmt: skip
IN_SERIES = {
    "{customer}": 1, "jenny@example.com": 2, "home {customer}": 1, "payment {customer}": 1,
    "details {customer}": 1, "cancel {subscription}": 2, "pause {subscription}": 2,
    "update {subscription}": 2, "switch {subscription} {price}": 2, "why {subscription}": 2,
    "email {customer}": 2, "passcode jenny@example.com": 1, "alerts": 0, "help": 0,
}  # fmt: skip
"""Promised calls to Stripe one after the other, when nothing about the customer is known yet."""
QUIET_SECONDS = 1.0
"""So long nothing must come in until a command counts as answered."""
IN_THE_ACKNOWLEDGEMENT = ("help",)
SECONDS_TO_ANSWER = 20.0
PLACES = ("response-url", "slack-api")
_READS = ("users.", "usergroups.", "auth.", "team.", "conversations.")
SECRET, TOKEN = "waits-secret", "xoxb-sandbox"


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds from Enter to the answer, and how many calls to Stripe that took, side by side or in series.

    `first`: nothing about the customer is known; `again`: it was on the screen less than a minute ago.
    """

    typed: str
    promised: int | None
    calls: int
    in_series: int
    first: float
    again: float


@dataclass(frozen=True, slots=True)
class Stage:
    """A sandbox with Stripe a network away, and what a bot in front of it is started with."""

    sandbox: str
    environment: dict[str, str]
    known: dict[str, str]


def measure_waits() -> list[Wait]:
    """Type every verb twice into a bot of its own, which knows nothing of the customer the first time."""
    with ExitStack() as servers, ThreadPoolExecutor(1) as beside:
        stages = cycle([_open_stage(servers), _open_stage(servers)])
        # While one bot is asked, the next one starts.
        coming = beside.submit(_start, next(stages))
        waits = []
        for number, typed in enumerate(TYPED, 1):
            stage, bot = coming.result()
            if number < len(TYPED):
                coming = beside.submit(_start, next(stages))
            with bot:
                (first, asked), (again, _) = (
                    _wait(stage.sandbox, typed.format(**stage.known)) for _ in range(2)
                )
            shown = typed.replace("{", "<").replace("}", ">")
            waits.append(Wait(shown, IN_SERIES.get(typed), len(asked), _in_series(asked), first, again))
        return waits


def _open_stage(servers: ExitStack) -> Stage:
    sandbox, stripe, port = free_port(), free_port(), free_port()
    base = f"http://127.0.0.1:{sandbox}"
    arguments = ["sandbox", "--port", str(sandbox), "--bot-url", f"http://127.0.0.1:{port}"]
    servers.enter_context(running([*arguments, "--signing-secret", SECRET, "--bot-token", TOKEN], sandbox))
    late = ["benchmarks.late_stripe", str(stripe), str(STRIPE_SECONDS), base]
    servers.enter_context(running(late, stripe))
    folder = servers.enter_context(tempfile.TemporaryDirectory())
    environment = bot_environment(stripe, sandbox, folder, port) | {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": TOKEN,
        "STRIPE_API_KEY": "rk_test_sandbox",
        "SMTP_URL": "smtp://127.0.0.1:9?tls=never",
        "MAIL_FROM": "billing@example.com",
    }
    return Stage(base, environment, _known(base))


def _start(stage: Stage) -> tuple[Stage, ExitStack]:
    """Start a bot that runs until the stack is left; return when it has read what every answer needs."""
    bot = ExitStack()
    bot.enter_context(running(["bot", "serve"], int(stage.environment["PORT"]), stage.environment))
    _settle(stage.sandbox)
    return stage, bot


def _wait(sandbox: str, text: str) -> tuple[float, list[float]]:
    """Type a command; the seconds until its last answer was there, and when Stripe was called until then."""
    before = max((each["number"] for each in read_json(f"{sandbox}/sandbox/calls")), default=0)
    began = time.time()
    answered = _type(sandbox, text)
    if answered["failure"]:
        raise RuntimeError(f"{text}: {answered['failure']}")
    last = time.time()
    told = text in IN_THE_ACKNOWLEDGEMENT
    calls: list[Any] = []
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < (QUIET_SECONDS if told else SECONDS_TO_ANSWER):
        time.sleep(0.02)
        calls = [each for each in read_json(f"{sandbox}/sandbox/calls") if each["number"] > before]
        shown = [each["at"] for each in calls if each["service"] in PLACES and _shows(each["name"])]
        if shown and (not told or max(shown) > last):
            last, told, quiet_since = max(shown), True, time.monotonic()
    if not told:
        raise RuntimeError(f"{text}: no answer")
    return last - began, [each["at"] for each in calls if each["service"] == "stripe" and each["at"] <= last]


def _in_series(called: list[float]) -> int:
    """Count calls one after the other: the next of them begins when the answer before is there."""
    waves, began = 0, float("-inf")
    for at in sorted(called):
        if at - began >= 0.9 * STRIPE_SECONDS:
            waves, began = waves + 1, at
    return waves


def _settle(sandbox: str) -> None:
    """Wait until nothing has been asked of the sandbox for a while."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < 2 * QUIET_SECONDS:
        time.sleep(0.1)
        calls = len([each for each in read_json(f"{sandbox}/sandbox/calls") if each["service"] == "stripe"])
        if calls != seen:
            seen, since = calls, time.monotonic()


def _known(sandbox: str) -> dict[str, str]:
    stories = read_json(f"{sandbox}/sandbox/stories")
    customer = next(each["customer"] for each in stories if each["label"] == "jenny")
    subscription = _stripe(sandbox, f"subscriptions?customer={customer}")[0]["id"]
    price = _stripe(sandbox, "prices?lookup_keys[]=team_monthly")[0]["id"]
    return {"customer": customer, "subscription": subscription, "price": price}


def _stripe(sandbox: str, path: str) -> Any:
    request = urllib.request.Request(f"{sandbox}/v1/{path}", headers={"Authorization": "Bearer rk_test_x"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


def _type(sandbox: str, text: str) -> Any:
    body = json.dumps({"user": "U0ALEX", "channel": "C0SUPPORT", "text": f"/portal {text}"}).encode()
    request = urllib.request.Request(
        f"{sandbox}/sandbox/type", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _shows(name: str) -> bool:
    return not name.rpartition("/")[2].startswith(_READS)
