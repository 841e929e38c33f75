"""Phones and screen readers read a message's `text` alone: it tells the answer, and whom it is about."""

import pytest

from bot.replies.alert import alert_message
from bot.words import Words
from tests.alerts.alert_stand import AlertStand
from tests.stand.fixtures import agent, module_stand, stand
from tests.stand.person import Person
from tests.stand.stand import Stand

__all__ = ["agent", "module_stand", "stand"]


@pytest.mark.parametrize(("line", "parts"), [
    ("why multi update", ["✗ No", "2 items"]),
    ("jenny@example.com", ["Jenny Rosen", "active", "✓"]),
    ("cancel several@example.com", ["$75.00", "$10.00"]),
    ("history", ["*card*", "Jenny Rosen"]),
    ("doctor", ["Self-check"]),
])  # fmt: skip
def test_the_text_tells_the_answer(agent: Person, stand: Stand, line: str, parts: list[str]) -> None:
    agent.asks("jenny@example.com")
    said = str(agent.asks(line.replace("multi", stand.customer("multi"))).content["text"])
    assert [part for part in parts if part not in said] == [], said


def test_the_text_of_an_alert_names_the_customer(stand: Stand) -> None:
    alerts = AlertStand.of(stand)
    alerts.happens("invoice.payment_failed")
    (alert,) = [each for each in alerts.alerts() if each.customer == stand.customer("noah")]
    text = alert_message(Words(), alert).text
    assert text.endswith(f": {alert.customer}")
    alerts.send()
    assert "Noah" in str(alerts.messages()[-1]["text"])
