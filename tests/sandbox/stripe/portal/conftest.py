"""The bench of the sandbox Stripe, and a customer with a browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sandbox.stripe.annotations import StripeObject
from tests.sandbox.stripe.conftest import Bench
from tests.sandbox.stripe.shape import problems


@dataclass(slots=True)
class Browser:
    """Follows redirects within the portal, as a browser does, and remembers where it is."""

    bench: Bench
    at: str = ""
    page: str = ""
    status: int = 0

    async def open(self, url: str) -> str:
        """Open an address; the text of the page."""
        return self._read(await self.bench.client.get(url, follow_redirects=True))

    async def submit(self, url: str, **form: str) -> str:
        """Send a form; the text of the page it leads to."""
        return self._read(await self.bench.client.post(url, data=form, follow_redirects=True))

    def _read(self, answer: httpx.Response) -> str:
        self.at, self.page, self.status = str(answer.url), answer.text, answer.status_code
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))

    async def portal(self, label: str, **form: str) -> str:
        """A session of that customer; its address."""
        session: Any = await self.bench.session({"customer": self.bench.id(label), **form})
        return str(session["url"])

    def stored(self, label: str) -> StripeObject:
        """The object with that label, as it is now."""
        return self.bench.stripe.test.get(self.bench.id(label))

    def subscription_page(self, url: str, label: str, action: str) -> str:
        """A page about that customer's subscription."""
        return f"{url}/subscriptions/{self.bench.id(f'{label}.subscription')}/{action}"

    def last_code(self) -> str:
        """The code in the newest mail."""
        found = re.search(r"\b\d{6}\b", self.bench.mails[-1].text)
        assert found is not None
        return found[0]


@pytest.fixture
def browser(bench: Bench) -> Iterator[Browser]:
    """One for each test. Whatever it did, the events about it are such as Stripe would send."""
    yield Browser(bench)
    for event in bench.stripe.events.recorded:
        assert problems(event) == []
        assert problems(event["data"]["object"]) == []
