"""Contract: every stored object is one that the installed stripe package describes, and can read."""

import pytest
import stripe

from sandbox.stripe.render import render
from sandbox.stripe.resources import RESOURCES
from tests.sandbox.stripe.conftest import Bench
from tests.sandbox.stripe.shape import problems

pytestmark = pytest.mark.slow(15)

KINDS = sorted({resource.kind for resource in RESOURCES} - {"subscription_item"})


@pytest.mark.parametrize("kind", KINDS)
async def test_every_seeded_object_has_each_promised_field(bench: Bench, kind: str) -> None:
    for world in (bench.stripe.test, bench.stripe.live):
        stored = list(world.every(kind))
        assert stored, f"no {kind} is seeded"
        found = {problem for one in stored for problem in problems(render(world, one))}
        assert found == set()


@pytest.mark.parametrize("kind", KINDS)
async def test_the_sdk_reads_every_kind(bench: Bench, kind: str) -> None:
    path = next(resource.path for resource in RESOURCES if resource.kind == kind)
    one = next(iter(bench.stripe.test.every(kind)))
    body = await bench.get(f"{path}/{one['id']}")
    read = stripe.StripeObject.construct_from(body, "sk_test_sandbox")
    assert read["id"] == one["id"]
    assert read["object"] == kind


async def test_a_session_has_stripes_full_shape(bench: Bench) -> None:
    session = await bench.session(bench.flow("subscription_cancel", "jenny"))
    assert problems(session) == []
    assert session["flow"]["after_completion"]["type"] == "hosted_confirmation"
    assert session["url"].startswith("http://sandbox.test/p/session/test_")


async def test_live_sessions_have_no_test_mark(bench: Bench) -> None:
    answer = await bench.client.post(
        "/v1/billing_portal/sessions",
        data={"customer": bench.stripe.live.label("jenny")},
        headers={"Authorization": "Bearer sk_live_sandbox"},
    )
    assert answer.status_code == 200
    assert answer.json()["livemode"] is True
    assert "/p/session/test_" not in answer.json()["url"]
