"""An alert as a Slack message: what happened, to whom, what comes next, and what can be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.alerts.alert import Alert, Facts, Note, Severity, Status
from bot.alerts.next_step import NextStep
from bot.alerts.states import Outcome, state_of
from bot.replies.alert_help import customer_of, help_for, stripe_address
from bot.replies.alert_words import Known, said_of
from bot.replies.digest import digest_facts
from bot.words import Message, Words
from bot.words.escaping import Mrkdwn, Whole, code, into_mrkdwn

MARKS = {Status.OPEN: "🟠", Status.ACKNOWLEDGED: "🔵", Status.SNOOZED: "🌙", Status.RESOLVED: "✅"}
OPEN_PAGE = "🔴"
OUTCOME_MARKS = {Outcome.GOOD: "✅", Outcome.BAD: "❌", Outcome.NEUTRAL: "⚪"}
MORE = ("snooze:1h", "snooze:morning", "assign_other", "mute_day")
"""What the menu beside the buttons has in every state; Slack allows one more."""

LIMIT_REACHED = "limit_reached"
"""The note that is about a person and no alert; its words name the facts themselves."""


@dataclass(frozen=True, slots=True)
class Around:
    """What an alert's message says beside the alert.

    `earlier` are the customer's former ones, newest first; `payment_page` is where its invoice can be paid.
    `copy` is the note with which it is sent to a person, `place` the address of its message in the channel.
    `mails` says whether there is a mail server.
    """

    earlier: Sequence[Alert] = ()
    payment_page: str | None = None
    next: NextStep | None = None
    copy: Note | None = None
    place: str | None = None
    mails: bool = True


def mark_of(alert: Alert) -> str:
    """Choose the mark before an alert's title: where it stands, or, when the matter is over, how it ended."""
    if alert.status is Status.OPEN and alert.severity is Severity.PAGE:
        return OPEN_PAGE
    outcome = state_of(alert.facts).outcome
    says_outcome = alert.status in {Status.OPEN, Status.RESOLVED} and not alert.storm
    return OUTCOME_MARKS[outcome] if says_outcome and outcome else MARKS[alert.status]


def alert_message(words: Words, alert: Alert, around: Around | None = None) -> Message:
    """Show an alert in its present state, in its channel or, with `around.copy`, to a person."""
    around = around or Around()
    said, mark = said_of(words, alert), mark_of(alert)
    page, stripe = around.payment_page, stripe_address(alert)
    plain = _notification(alert, mark, said.plain_title)
    return words.message(
        "alert",
        alert=alert,
        status=alert.status.value,
        mark=mark,
        notification=_told(words, around.copy, plain) if around.copy else plain,
        lead=_lead(words, alert, around) if around.copy else "",
        title=said.title,
        detail=said.detail,
        todo=said.todo,
        page=words.markup("alert_words", "payment_page", {"page": page}) if page else "",
        customer=_customer(alert),
        worth=_worth(words, alert.about),
        earlier=_earlier(words, around.earlier),
        state=words.markup("alert_words", alert.status.value, {"alert": alert}),
        assigned=words.markup("alert_words", "assigned", {"alert": alert}) if alert.assignee else "",
        next=_next(words, around.next),
        times=words.markup("alert_words", "times", {"alert": alert}),
        more=_more(words, alert),
        stripe=words.markup("alert_words", "stripe", {"address": stripe}) if stripe else "",
        runbook=words.markup("alert_words", "runbook", {"address": alert.runbook}) if alert.runbook else "",
        help=help_for(words, alert, mails=around.mails),
        card=_card(alert),
        take_over=words.sentence("alert_words", "take_over"),
    )


def _notification(alert: Alert, mark: str, title: str) -> str:
    """Say what happened and to whom: phones and screen readers read nothing else."""
    about = alert.about
    whom = about.get("name") or about.get("email") or customer_of(alert)
    return f"{mark} {title}" if not whom or str(whom) in title else f"{mark} {title}: {whom}"


def _told(words: Words, copy: Note, title: str) -> Mrkdwn:
    said = {"title": Whole(title), "facts": Known(copy.facts)}
    return words.markup("alert_words", f"notify_{copy.template}", said)


def _lead(words: Words, alert: Alert, around: Around) -> Mrkdwn:
    """Say why somebody gets this directly, and where it stands in the channel."""
    assert around.copy is not None  # noqa: S101 (asked for by its caller)
    named = {"alert": alert, "facts": Known(around.copy.facts)}
    parts = [words.markup("alert_words", f"lead_{around.copy.template}", named)]
    if around.place:
        parts.append(words.markup("alert_words", "place", {"place": around.place}))
    return Mrkdwn(" · ".join(str(part) for part in parts if part.strip()))


def alert_title(words: Words, alert: Alert) -> tuple[Mrkdwn, Whole]:
    """Say what an alert is about in a few words, for a text with markup and for one without."""
    said = said_of(words, alert)
    return said.title, said.plain_title


def note_message(words: Words, note: Note, alert: Alert | None, *, plainly: bool = False) -> Message:
    """Show a note with its facts; `plainly` without what Slack may refuse to show (`<template>_plain`)."""
    if note.template == LIMIT_REACHED:
        return words.message(note.template, **note.facts)
    title, plain = alert_title(words, alert) if alert else ("", "")
    facts = digest_facts(words, note.facts) if note.template == "digest" else Known(note.facts)
    template = f"{note.template}_plain" if plainly else note.template
    return words.message(
        template, facts=facts, alert=alert, title=title, plain_title=plain, state=state_of(note.facts).key
    )


def _customer(alert: Alert) -> Mrkdwn | str:
    """Name the customer; by id only where there is nothing else."""
    name, email = alert.about.get("name"), alert.about.get("email")
    known = [*([str(into_mrkdwn(name))] if name else []), *([code(email)] if email else [])]
    customer = customer_of(alert)
    return Mrkdwn(" ".join(known or ([code(customer)] if customer else [])))


def _card(alert: Alert) -> str | None:
    """Return the command for the customer's card; what is a connected account's cannot be looked up here."""
    is_ours = alert.status is not Status.RESOLVED and not alert.facts.get("account")
    return customer_of(alert) if is_ours else None


def _worth(words: Words, about: Facts) -> str:
    monthly = about.get("monthly") or {}
    amounts = " + ".join(
        words.writing.money(amount, currency) for currency, amount in sorted(monthly.items()) if amount
    )
    return words.sentence("alert_words", "worth", {"amounts": amounts}) if amounts else ""


def _earlier(words: Words, earlier: Sequence[Alert]) -> Mrkdwn | str:
    if not earlier:
        return ""
    return words.markup("alert_words", "earlier", {"count": len(earlier), "newest": earlier[0].last_at})


def _next(words: Words, step: NextStep | None) -> Mrkdwn | str:
    return words.markup("alert_words", f"next_{step.step}", {"at": step.at}) if step else ""


def _more(words: Words, alert: Alert) -> list[Mapping[str, str]]:
    first = "unack" if alert.status is Status.ACKNOWLEDGED else "snooze:15m"
    return [
        {"label": words.sentence("alert_words", f"choice_{each.replace(':', '_')}"), "value": each}
        for each in (first, *MORE)
    ]
