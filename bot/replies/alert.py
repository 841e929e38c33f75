"""An alert as a Slack message: what happened, to whom, what they are worth, and what can be done about it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.alerts.alert import Alert, Facts, Note, Severity, Status
from bot.money import money
from bot.portal.models import Price
from bot.replies.button import Button
from bot.replies.digest import digest_facts
from bot.replies.plan import price_cost
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
    "pi": "payments",
}
MARKS = {Status.OPEN: "🟠", Status.ACKNOWLEDGED: "🔵", Status.SNOOZED: "🌙", Status.RESOLVED: "✅"}
OPEN_PAGE = "🔴"


class Known(dict[str, Any]):
    """Facts for a template: what an event did not say is empty, not an error."""

    def __missing__(self, name: str) -> None:
        return None


def alert_message(words: Words, alert: Alert, earlier: Sequence[Alert] = ()) -> Message:
    """Show an alert in its present state; `earlier` are the customer's former ones, newest first."""
    said = _context(words, alert)
    title, plain = alert_title(words, alert)
    wakes = alert.status is Status.OPEN and alert.severity is Severity.PAGE
    mark = OPEN_PAGE if wakes else MARKS[alert.status]
    return words.message(
        "alert",
        alert=alert,
        status=alert.status.value,
        mark=mark,
        notification=f"{mark} {plain}",
        title=title,
        detail="" if alert.storm else words.markup("alerts", alert.template, said, part="detail"),
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


def alert_title(words: Words, alert: Alert) -> tuple[Mrkdwn, Whole]:
    """What an alert is about in a few words, for a text with markup and for one without."""
    said = _context(words, alert)
    title = words.markup("alerts", alert.template, said, part="title")
    plain = words.sentence("alerts", alert.template, said, part="title")
    if not alert.storm:
        return title, plain
    return (
        words.markup("alert_words", "storm", {"count": alert.count, "title": title}),
        words.sentence("alert_words", "storm", {"count": alert.count, "title": plain}),
    )


def said_plainly(words: Words, alert: Alert) -> tuple[str, str]:
    """Title and detail without markup, for a terminal or a list."""
    said = _context(words, alert)
    title = words.sentence("alerts", alert.template, said, part="title")
    return str(title), str(words.sentence("alerts", alert.template, said, part="detail"))


def note_message(words: Words, note: Note, alert: Alert | None, *, plainly: bool = False) -> Message:
    """Show a note with its facts; `plainly` without what Slack may refuse to show (`<template>_plain`)."""
    title, plain = alert_title(words, alert) if alert else ("", "")
    facts = digest_facts(words, note.facts) if note.template == "digest" else Known(note.facts)
    template = f"{note.template}_plain" if plainly else note.template
    return words.message(template, facts=facts, alert=alert, title=title, plain_title=plain)


def stripe_address(alert: Alert) -> str | None:
    """The Dashboard's page of what the alert is about."""
    for thing in (alert.object, alert.subscription, alert.customer):
        page = DASHBOARD_PAGES.get((thing or "").partition("_")[0])
        if page:
            return f"https://dashboard.stripe.com/{'' if alert.livemode else 'test/'}{page}/{thing}"
    return None


def _context(words: Words, alert: Alert) -> dict[str, Any]:
    facts = Known(alert.facts)
    said = {
        "facts": facts,
        "status": alert.status.value,
        "resolved_by": alert.resolved_by,
        "object": alert.object,
        "type": alert.facts.get("kind") or alert.rule,
        "amount": money(alert.amount, alert.currency),
        "who": alert.about.get("name") or facts["name"] or alert.about.get("email") or alert.customer,
        "plan": _plan(words, facts, "", alert.about.get("plan")),
        "former": _plan(words, facts, "former_"),
        "feedback": _feedback(words, facts),
    }
    said["who"] = said["who"] or words.sentence("alert_words", "nobody")
    said["invoice"] = words.markup("alert_words", "invoice", said) if facts["kind"] == "invoice" else ""
    return said


def _plan(words: Words, facts: Mapping[str, Any], prefix: str, called: str | None = None) -> str:
    price = facts[f"{prefix}price"]
    if not price:
        return ""
    cost = price_cost(
        words,
        Price(
            price,
            unit_amount=facts[f"{prefix}unit_amount"],
            currency=facts[f"{prefix}price_currency"],
            interval=facts[f"{prefix}interval"],
            interval_count=facts[f"{prefix}interval_count"],
        ),
    )
    known = called or facts[f"{prefix}plan"]
    name = ", ".join(part for part in (known, cost) if part) or price
    return words.sentence("alert_words", "plan", {"name": name, "quantity": facts[f"{prefix}quantity"]})


def _feedback(words: Words, facts: Mapping[str, Any]) -> str:
    if facts["feedback_option"]:
        return str(facts["feedback_option"])
    given = facts["feedback"]
    return words.sentence("feedback", given) if given in words.keys("feedback") else given or ""


def _customer(alert: Alert) -> Mrkdwn | str:
    if not alert.customer:
        return ""
    known = [str(into_mrkdwn(alert.about["name"]))] if alert.about.get("name") else []
    known += [code(each) for each in (alert.about.get("email"), alert.customer) if each]
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
    """The portal verbs that fit; they are authorised like every other command when pressed."""
    if alert.status is Status.RESOLVED:
        return []
    fitting: list[tuple[str, str]] = []
    if alert.facts.get("kind") == "invoice" and alert.customer:
        fitting.append(("payment", f"payment {alert.customer}"))
    if alert.template in {"update_expired", "schedule_aborted"} and alert.subscription:
        fitting.append(("why", f"why {alert.subscription}"))
    if alert.customer:
        fitting.append(("card", alert.customer))
    return [Button(key, words.sentence("alert_words", key), line) for key, line in fitting]
