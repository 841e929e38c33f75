"""The portal session of a recovery mail, made when the mail is sent and kept nowhere."""

import hashlib

from bot.errors import Unavailable
from bot.mail.mail import Mail
from bot.portal.link_request import Flow, LinkRequest
from bot.portal.links import create_link
from bot.portal.secret import Secret
from bot.portal.stripe_access import StripeGateway


class SessionLinks:
    """Makes them, with the mail and its attempt as idempotency key: a repeated step gets the same session."""

    def __init__(self, gateway: StripeGateway) -> None:
        """Use this way to Stripe."""
        self._gateway = gateway

    async def __call__(self, mail: Mail) -> Secret:
        """See `bot.mail.delivery.MakesLinks`."""
        session = mail.session
        if session is None:
            raise Unavailable("stripe_unreadable", retry=False)
        account = session.customer_account
        request = LinkRequest(
            flow=Flow.HOME,
            customer=None if account else mail.customer,
            customer_account=account,
            configuration=session.configuration,
            locale=mail.locale,
            recover_until=session.recover_until,
            idempotency_key=hashlib.sha256(f"{mail.id} {mail.attempt}".encode()).hexdigest(),
        )
        return (await create_link(self._gateway, request)).url
