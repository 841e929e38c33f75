"""What Slack sends when somebody clicks or submits, as far as it changes what the bot keeps."""

import json
from itertools import count
from typing import Any

from tests.stand.person import AGENT, ALERTS, ONCALL

Json = dict[str, Any]

_TRIGGERS = count()


def click(action: Json, user: str = ONCALL) -> Json:
    """Press a button, or choose from a menu, in the channel of the alerts."""
    return {
        "type": "block_actions",
        "team": {"id": "T0SANDBOX"},
        "user": {"id": user, "team_id": "T0SANDBOX"},
        "channel": {"id": ALERTS},
        "message": {"ts": "1700000000.000100"},
        "trigger_id": f"{next(_TRIGGERS)}.1",
        "response_url": "http://127.0.0.1:9/slack-response/none",
        "actions": [{"type": "button", **action}],
    }


def run(line: str, user: str = ONCALL) -> Json:
    """Press a button that has a command."""
    return click({"action_id": "run:any", "block_id": "any", "value": line}, user)


def on_alert(alert_id: int, action: str, **chosen: Any) -> Json:
    """Press a button of an alert."""
    return click({"action_id": f"alert:{action}", "block_id": f"alert:{alert_id}", "value": action, **chosen})


def swap(user: str, other: str) -> Json:
    """Choose somebody to swap turns on call with."""
    menu = {"type": "users_select", "action_id": "swap_turns", "block_id": "any", "selected_user": other}
    return click(menu, user)


def mail_window(customer: str, view: str) -> Json:
    """Send off the mail to a customer; its note names the view."""
    metadata = {"line": f"email {customer}", "references": ["key"], "channel": "C0SUPPORT"}
    return {
        "type": "view_submission", "trigger_id": "1.2.3", "team": {"id": "T0SANDBOX"},
        "user": {"id": AGENT, "team_id": "T0SANDBOX"},
        "view": {
            "id": view, "type": "modal", "callback_id": "mail", "private_metadata": json.dumps(metadata),
            "state": {"values": {"note": {"note": {"type": "plain_text_input", "value": f"for {view}"}}}},
        },
    }  # fmt: skip
