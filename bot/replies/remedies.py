"""Which command a finding's remedy comes down to, where it comes down to one."""

from collections.abc import Mapping

from bot.portal.rules import Finding

CANCEL = "cancel"
PAYMENT = "payment"
HOME = "home"
CONFIG = "config"

VERBS: Mapping[str, str] = {
    "SUB_PM_UNSUPPORTED": PAYMENT,
    "ST_PAST_DUE": PAYMENT,
    "ST_UNPAID": PAYMENT,
    "PM_NONE": PAYMENT,
    "SUB_MULTI_ITEM": CANCEL,
    "SUB_MIXED_INTERVALS": CANCEL,
    "SUB_USAGE_BASED": CANCEL,
    "SUB_SEND_INVOICE": CANCEL,
    "ST_CANCEL_SCHEDULED": HOME,
    "ST_CANCEL_SCHEDULED.update": HOME,
    "ST_CANCELED": HOME,
    "CUST_NO_EMAIL": HOME,
    "CUST_DUP_EMAIL": HOME,
    "CFG_LOGIN_OFF": HOME,
    "CFG_NO_DEFAULT": CONFIG,
    "CFG_INACTIVE": CONFIG,
    "CFG_UPDATE_OFF": CONFIG,
    "CFG_ALLOWED_EMPTY": CONFIG,
    "CFG_PRICE_OFF": CONFIG,
    "CFG_QTY_OFF": CONFIG,
    "CFG_PRICE_NOT_LISTED": CONFIG,
    "CFG_PRODUCT_NOT_LISTED": CONFIG,
    "CFG_NO_ALTERNATIVE": CONFIG,
    "CFG_NO_ALTERNATIVE.switch": CONFIG,
    "CFG_CANCEL_OFF": CONFIG,
    "CFG_PAUSE_OFF": CONFIG,
}
"""By the key of the finding's words, since the same rule may need something else for another action."""

_ON_SUBSCRIPTION = "subscription."
_BY_PAYING = frozenset({"trial_end_without_payment_method", "first_payment_failure", "final_payment_failure"})


def remedy_verb(finding: Finding) -> str | None:
    """The verb whose link, or list, is the remedy; None when it takes the Dashboard, or patience."""
    if finding.words.startswith("ST_PAUSED"):
        return PAYMENT if finding.evidence.get("reason") in _BY_PAYING else None
    if finding.words == "SUB_PM_UNSUPPORTED" and _set_on(finding).startswith(_ON_SUBSCRIPTION):
        return None  # a payment link does not replace what is set on the subscription itself
    return VERBS.get(finding.words)


def _set_on(finding: Finding) -> str:
    return str(finding.evidence.get("set_on", ""))
