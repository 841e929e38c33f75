"""Rows of the rule table that no API field shows: told in documentation and help, never a finding."""

from dataclasses import dataclass
from typing import Final

from bot.portal.rules.finding import Scope, Severity, Status
from bot.portal.rules.sources import FAQ, NO_CODE, OVERVIEW, PAUSE, SDK_CONFIGURATION


@dataclass(frozen=True, slots=True)
class StatedRow:
    """A row that cannot be read off the API: told in documentation and help, never a finding."""

    id: str
    severity: Severity
    scopes: tuple[Scope, ...]
    status: Status
    source: str
    statement: str


STATED: Final = (
    StatedRow(
        "UI_IFRAME",
        Severity.BLOCK,
        (Scope.SESSION,),
        Status.DOCUMENTED,
        OVERVIEW,
        "The portal cannot be shown inside an iframe. Open it as a page of its own.",
    ),
    StatedRow(
        "UI_PM_SECTION",
        Severity.WARN,
        (Scope.PAYMENT_METHOD,),
        Status.DOCUMENTED,
        OVERVIEW,
        "A session that allows payment methods shows that section even when the customer's default "
        "payment method is one the portal does not support.",
    ),
    StatedRow(
        "UI_EMAIL_LOGIN",
        Severity.BLOCK,
        (Scope.DETAILS, Scope.LOGIN_LINK),
        Status.DOCUMENTED,
        NO_CODE,
        "Customers who come through the login link cannot change their email address. "
        "Use a portal link made for them, or edit the address in the Dashboard.",
    ),
    StatedRow(
        "PM_LAST",
        Severity.BLOCK,
        (Scope.PAYMENT_METHOD,),
        Status.DOCUMENTED,
        FAQ,
        "With an active subscription the only payment method cannot be removed; add a new one first.",
    ),
    StatedRow(
        "ST_CADENCE_PAUSE",
        Severity.BLOCK,
        (Scope.PAUSE,),
        Status.DOCUMENTED,
        PAUSE,
        "A subscription with a billing cadence cannot be paused. No field of the API shows the cadence.",
    ),
    StatedRow(
        "CFG_PAUSE_OFF",
        Severity.MAYBE,
        (Scope.PAUSE,),
        Status.DOCUMENTED,
        SDK_CONFIGURATION,
        "Customers can only pause in the redesigned portal, and no field shows which design an account has.",
    ),
)
