"""Whatever a stranger sends, the answer is Stripe-shaped and never a 5xx."""

from functools import cache
from urllib.parse import urlencode

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from sandbox.mailbox.mail import Mail
from sandbox.stripe import StripeSandbox
from sandbox.stripe.annotations import hints, params_class
from sandbox.stripe.resources import RESOURCES
from tests.sandbox.stripe.conftest import Clock


async def _ignore(mail: Mail) -> None:
    del mail


@cache
def sandbox() -> StripeSandbox:
    """One for all examples: reading changes nothing."""
    return StripeSandbox(
        base_url="http://sandbox.test",
        clock=Clock(),
        deliver_mail=_ignore,
        webhook_url=None,
        webhook_secret="whsec_test",
        notify=lambda kind, data: None,
    )


LISTS = [resource for resource in RESOURCES if resource.list]
VALUES = st.one_of(
    st.sampled_from(["status>5", 'email:"x" OR created<2', "created>1", "²", "9" * 5_000, "-name~'abc'"]),
    st.sampled_from(["true", "1", "-1", "100", "active", "all", "canceled", "usd", "cus_x", "", "0.5"]),
    st.text(max_size=10),
)
SUFFIXES = st.sampled_from(["", "[gte]", "[0]", "[]", "[enabled]", "[email]", "[interval]", "[x][y]", "[²]"])


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    resource = draw(st.sampled_from(LISTS))
    assert resource.list is not None
    names = sorted(hints(params_class(resource.list)))
    rest = draw(st.sampled_from(["", "/search", "/x", "/x/y", "/%00"]))
    names += ["query", "query", "page"]
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), SUFFIXES, VALUES), max_size=3))
    return f"/v1/{resource.path}{rest}", [(name + suffix, value) for name, suffix, value in pairs]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(requests(), min_size=1, max_size=5))
async def test_no_query_is_answered_with_a_server_error(
    asked: list[tuple[str, list[tuple[str, str]]]],
) -> None:
    transport = httpx.ASGITransport(Starlette(routes=sandbox().routes()))
    headers = {"Authorization": "Bearer sk_test_sandbox"}
    async with httpx.AsyncClient(transport=transport, base_url="http://s", headers=headers) as client:
        for path, query in asked:
            answer = await client.get(f"{path}?{urlencode(query)}")
            assert answer.status_code in {200, 400, 404}
            assert answer.status_code == 200 or answer.json()["error"]["message"]
