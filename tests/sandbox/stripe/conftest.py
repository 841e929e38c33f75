"""A sandbox Stripe in the test's own process, with a clock that stands still."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sandbox.mailbox.mail import Mail
from sandbox.stripe import StripeSandbox

START = 1_800_000_000


@dataclass(slots=True)
class Clock:
    """Moves only when told to."""

    now: int = START

    def __call__(self) -> int:
        return self.now


@dataclass(slots=True)
class Bench:
    """The sandbox, and what it told the rest of the world."""

    stripe: StripeSandbox
    clock: Clock
    client: httpx.AsyncClient
    mails: list[Mail] = field(default_factory=list)
    notices: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def id(self, label: str) -> str:
        """The test-mode id of a seed."""
        return self.stripe.test.label(label)

    async def get(self, path: str, /, **params: str) -> Any:
        """The body of a GET."""
        return await self.refused(200, path, **params)

    async def refused(self, status: int, path: str, /, **params: str) -> Any:
        """The body of a GET that is answered with that status."""
        answer = await self.client.get(f"/v1/{path}", params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def session(self, form: Mapping[str, str], /, **headers: str) -> Any:
        """A portal session."""
        return await self.refused_session(200, form, **headers)

    async def refused_session(self, status: int, form: Mapping[str, str], /, **headers: str) -> Any:
        """The body of a session request that is answered with that status."""
        answer = await self.client.post("/v1/billing_portal/sessions", data=dict(form), headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def flow(self, kind: str, label: str, **more: str) -> dict[str, str]:
        """The form of a session with that flow, for the customer and subscription of that label."""
        form = {"customer": self.id(label), "flow_data[type]": kind, **more}
        if kind.startswith("subscription_"):
            form.setdefault(f"flow_data[{kind}][subscription]", self.id(f"{label}.subscription"))
        return form

    def kinds(self) -> list[str]:
        """The types of every event so far, sessions left out."""
        kinds = [event["type"] for event in self.stripe.events.recorded]
        return [kind for kind in kinds if not kind.startswith("billing_portal.session")]


@pytest.fixture
def many() -> int:
    """Subscriptions of the customer who has 500 in the demo; a test that wants those says MANY."""
    return 7


@pytest.fixture
async def bench(many: int) -> AsyncIterator[Bench]:
    """A fresh world for each test."""
    mails: list[Mail] = []
    notices: list[tuple[str, dict[str, Any]]] = []
    clock = Clock()

    async def deliver(mail: Mail) -> None:
        mails.append(mail)

    stripe = StripeSandbox(
        base_url="http://sandbox.test",
        clock=clock,
        deliver_mail=deliver,
        webhook_url=None,
        webhook_secret="whsec_test",
        notify=lambda kind, data: notices.append((kind, data)),
        many=many,
    )
    transport = httpx.ASGITransport(Starlette(routes=stripe.routes()))
    headers = {"Authorization": "Bearer sk_test_sandbox"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://sandbox.test", headers=headers
    ) as client:
        yield Bench(stripe, clock, client, mails, notices)
