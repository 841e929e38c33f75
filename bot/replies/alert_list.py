"""The list of open alerts, in a message and on the App Home."""

from dataclasses import replace
from typing import Any

from bot.alerts.alert import Alert, Status
from bot.replies.alert import alert_title, mark_of
from bot.replies.button import Button, button
from bot.use_cases.alert_list import MOST_SHOWN, AlertList, is_of
from bot.words import Message, Words

MOST_MUTES = 5
MOST_RULES = 20


def alert_list_message(words: Words, found: AlertList) -> Message:
    """Show open alerts, and what was done before."""
    return words.message("alerts", **alert_list_context(words, found))


def alert_list_context(words: Words, found: AlertList) -> dict[str, Any]:
    """Return what stands in the blanks of the list."""
    shown = [_line(words, alert, found.person) for alert in found.alerts]
    after = found.skipped + len(shown)
    rules = list(dict.fromkeys(alert.rule for alert in found.alerts))
    return {
        "done": found.made.change.value,
        "count": found.made.count,
        "rule": found.made.rule,
        "until": found.made.until,
        "alerts": shown,
        "total": found.total,
        "waiting": found.waiting,
        "first": found.skipped + 1,
        "last": after,
        "turning": _turning(words, found, after),
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
        "mine": is_of(alert, person),
        "button": _button(words, alert, person),
    }


def _test_page(words: Words) -> Button:
    confirm = words.sentence("alert_words", "test_page")
    return replace(button(words, "test_page", "alerts test"), confirm=confirm)


def _button(words: Words, alert: Alert, person: str) -> Button:
    key = f"alert-{alert.id}"
    if alert.status is not Status.ACKNOWLEDGED:
        return button(words, "ack", f"alerts ack:{alert.id}", key=key, primary=True)
    if alert.acknowledged_by == person:
        return button(words, "resolve_alert", f"alerts resolve:{alert.id}", key=key)
    return take_over_button(words, alert.id, key=key)


def take_over_button(words: Words, number: int, *, key: str = "take_over") -> Button:
    """Return the button that takes an alert from whoever has it, after asking."""
    confirm = words.sentence("alert_words", "take_over")
    return replace(button(words, "take_over", f"alerts take:{number}", key=key), confirm=confirm)


def _turning(words: Words, found: AlertList, after: int) -> list[Button]:
    """Return what shows the alerts before and after these."""
    back = max(found.skipped - MOST_SHOWN, 0)
    lines = [
        ("alerts_before", f"alerts skip:{back}" if back else "alerts", found.skipped > 0),
        ("alerts_after", f"alerts skip:{after}", after < found.total),
    ]
    return [button(words, name, line) for name, line, is_there in lines if is_there]
