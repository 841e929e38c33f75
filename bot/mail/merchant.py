"""Who the merchant is to its customers: from the settings, else from Stripe's account, asked once."""

from email.utils import parseaddr

from bot.errors import Refused
from bot.logs import get_log
from bot.mail.letters import Merchant
from bot.portal.stripe_access import StripeGateway
from bot.settings import Settings

_log = get_log(__name__)


class MerchantProfile:
    """Looks the merchant up."""

    def __init__(self, settings: Settings, gateway: StripeGateway) -> None:
        """Nothing is asked yet."""
        self._settings = settings
        self._gateway = gateway
        self._found: Merchant | None = None

    async def __call__(self) -> Merchant:
        """The merchant. Without the permission to read the account, what the sender's address tells."""
        if self._found is not None:
            return self._found
        found, complete = await self._look()
        self._found = found if complete else None
        return found

    async def _look(self) -> tuple[Merchant, bool]:
        settings, table = self._settings, self._settings.portalbot_config.mail
        name, support = settings.merchant_name, settings.support_email
        complete = True
        if not name or not support:
            try:
                account = await self._gateway.account()
                name, support = name or account.name, support or account.support_email
            except Refused as refused:
                complete = refused.code == "permission_missing"  # anything else may be over soon
                _log.warning("account_not_read", code=refused.code)
        display, address = parseaddr(settings.mail_from or "")
        reply_to = parseaddr(settings.mail_reply_to or "")[1]
        merchant = Merchant(
            name=name or display or address.rpartition("@")[2],
            support_email=parseaddr(support or "")[1] or reply_to or None,
            logo_url=table.logo_url,
            color=table.color,
        )
        return merchant, complete
