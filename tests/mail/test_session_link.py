"""The personal link of a mail: one session per attempt, and its line in the trail before anybody gets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from benchmarks.soak_mail import one_mail
from bot.errors import Unavailable
from bot.mail.mail import Mail, Session
from bot.mail.session_link import SessionLinks
from bot.portal.stripe_access import StripeGateway
from bot.store.audit import AuditEntry
from tests.alerts.oncall_parts import NOW

URL = "https://billing.stripe.com/p/session/live_S3cret"
MAIL = replace(one_mail(1, NOW), livemode=True, session=Session(NOW + 86_400, "bpc_1", reason="ticket 42"))


@dataclass
class Stripe:
    """Makes sessions, and keeps what it was asked."""

    livemode: bool = True
    asked: list[tuple[Mapping[str, Any], str | None]] = field(default_factory=list)

    @property
    def portal(self) -> "Stripe":
        return self

    async def create_session(
        self, parameters: Mapping[str, Any], *, idempotency_key: str | None, stripe_account: str | None
    ) -> dict[str, Any]:
        assert stripe_account is None
        self.asked.append((parameters, idempotency_key))
        return {"id": f"bps_{len(self.asked)}", "url": URL, "created": NOW, "livemode": True}


async def made(mail: Mail, stripe: Stripe | None = None) -> AuditEntry:
    """Make the link of a mail; its line."""
    lines: list[AuditEntry] = []

    async def write(entry: AuditEntry) -> None:
        lines.append(entry)

    links = SessionLinks(cast("StripeGateway", stripe or Stripe()), write, lambda: NOW)
    assert (await links(mail)).reveal() == URL
    (line,) = lines
    assert "/p/session/" not in repr(line)
    return line


async def test_the_line_says_who_had_which_session_made_for_whom_and_why() -> None:
    line = await made(MAIL)
    assert (line.at, line.actor, line.verb, line.outcome) == (NOW, MAIL.actor, "email", "made")
    assert (line.customer, line.session, line.reason, line.livemode) == (
        MAIL.customer, "bps_1", "ticket 42", True,
    )  # fmt: skip


async def test_the_line_of_an_account_names_the_account() -> None:
    session, stripe = Session(NOW + 86_400, customer_account="acct_1"), Stripe()
    assert (await made(replace(MAIL, session=session), stripe)).customer == "acct_1"
    ((parameters, _),) = stripe.asked
    assert parameters["customer_account"] == "acct_1"
    assert "customer" not in parameters


async def test_a_step_that_is_repeated_asks_for_the_same_session_and_the_next_attempt_for_another() -> None:
    stripe = Stripe()
    lines = [await made(mail, stripe) for mail in (MAIL, MAIL, replace(MAIL, attempt=1))]
    first, again, later = [key for _, key in stripe.asked]
    assert first == again
    assert first != later
    assert [line.request_key for line in lines] == [f"{MAIL.id} 0", f"{MAIL.id} 0", f"{MAIL.id} 1"]


async def test_the_link_lives_as_long_and_shows_as_much_as_was_asked_for() -> None:
    stripe = Stripe()
    await made(MAIL, stripe)
    ((parameters, _),) = stripe.asked
    assert parameters["after_expiration"]["customer_login"]["expires_at"] == NOW + 86_400
    assert (parameters["customer"], parameters["configuration"]) == (MAIL.customer, "bpc_1")
    assert "flow_data" not in parameters


async def test_without_its_line_nobody_gets_the_link() -> None:
    async def refuse(entry: AuditEntry) -> None:
        raise Unavailable("audit_unwritable", retry=True)

    with pytest.raises(Unavailable, match="audit_unwritable"):
        await SessionLinks(cast("StripeGateway", Stripe()), refuse, lambda: NOW)(MAIL)


async def test_a_mail_that_needs_no_session_gets_none() -> None:
    stripe = Stripe()
    with pytest.raises(Unavailable):
        await made(replace(MAIL, session=None), stripe)
    assert stripe.asked == []
