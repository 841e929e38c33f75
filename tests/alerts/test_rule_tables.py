"""Rules of the settings file: which others they lead to, and how often something has to happen."""

import pytest

from bot.alerts.read_events import stored_event
from bot.alerts.rule_tables import read_tables
from bot.alerts.rules import AlertRules


@pytest.mark.parametrize(("key", "named", "known"), [
    ("joins", "payment_failed", True), ("resolves", "dispute", True), ("joins", "mine", True),
    ("joins", "cancellation_undone", False), ("resolves", "cancellation_reason", False),
    ("joins", "nonsense", False),
])  # fmt: skip
def test_a_rule_joins_only_one_that_is_there_and_has_a_group_of_its_own(
    key: str, named: str, known: bool
) -> None:
    mine = {"name": "mine", "event": "x.y", "severity": "page", "template": "other"}
    own = [mine, mine | {"name": "other", key: named}]
    problems = [(each.position, each.key) for each in read_tables(own)[1]]
    assert problems == ([] if known else [(1, key)])


def test_an_event_counts_towards_every_rate_that_watches_it_unless_it_is_ignored() -> None:
    rate = {"name": "many", "event": "payout.*", "severity": "page", "template": "other", "at_least": 3,
            "within": "10m"}  # fmt: skip
    event = stored_event(
        {"id": "evt_1", "object": "event", "type": "payout.failed", "created": 5, "livemode": False,
         "data": {"object": {"id": "po_1", "object": "payout"}}}, 5,
    )  # fmt: skip
    assert event
    read = AlertRules([rate]).read(event)
    assert [(each.rule, each.key, each.at_least) for each in read] == [
        ("payout_failed", "evt_1", 0), ("many", "evt_1#many", 3),
    ]  # fmt: skip
    ignored = AlertRules([rate, {"name": "payout_failed", "severity": "ignore"}]).read(event)
    assert [each.rule for each in ignored] == ["payout_failed"]
