"""Who the merchant is to its customers: from the settings, else from Stripe's account, asked once."""

from dataclasses import dataclass
from email.utils import parseaddr

from bot.errors import Refused
from bot.logs import get_log
from bot.mail.templates import Merchant
from bot.portal.stripe_access import StripeGateway

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class MerchantSettings:
    """What the settings say of the merchant; `mail_from` and `mail_reply_to` may hold a display name."""

    name: str | None
    support_email: str | None
    mail_from: str | None
    mail_reply_to: str | None
    logo_url: str | None
    logo_dark_url: str | None
    color: str


class MerchantProfile:
    """Looks the merchant up."""

    def __init__(self, given: MerchantSettings, gateway: StripeGateway) -> None:
        """Ask `gateway` for what `given` leaves out."""
        self._given = given
        self._gateway = gateway
        self._found: Merchant | None = None

    async def __call__(self) -> Merchant:
        """Return the merchant; where the account may not be read, what the sender's address tells."""
        if self._found is not None:
            return self._found
        found, complete = await self._look()
        self._found = found if complete else None
        return found

    async def _look(self) -> tuple[Merchant, bool]:
        given = self._given
        name, support = given.name, given.support_email
        complete = True
        if not name or not support:
            try:
                account = await self._gateway.account()
                name, support = name or account.name, support or account.support_email
            except Refused as refused:
                complete = refused.code == "permission_missing"  # anything else may be over soon
                _log.warning("account_not_read", code=refused.code)
        display, address = parseaddr(given.mail_from or "")
        reply_to = parseaddr(given.mail_reply_to or "")[1]
        merchant = Merchant(
            name=name or display or address.rpartition("@")[2],
            support_email=parseaddr(support or "")[1] or reply_to or None,
            logo_url=given.logo_url,
            logo_dark_url=given.logo_dark_url,
            color=given.color,
        )
        return merchant, complete
