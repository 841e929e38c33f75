"""What usually helps with an alert: the button beside Acknowledge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.alerts.alert import Alert, Status
from bot.alerts.states import state_of
from bot.portal.dashboard_links import page
from bot.words import Words

STRIPE_STATUS: Final = "https://status.stripe.com"
DASHBOARD_PAGES: Final[Mapping[str, str]] = {
    "in": "invoices",
    "sub": "subscriptions",
    "cus": "customers",
    "dp": "disputes",
    "du": "disputes",
    "po": "payouts",
    "ch": "payments",
    "py": "payments",
    "pi": "payments",
}
_NO_CARD: Final = frozenset({"final_payment_failure", "first_payment_failure"})


@dataclass(frozen=True, slots=True)
class Help:
    """A button: `line` is the command it stands for, or else `url` the page it opens."""

    key: str
    label: str
    line: str = ""
    url: str = ""


def customer_of(alert: Alert) -> str | None:
    """Return the customer's id, as the event has it or as it was looked up."""
    return alert.customer or alert.about.get("customer")


def stripe_address(alert: Alert) -> str | None:
    """Find the Dashboard's page of what the alert is about."""
    account = alert.facts.get("account")
    for thing in (alert.object, alert.facts.get("charge"), alert.subscription, alert.customer):
        kind = DASHBOARD_PAGES.get(str(thing or "").partition("_")[0])
        if kind:
            return page(f"{kind}/{thing}", livemode=alert.livemode, account=account)
    return None


def help_for(words: Words, alert: Alert, *, mails: bool = True) -> Help | None:
    """Choose the one thing that usually helps; None when the matter is over, or nothing does.

    Without `mails` there is no mail server: a customer is helped with a link to hand over.
    """
    if alert.status is Status.RESOLVED:
        return None
    if alert.storm:
        return _command(words, "open_alerts", "alerts")
    state = state_of(alert.facts)
    keys = [f"{alert.template}.{state.key}", *([] if state.outcome else [alert.template])]
    find = next((_HELPS[key] for key in keys if key in _HELPS), None)
    found = find(words, alert) if find else None
    if found is None or (found.line and alert.facts.get("account") and customer_of(alert)):
        # What belongs to a connected account cannot be looked up on our own.
        return None
    if found.key == "send_link" and not (mails and alert.about.get("email")):
        return _command(words, "payment", f"payment {customer_of(alert)}")
    return found


def _command(words: Words, key: str, line: str) -> Help:
    return Help(key, words.sentence("alert_helps", key), line=line)


_Find = Callable[[Words, Alert], Help | None]


def _doing(key: str, line: str) -> _Find:
    return lambda words, _alert: _command(words, key, line)


def _opening(key: str, find: Callable[[Alert], str | None]) -> _Find:
    def opened(words: Words, alert: Alert) -> Help | None:
        url = find(alert)
        return Help(key, words.sentence("alert_helps", key), url=url) if url else None

    return opened


def _send_link(words: Words, alert: Alert) -> Help | None:
    customer = customer_of(alert)
    return _command(words, "send_link", f"email {customer}") if customer else None


def _send_link_without_card(words: Words, alert: Alert) -> Help | None:
    lacks = alert.facts.get("no_card") and not alert.about.get("has_card")
    return _send_link(words, alert) if lacks else None


def _invoices(words: Words, alert: Alert) -> Help | None:
    customer = customer_of(alert)
    return _command(words, "invoices", f"invoices {customer}") if customer else None


def _invoices_if_unpaid(words: Words, alert: Alert) -> Help | None:
    return _invoices(words, alert) if alert.facts.get("paused_reason") in _NO_CARD else None


def _why(words: Words, alert: Alert) -> Help | None:
    return _command(words, "why", f"why {alert.subscription}") if alert.subscription else None


def _config(words: Words, alert: Alert) -> Help | None:
    return _command(words, "config", f"config {alert.object}") if alert.object else None


def _where_it_was_said(alert: Alert) -> str | None:
    link = alert.facts.get("link")
    return link if isinstance(link, str) else None


def _payouts(alert: Alert) -> str:
    return page("settings/payouts", livemode=alert.livemode)


_CHECK, _SETUP = _doing("check", "doctor"), _doing("setup", "setup")
_HELPS: Mapping[str, _Find] = {
    **dict.fromkeys(
        (
            "payment_failed.open",
            "payment_failed_finally.open",
            "first_payment_failed.open",
            "payment_action_required.open",
            "invoice_overdue.open",
        ),
        _send_link,
    ),
    "trial_will_end": _send_link_without_card,
    "cancellation.end_waits": _invoices,
    "subscription_paused.paused": _invoices_if_unpaid,
    "finalization_failed": _opening("invoice", stripe_address),
    "dispute": _opening("dispute", stripe_address),
    "fraud_warning.open": _opening("refund", stripe_address),
    "refund.failed": _opening("payment_page", stripe_address),
    "refund.requires_action": _opening("payment_page", stripe_address),
    "payout_failed.failed": _opening("payouts", _payouts),
    "payout_failed": _opening("payouts", _payouts),
    "update_expired": _why,
    "schedule_aborted": _why,
    "payment_failures_spike": _opening("stripe_status", lambda _alert: STRIPE_STATUS),
    "churn_spike": _doing("open_alerts", "alerts"),
    "page": _opening("go_there", _where_it_was_said),
    "configuration_changed": _config,
    **dict.fromkeys(("configuration_missing", "configuration_inactive", "login_page_off"), _SETUP),
    **dict.fromkeys(("events_missed", "webhooks_forged"), _SETUP),
    **dict.fromkeys(
        (
            "alert_channel_closed",
            "rule_channel_closed",
            "events_behind",
            "permissions_missing",
            "slack_scopes_missing",
            "user_group_unreadable",
            "work_failing",
        ),
        _CHECK,
    ),
    "mails_in_trouble": _doing("history", "history"),
    "person_not_reached": _doing("oncall", "oncall"),
}
"""By template, or `<template>.<state>`."""
