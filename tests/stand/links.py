"""Reading an answer that holds a portal link."""

import re
from typing import Any

from tests.stand.shown import Shown
from tests.stand.stand import Reached

SESSION = re.compile(r"http://127\.0\.0\.1:\d+/p/session/\S+")


def address(link: Shown) -> str:
    """The portal address of an answer: alone in a preformatted block, where it is copied whole."""
    (text,) = link.preformatted
    assert SESSION.fullmatch(text), text
    return text


def sessions(stand: Reached) -> list[dict[str, Any]]:
    """The parameters of every portal session asked for, oldest first."""
    calls = stand.on_loop(lambda: list(stand.sandbox.stripe.calls))
    return [dict(call.params) for call in calls if call.path == "/v1/billing_portal/sessions"]


def flow(stand: Reached) -> str:
    """The flow of the newest session; the whole portal has none."""
    return str(sessions(stand)[-1].get("flow_data", {}).get("type", "whole portal"))
