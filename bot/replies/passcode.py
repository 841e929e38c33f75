"""Makes the message and the JSON for `passcode`: the steps as a checklist, and links that help."""

from typing import Any

from bot.portal.configuring.repairs import Repair
from bot.replies.button import Button
from bot.replies.setting_button import setting_button
from bot.use_cases.results import Passcode
from bot.words import Message, Words

MARKS = {"ok": "ok", "note": "warning", "unknown": "maybe_verdict", "problem": "broken"}
MOST_LINKS = 3


def passcode_report(words: Words, found: Passcode) -> dict[str, Any]:
    """Return what `passcode --json` prints, with the keys of the contract."""
    checks = [
        {
            "step": check.name,
            "result": check.result,
            "evidence": dict(check.facts),
            "advice": words.sentence("passcode", check.name, check.facts, part=check.outcome),
        }
        for check in found.checks
    ]
    return {"email": found.email, "checks": checks, "opens": found.opens}


def passcode_message(words: Words, found: Passcode) -> Message:
    """Return the message with the checklist, and a link button for each customer who has the address."""
    checks = [
        {
            "mark": words.sentence("marks", MARKS[check.result]),
            "title": words.sentence("passcode", check.name, part="title"),
            "advice": words.markup("passcode", check.name, check.facts, part=check.outcome),
            "problem": check.result == "problem",
        }
        for check in found.checks
    ]
    problems = sum(check.result == "problem" for check in found.checks)
    return words.message(
        "passcode", email=found.email, checks=checks, problems=problems, buttons=_buttons(words, found)
    )


def _buttons(words: Words, found: Passcode) -> list[Button]:
    several = len(found.customers) > 1
    off = next((each for each in found.checks if (each.name, each.outcome) == ("login_page", "off")), None)
    changing = None
    if off is not None:
        repair = Repair(str(off.facts["configuration"]), {"login_page.enabled": True}, rule="CFG_LOGIN_OFF")
        changing = setting_button(words, repair, may_change=found.may_change)
    return [
        *([changing] if changing else []),
        *(
            Button(
                f"home-{place}",
                words.sentence("passcode_links", "several" if several else "one", {"customer": each.id}),
                f"home {each.id}",
            )
            for place, each in enumerate(found.customers[:MOST_LINKS])
        ),
    ]
