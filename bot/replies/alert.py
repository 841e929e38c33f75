"""An alert as a Slack message: what happened, to whom, what they are worth, and what can be done about it."""

from collections.abc import Sequence

from bot.alerts.alert import Alert, Facts, Note, Severity, Status
from bot.alerts.states import Outcome, state_of
from bot.portal.money import money
from bot.replies.alert_words import Known, said_of
from bot.replies.button import Button
from bot.replies.digest import digest_facts
from bot.words import Message, Words
from bot.words.escaping import Mrkdwn, Whole, code, into_mrkdwn

DASHBOARD_PAGES = {
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
MARKS = {Status.OPEN: "🟠", Status.ACKNOWLEDGED: "🔵", Status.SNOOZED: "🌙", Status.RESOLVED: "✅"}
OPEN_PAGE = "🔴"
OUTCOME_MARKS = {Outcome.GOOD: "✅", Outcome.BAD: "❌", Outcome.NEUTRAL: "⚪"}


def mark_of(alert: Alert) -> str:
    """Choose the mark before an alert's title: where it stands, or, when the matter is over, how it ended."""
    if alert.status is Status.OPEN and alert.severity is Severity.PAGE:
        return OPEN_PAGE
    outcome = state_of(alert.facts).outcome
    says_outcome = alert.status in {Status.OPEN, Status.RESOLVED} and not alert.storm
    return OUTCOME_MARKS[outcome] if says_outcome and outcome else MARKS[alert.status]


def alert_message(
    words: Words, alert: Alert, earlier: Sequence[Alert] = (), payment_page: str | None = None
) -> Message:
    """Show an alert in its present state.

    `earlier` are the customer's former ones, newest first; `payment_page` is where its invoice can be paid.
    """
    said, mark = said_of(words, alert), mark_of(alert)
    return words.message(
        "alert",
        alert=alert,
        status=alert.status.value,
        mark=mark,
        notification=_notification(alert, mark, said.plain_title),
        title=said.title,
        detail=said.detail,
        todo=said.todo,
        page=words.markup("alert_words", "payment_page", {"page": payment_page}) if payment_page else "",
        customer=_customer(alert),
        worth=_worth(words, alert.about),
        earlier=_earlier(words, earlier),
        state=words.markup("alert_words", alert.status.value, {"alert": alert}),
        assigned=words.markup("alert_words", "assigned", {"alert": alert}) if alert.assignee else "",
        times=words.markup("alert_words", "times", {"alert": alert}),
        more=_more(words, alert),
        stripe=stripe_address(alert),
        buttons=_buttons(words, alert),
    )


def _notification(alert: Alert, mark: str, title: str) -> str:
    """Say what happened and to whom: phones and screen readers read nothing else."""
    about = alert.about
    whom = about.get("name") or about.get("email") or alert.customer or about.get("customer")
    return f"{mark} {title}" if not whom or str(whom) in title else f"{mark} {title}: {whom}"


def alert_title(words: Words, alert: Alert) -> tuple[Mrkdwn, Whole]:
    """Say what an alert is about in a few words, for a text with markup and for one without."""
    said = said_of(words, alert)
    return said.title, said.plain_title


def note_message(words: Words, note: Note, alert: Alert | None, *, plainly: bool = False) -> Message:
    """Show a note with its facts; `plainly` without what Slack may refuse to show (`<template>_plain`)."""
    title, plain = alert_title(words, alert) if alert else ("", "")
    facts = digest_facts(words, note.facts) if note.template == "digest" else Known(note.facts)
    template = f"{note.template}_plain" if plainly else note.template
    return words.message(
        template, facts=facts, alert=alert, title=title, plain_title=plain, state=state_of(note.facts).key
    )


def stripe_address(alert: Alert) -> str | None:
    """Find the Dashboard's page of what the alert is about."""
    account = alert.facts.get("account")
    for thing in (alert.object, alert.facts.get("charge"), alert.subscription, alert.customer):
        page = DASHBOARD_PAGES.get(str(thing or "").partition("_")[0])
        if page:
            place = f"{account}/" if account else ""
            return f"https://dashboard.stripe.com/{place}{'' if alert.livemode else 'test/'}{page}/{thing}"
    return None


def _customer(alert: Alert) -> Mrkdwn | str:
    customer = alert.customer or alert.about.get("customer")
    known = [str(into_mrkdwn(alert.about["name"]))] if alert.about.get("name") else []
    known += [code(each) for each in (alert.about.get("email"), customer) if each]
    return Mrkdwn(" ".join(known))


def _worth(words: Words, about: Facts) -> str:
    monthly = about.get("monthly") or {}
    amounts = " + ".join(money(amount, currency) for currency, amount in sorted(monthly.items()) if amount)
    return words.sentence("alert_words", "worth", {"amounts": amounts}) if amounts else ""


def _earlier(words: Words, earlier: Sequence[Alert]) -> Mrkdwn | str:
    if not earlier:
        return ""
    return words.markup("alert_words", "earlier", {"count": len(earlier), "newest": earlier[0].last_at})


def _more(words: Words, alert: Alert) -> list[dict[str, str]]:
    names = ["mute_hour", "mute_day", "ack_all"]
    if alert.status is Status.ACKNOWLEDGED:
        names.insert(0, "unack")
    return [{"label": words.sentence("alert_words", name), "value": name} for name in names]


def _buttons(words: Words, alert: Alert) -> list[Button]:
    """Choose the portal verbs that fit; they are authorised like every other command when pressed."""
    customer = alert.customer or alert.about.get("customer")
    if alert.status is Status.RESOLVED or alert.facts.get("account"):
        # What belongs to a connected account cannot be looked up on our own.
        return []
    fitting: list[tuple[str, str]] = []
    if alert.facts.get("kind") == "invoice" and customer:
        fitting.append(("payment", f"payment {customer}"))
    if alert.template in {"update_expired", "schedule_aborted"} and alert.subscription:
        fitting.append(("why", f"why {alert.subscription}"))
    if customer:
        fitting.append(("card", customer))
    return [Button(key, words.sentence("alert_words", key), line) for key, line in fitting]
