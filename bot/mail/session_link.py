"""The portal session of a recovery mail, made when the mail is sent and kept nowhere."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.durations import Clock
from bot.errors import Unavailable
from bot.mail.mail import Mail
from bot.portal.link_request import Flow, LinkRequest
from bot.portal.links import create_link
from bot.portal.secret import Secret
from bot.portal.stripe_access import StripeGateway
from bot.store.audit import AuditEntry

MADE: Final = "made"
"""The outcome of the line that names the session; the mail itself was "issued" when it was queued."""


@dataclass(eq=False, repr=False)
class SessionLinks:
    """Makes them, with the mail and its attempt as idempotency key: a repeated step gets the same session.

    Whoever had the mail sent was within the limits when it was queued; here the audit trail learns which
    session came of it.

    `write` refuses a live session whose line it cannot write.
    """

    gateway: StripeGateway
    write: Callable[[AuditEntry], Awaitable[object]]
    clock: Clock

    async def __call__(self, mail: Mail) -> Secret:
        """Make the session; see `bot.mail.delivery.MakeLink`."""
        session = mail.session
        if session is None:
            raise Unavailable("stripe_unreadable", retry=False)
        account = session.customer_account
        request = LinkRequest(
            flow=Flow.HOME,
            customer=None if account else mail.customer,
            customer_account=account,
            configuration=session.configuration,
            locale=session.locale,
            recover_until=session.recover_until,
            idempotency_key=hashlib.sha256(f"{mail.id} {mail.attempt}".encode()).hexdigest(),
        )
        link = await create_link(self.gateway, request)
        await self.write(
            AuditEntry(
                at=self.clock(),
                actor=mail.actor,
                verb="email",
                outcome=MADE,
                livemode=mail.livemode,
                customer=account or mail.customer,
                session=link.session,
                reason=session.reason,
                request_key=f"{mail.id} {mail.attempt}",
            )
        )
        return link.url
