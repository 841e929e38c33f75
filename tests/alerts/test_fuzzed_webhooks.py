"""Whatever is sent to the webhook, signed or not: no 5xx, and the rules survive what is stored."""

import json
import time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.alerts.alert_stand import AlertStand
from tests.stand.signing import stripe_header

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=20,
)
NAMES = ["id", "object", "type", "created", "livemode", "data", "account", "api_version"]
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["evt_1", "", "x" * 300, 5, None]) | ANYTHING,
        "object": st.sampled_from(["event", "v2.core.event", None]),
        "type": st.sampled_from(["invoice.payment_failed", "customer.subscription.updated", 7, ""]),
        "created": st.sampled_from([0, 1, -1, 2**70, 1.5, "1", None]),
        "livemode": st.sampled_from([True, False, None, "false"]),
        "data": ANYTHING | st.fixed_dictionaries({"object": ANYTHING, "previous_attributes": ANYTHING}),
    },
)
HEADERS = st.text(st.characters(max_codepoint=126, min_codepoint=33), max_size=80)
FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def post(alerts: AlertStand, body: bytes, header: str) -> int:
    return alerts.stand.bot_http.post(
        "/stripe/webhooks", content=body, headers={"stripe-signature": header}
    ).status_code


def test_signed_json_of_any_shape_is_200_or_400_and_can_be_handled(alerts: AlertStand) -> None:
    @FUZZ
    @given(EVENTS | ANYTHING)
    def fuzz(sent: Any) -> None:
        body = json.dumps(sent).encode()
        assert post(alerts, body, stripe_header(body)) in {200, 400}
        alerts.stand.loop.run(alerts.work.handler.handle_waiting())

    fuzz()
    rows = alerts.stand.loop.run(alerts.stand.web.services.events.unhandled())
    assert rows == ()


def test_bytes_and_signatures_of_any_kind_are_refused(alerts: AlertStand) -> None:
    @FUZZ
    @given(st.binary(max_size=200), HEADERS)
    def fuzz(body: bytes, header: str) -> None:
        assert post(alerts, body, header) == 401
        assert post(alerts, body, stripe_header(body, at=int(time.time()) - 301)) == 401
        assert post(alerts, body, stripe_header(body)) in {200, 400}

    fuzz()
    deep = b"[" * 100_000 + b"]" * 100_000
    assert post(alerts, deep, stripe_header(deep)) == 400
    large = b'"' + b"x" * 1_100_000 + b'"'
    assert post(alerts, large, stripe_header(large)) == 413
