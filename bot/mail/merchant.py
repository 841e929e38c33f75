"""Who the merchant is to its customers: from the settings, else from Stripe's account, asked once."""

from dataclasses import dataclass
from email.utils import parseaddr

from bot.errors import Refused
from bot.logs import get_log
from bot.mail.settings import MailTable
from bot.mail.templates import Merchant
from bot.portal.stripe_access import StripeGateway

_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class MerchantProfile:
    """Looks the merchant up: `gateway` is asked for what the settings leave out.

    `mail_from` and `mail_reply_to` may hold a display name.
    """

    gateway: StripeGateway
    table: MailTable
    name: str | None
    support_email: str | None
    mail_from: str | None
    mail_reply_to: str | None
    _found: Merchant | None = None

    async def __call__(self) -> Merchant:
        """Return the merchant; where the account may not be read, what the sender's address tells."""
        if self._found is not None:
            return self._found
        found, complete = await self._look()
        self._found = found if complete else None
        return found

    async def _look(self) -> tuple[Merchant, bool]:
        name, support = self.name, self.support_email
        complete = True
        if not name or not support:
            try:
                account = await self.gateway.account()
                name, support = name or account.name, support or account.support_email
            except Refused as refused:
                complete = refused.code == "permission_missing"  # anything else may be over soon
                _log.warning("account_not_read", code=refused.code)
        display, address = parseaddr(self.mail_from or "")
        reply_to = parseaddr(self.mail_reply_to or "")[1]
        merchant = Merchant(
            name=name or display or address.rpartition("@")[2],
            support_email=parseaddr(support or "")[1] or reply_to or None,
            logo_url=self.table.logo_url,
            logo_dark_url=self.table.logo_dark_url,
            color=self.table.color,
        )
        return merchant, complete
