"""Stripe's own sample objects go through rules, words and store; where a copy of them is at hand."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.alerts.alert import Severity
from bot.alerts.read_events import read_event
from bot.alerts.replay import replay
from bot.alerts.rule_tables import default_tables
from bot.alerts.rules import AlertRules
from bot.replies.alert import alert_message
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.words import Message, Words
from sandbox.slack.block_checker import check_message
from tests.alerts.examples import Event, event
from tests.store.conftest import everything

BESIDE_THE_REPOSITORY = Path(__file__).parents[3] / "shared" / "stripe" / "fixtures3.json"
# Read here: a test has an environment of its own.
SAMPLES = Path(os.environ.get("PORTALBOT_STRIPE_FIXTURES", BESIDE_THE_REPOSITORY))
WORDS = Words()
OWN = {"name": "mine", "event": "*", "severity": "notify", "template": "other"}
DEFAULT_RULES = AlertRules(channel="C0ALERTS")
OWN_RULES = AlertRules([OWN], channel="C0ALERTS")


@pytest.fixture
def samples() -> dict[str, Any]:
    if not SAMPLES.is_file():
        pytest.skip("Stripe's sample objects are not here; PORTALBOT_STRIPE_FIXTURES may name them")
    resources: dict[str, Any] = json.loads(SAMPLES.read_text(encoding="utf-8"))["resources"]
    return resources


def events(samples: dict[str, Any]) -> Iterable[tuple[Event, AlertRules]]:
    """Every sample in every event a default rule names, also where they do not belong together, and in its
    own event for a rule of one's own.
    """
    types = {
        kind.replace("*", "updated")
        for table in default_tables()
        for kind in ([table["event"]] if isinstance(table["event"], str) else table["event"])
    }
    for thing in samples.values():
        emptied = {name: None for name, value in thing.items() if value and name not in {"id", "object"}}
        own = f"{thing['object']}.updated"
        for kind, rules in [*((each, DEFAULT_RULES) for each in sorted({*types, own})), (own, OWN_RULES)]:
            yield event(kind, thing, emptied if kind == own else None), rules


def test_no_sample_stops_the_rules_or_the_words(
    samples: dict[str, Any],
) -> None:
    seen: set[str] = set()
    for each, rules in events(samples):
        for message in messages(each, rules):
            shown = {"text": message.text, "blocks": message.blocks}
            if str(shown) not in seen:
                seen.add(str(shown))
                assert "None" not in message.text, each["type"]
                content = {**shown, "unfurl_links": False, "unfurl_media": False}
                assert check_message(content, public=True) == [], each["type"]


def messages(one: Event, rules: AlertRules) -> Iterable[Message]:
    """What the channel would read of an event."""
    read = read_event(one, 0)
    assert read is not None
    for replayed in replay(rules.read(read)):
        if replayed.alert.severity is not Severity.IGNORE:
            yield alert_message(WORDS, replayed.alert)


async def test_every_sample_is_stored_without_a_secret(samples: dict[str, Any], database: Database) -> None:
    store = StripeEvents(database)
    for number, thing in enumerate(samples.values()):
        read = read_event({**event(f"{thing['object']}.updated", thing), "id": f"evt_{number}"}, 0)
        assert read is not None
        assert await store.add(read)
    kept = await everything(database, "stripe_events")
    assert not any(
        each in kept for each in ('"client_secret"', "_secret_", "/p/session/", "checkout.stripe.com")
    )
