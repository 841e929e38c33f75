"""The list of open alerts, in a message and on the App Home."""

from dataclasses import replace
from typing import Any

from bot.alerts.alert import Alert, Status
from bot.replies.alert import alert_title, mark_of
from bot.replies.button import Button, button
from bot.use_cases.alert_list import AlertList
from bot.words import Message, Words

MOST_MUTES = 5
MOST_RULES = 20


def alert_list_message(words: Words, found: AlertList) -> Message:
    """Show open alerts, and what was done before."""
    return words.message("alerts", **alert_list_context(words, found))


def alert_list_context(words: Words, found: AlertList) -> dict[str, Any]:
    """Return what stands in the blanks of the list."""
    shown = [_line(words, alert, found.person) for alert in found.alerts]
    rules = list(dict.fromkeys(alert.rule for alert in found.alerts))
    return {
        "done": found.change.value,
        "count": found.count,
        "rule": found.rule,
        "until": found.until,
        "alerts": shown,
        "total": found.total,
        "waiting": found.waiting,
        "hidden": found.total - len(shown),
        "mutes": [{"mute": mute, "line": f"alerts unmute:{mute.rule}"} for mute in found.mutes[:MOST_MUTES]],
        "rules": [{"name": rule, "line": f"alerts mute:{rule} until:1d"} for rule in rules[:MOST_RULES]],
        "ack_all": button(words, "ack_all", "alerts ack:all"),
        "buttons": [_test_page(words)],
    }


def _line(words: Words, alert: Alert, person: str) -> dict[str, Any]:
    return {
        "alert": alert,
        "mark": mark_of(alert),
        "title": alert_title(words, alert)[0],
        "state": words.markup("alert_words", alert.status.value, {"alert": alert}),
        "mine": person in {alert.assignee, alert.acknowledged_by},
        "button": _button(words, alert),
    }


def _test_page(words: Words) -> Button:
    confirm = words.sentence("alert_words", "test_page")
    return replace(button(words, "test_page", "alerts test"), confirm=confirm)


def _button(words: Words, alert: Alert) -> Button:
    if alert.status is Status.ACKNOWLEDGED:
        return button(words, "resolve_alert", f"alerts resolve:{alert.id}", key=f"alert-{alert.id}")
    return button(words, "ack", f"alerts ack:{alert.id}", key=f"alert-{alert.id}", primary=True)
