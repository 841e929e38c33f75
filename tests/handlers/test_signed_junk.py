"""Property: whatever is in a properly signed request, it is answered below 500."""

import json
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stand.signing import command_form, interaction_form
from tests.stand.stand import Stand

pytestmark = pytest.mark.slow(10)

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FAST = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

COMPLETE: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U0ALEX", "team_id": "T0SANDBOX"},
    "team": {"id": "T0SANDBOX"},
    "channel": {"id": "C0SUPPORT"},
    "container": {"type": "message", "thread_ts": None, "is_ephemeral": True},
    "message": {"ts": "1.0", "text": "help"},
    "actions": [{"type": "button", "action_id": "copy_link", "block_id": "b", "value": "bps_1"}],
    "view": {"type": "modal", "callback_id": "reason", "private_metadata": "{}", "state": {"values": {}}},
    "callback_id": "billing_help",
    "trigger_id": "1.2.3",
    "enterprise": None,
    "is_enterprise_install": False,
    "authorizations": [],
    "event": {"type": "app_home_opened", "user": "U0ALEX", "tab": "messages"},
}
WRONG: list[Any] = [None, 1, True, "text", [], ["x"], {}, {"id": 1}, [{"id": None}], [[]]]
KINDS = [
    "block_actions",
    "view_submission",
    "view_closed",
    "message_action",
    "shortcut",
    "block_suggestion",
    "junk",
]


@FAST
@given(text=st.text(max_size=300))
def test_any_text_of_a_command_is_taken(module_stand: Stand, text: str) -> None:
    body = b"&".join(
        [command_form(f"help {text[:50]}"), b"extra=" + quote_plus(text, errors="replace").encode()]
    )
    assert module_stand.send(body).status_code == 200


@FAST
@given(
    form=st.dictionaries(
        st.sampled_from(["command", "text", "user_id", "payload", "team_id", "x"]), st.text(max_size=30)
    )
)
def test_any_form_is_answered_below_500(module_stand: Stand, form: dict[str, str]) -> None:
    body = urlencode({**form, "text": "help"}, errors="replace").encode()
    assert module_stand.send(body).status_code < 500


@FAST
@given(junk=JUNK)
def test_any_json_as_payload_is_answered_below_500(module_stand: Stand, junk: object) -> None:
    assert module_stand.send(b"payload=" + quote_plus(json.dumps(junk)).encode()).status_code < 500
    assert module_stand.send(json.dumps(junk).encode(), content_type="application/json").status_code < 500


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", sorted(COMPLETE))
def test_a_wrong_type_in_any_field_is_answered_below_500(module_stand: Stand, kind: str, place: str) -> None:
    for junk in WRONG:
        payload = {**COMPLETE, "type": kind, place: junk}
        assert module_stand.send_interaction(payload).status_code < 500, junk


@FAST
@given(place=st.sampled_from(sorted(COMPLETE)), kind=st.sampled_from([*KINDS, "event_callback"]), junk=JUNK)
def test_junk_in_any_field_is_answered_below_500(
    module_stand: Stand, place: str, kind: str, junk: object
) -> None:
    payload = {**COMPLETE, "type": kind, place: junk}
    assert module_stand.send(interaction_form(payload)).status_code < 500
    event = json.dumps(payload).encode()
    assert module_stand.send(event, content_type="application/json").status_code < 500
