"""Who did what and for whom: the answer to `history`, and the recent customers of the App Home."""

from bot.commands.command import Command
from bot.commands.verbs import BY_NAME
from bot.outcomes.rows import read_actions
from bot.replies.details import Detail, details_button
from bot.replies.outcome import came_of
from bot.store.audit import AuditEntry
from bot.use_cases.results import History
from bot.words import Message, Words

LABEL = 60
"""Characters of a name in a list and on a button: escaped it is five times as long."""


def history_message(words: Words, found: History) -> Message:
    """List the entries with names; ids stand behind the Details button."""
    lines = history_lines(words, found)
    details = [Detail(line["title"], _ids(each)) for line, each in zip(lines, found.entries, strict=True)]
    return words.message(
        "history",
        lines=[line["text"] for line in lines],
        who=found.names.get(found.customer or "", "")[:LABEL]
        or (words.sentence("card", "nameless") if found.customer else ""),
        buttons=details_button(words, details),
    )


def history_lines(words: Words, found: History) -> list[dict[str, str]]:
    """Each entry as mrkdwn (`text`) and in short (`title`), with what stands on its button and does it."""
    lines = []
    for entry in found.entries:
        name = found.names.get(entry.customer or "", "")[:LABEL]
        came = came_of(words, read_actions(entry.actions_of_link), entry.outcome_of_link)
        facts = {"entry": entry, "name": name, "did": _did(words, entry), "came": came}
        lines.append(
            {
                "text": words.markup("history", "line", facts),
                "title": words.sentence("history", "title", facts),
                "name": name or words.sentence("buttons", "show"),
                "line": Command(BY_NAME[""], entry.customer or "").line(),
            }
        )
    return lines


def _did(words: Words, entry: AuditEntry) -> str:
    outcome = entry.outcome if entry.outcome in words.keys("outcomes") else "other"
    return words.sentence("outcomes", outcome, {"verb": entry.verb, "outcome": entry.outcome})


def _ids(entry: AuditEntry) -> tuple[tuple[str, str], ...]:
    held = {
        "customer": entry.customer,
        "subscription": entry.subscription,
        "session": entry.session,
        "code": entry.code,
    }
    return tuple((name, value) for name, value in held.items() if value)
