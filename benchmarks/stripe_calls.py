"""Calls to Stripe for each verb, counted in the sandbox's traffic while an agent types in the demo."""

import json
import re
import time
import urllib.request
from collections import Counter
from typing import Any

from benchmarks.web import free_port, read_json, running

TYPED = (
    "{customer}", "jenny@example.com", "home {customer}", "payment {customer}", "details {customer}",
    "cancel {subscription}", "pause {subscription}", "update {subscription}",
    "switch {subscription} {price}", "why {subscription}", "why {subscription} cancel",
    "why {subscription} {price}", "email {customer}", "passcode jenny@example.com", "config",
    "history {customer}", "oncall", "alerts", "doctor", "help",
)  # fmt: skip
QUIET_SECONDS = 1.0
"""So long nothing must come in until a command counts as answered."""
Counted = dict[str, dict[str, int]]


def count_stripe_calls() -> Counted:
    """Calls by command, each typed twice: the second finds kept what is kept in daily work."""
    port = free_port()
    with running(["bot", "demo", "--port", str(port)], port):
        demo = f"http://127.0.0.1:{port}"
        while _type(demo, "help")["failure"]:
            time.sleep(0.1)
        known = _known(demo)
        counted: Counted = {}
        for typed in TYPED:
            _calls_of(demo, typed.format(**known))
            calls = _calls_of(demo, typed.format(**known))
            counted[typed.replace("{", "<").replace("}", ">")] = calls
        return counted


def _known(demo: str) -> dict[str, str]:
    stories = read_json(f"{demo}/sandbox/stories")
    customer = next(each["customer"] for each in stories if each["label"] == "jenny")
    subscription = _stripe(demo, f"subscriptions?customer={customer}")[0]["id"]
    price = _stripe(demo, "prices?lookup_keys[]=team_monthly")[0]["id"]
    return {"customer": customer, "subscription": subscription, "price": price}


def _stripe(demo: str, path: str) -> Any:
    request = urllib.request.Request(f"{demo}/v1/{path}", headers={"Authorization": "Bearer rk_test_x"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


def _type(demo: str, text: str) -> Any:
    body = json.dumps({"user": "U0ALEX", "channel": "C0SUPPORT", "text": f"/portal {text}"}).encode()
    request = urllib.request.Request(
        f"{demo}/sandbox/type", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _calls_of(demo: str, text: str) -> dict[str, int]:
    before = _seen(demo)
    failure = _type(demo, text)["failure"]
    if failure:
        raise RuntimeError(f"{text}: {failure}")
    seen, last = _seen(demo), time.monotonic()
    while time.monotonic() - last < QUIET_SECONDS:
        time.sleep(0.05)
        now = _seen(demo)
        if len(now) > len(seen):
            seen, last = now, time.monotonic()
    made = (seen[number] for number in seen.keys() - before.keys())
    return dict(Counter(name for name in made if name))


def _seen(demo: str) -> dict[int, str]:
    """Every call by its number; those to Stripe by their method and path without ids, others empty."""
    calls = read_json(f"{demo}/sandbox/calls")
    return {each["number"]: _kind(each["name"]) if each["service"] == "stripe" else "" for each in calls}


def _kind(name: str) -> str:
    return re.sub(r"/(cus|sub|price|bpc)_\w+", "", name.replace("/v1/", ""))
