"""Signed events that nobody listens to are taken, so that Slack does not switch events off."""

import json
from typing import Any

import pytest

from bot.alerts.rows.alerts import Alerts
from tests.stand.stand import Stand


def delivered(stand: Stand, payload: dict[str, Any]) -> int:
    body = json.dumps(payload).encode()
    return stand.send(body, content_type="application/json").status_code


def callback(kind: str, **event: Any) -> dict[str, Any]:
    return {
        "token": "t", "team_id": "T0SANDBOX", "enterprise_id": None, "api_app_id": "A0", "event_id": "Ev1",
        "type": "event_callback", "event_time": 1, "event": {"type": kind, **event},
    }  # fmt: skip


def open_alerts(stand: Stand) -> dict[str, Any]:
    found = stand.loop.run(Alerts(stand.web.services.database).unresolved())
    return {str(alert.facts["event"]): alert for alert in found if alert.rule == "slack_trouble"}


@pytest.mark.parametrize("kind", ["member_joined_channel", "reaction_added", "user_change", "no_such_event"])
def test_an_event_nobody_listens_to_is_taken(stand: Stand, kind: str) -> None:
    assert delivered(stand, callback(kind, user={"id": "U1"}, item=None)) == 200


@pytest.mark.parametrize("payload", [
    callback("app_uninstalled"),
    callback("tokens_revoked", tokens={"oauth": [], "bot": ["U0PORTALBOT"]}),
    {"token": "t", "type": "app_rate_limited", "team_id": "T0SANDBOX", "minute_rate_limited": 1518467820,
     "api_app_id": "A0"},
])  # fmt: skip
def test_what_slack_says_about_the_app_is_an_alert(stand: Stand, payload: dict[str, Any]) -> None:
    kind = payload["event"]["type"] if "event" in payload else payload["type"]
    assert delivered(stand, payload) == 200
    assert delivered(stand, payload) == 200
    assert open_alerts(stand)[kind].count == 1


def test_a_closed_window_is_taken(stand: Stand) -> None:
    closed = {
        "type": "view_closed", "user": {"id": "U0ALEX"}, "team": {"id": "T0SANDBOX"}, "is_cleared": False,
        "view": {"id": "V1", "type": "modal", "callback_id": "any"},
    }  # fmt: skip
    assert stand.send_interaction(closed).status_code == 200
