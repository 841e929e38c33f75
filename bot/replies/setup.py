"""The set-up as a checklist, in Slack and as JSON."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.commands.command import Command
from bot.portal.setup import StepReport, StepResult
from bot.replies.button import LONGEST_VALUE, Button, button
from bot.replies.details import Detail, details_button, ids_detail
from bot.replies.setting_button import page_button, setting_button
from bot.use_cases.results import SetupSurvey
from bot.words import Message, Words

MARKS = {
    StepResult.DONE: "ok",
    StepResult.MISSING: "broken",
    StepResult.OPTIONAL: "warning",
    StepResult.UNKNOWN: "maybe_verdict",
}
TICKED = "ticked"
"""The option of `setup` that says what was ticked by hand, by the keys of `messages/setup_stated.yaml`."""
MOST_BOXES = 10
"""Checkboxes that Slack shows together."""
MOST_LISTED = 4
STATED = (
    "share", "customer_emails", "payment_methods", "image_size", "languages", "iframe", "email_change",
    "last_method", "retention", "redesign", "domain", "connect", "pricing",
)  # fmt: skip
"""What is ticked by hand, in the order in which it is shown."""
_PAGES = {
    ("features", "some"): ("edit_configuration", "features"),
    ("features", "too_many_products"): ("edit_configuration", "products"),
    ("prices", "kind"): ("edit_configuration", "products"),
    ("prices", "same_interval"): ("edit_configuration", "products"),
    ("policies", "links"): ("fill_in", "policies"),
    ("policies", "headline"): ("fill_in", "policies"),
    ("return_url", "none_set"): ("fill_in", "return_url"),
}
"""Button and page of the settings for what no repair can know, by step and outcome."""
_COMMON = frozenset({"not_permitted", "not_read", "unsaved"})
LOOK_AGAIN = "again"
CHECKLIST = "checklist"
"""Begins the keys of the buttons in the checklist, which is drawn anew when their change is made."""


def setup_message(words: Words, found: SetupSurvey, command: Command) -> Message:
    """Show the checklist. Its button draws it again in its place, with what was ticked."""
    ticked = frozenset((command.option(TICKED) or "").split(","))
    return words.message(
        "setup",
        livemode=found.livemode,
        configuration=found.configuration,
        missing=found.missing,
        ready=sum(each.result is StepResult.DONE for each in found.steps),
        steps=[_shown(words, each, found) for each in found.steps],
        stated=_stated(words, ticked),
        buttons=[*_buttons(words, found, command), *details_button(words, _details(words, found))],
    )


def step_title(words: Words, report: StepReport) -> str:
    """Return what a step is called."""
    return words.sentence("setup", report.step, part="title")


def step_advice(words: Words, report: StepReport) -> str:
    """Say in plain text how a step stands and what to do."""
    return words.sentence("setup", *_place(report), part=report.outcome.words)


def setup_report(words: Words, found: SetupSurvey) -> dict[str, Any]:
    """Return what `setup --json` prints, with the keys of the contract."""
    return {
        "livemode": found.livemode,
        "configuration": found.configuration.id if found.configuration else None,
        "steps": [
            {
                "step": each.step,
                "result": str(each.result),
                "evidence": dict(each.outcome.evidence),
                "advice": step_advice(words, each),
                "repair": _repair(each),
                "url": each.url,
                "source": each.source,
            }
            for each in found.steps
        ],
    }


def _repair(report: StepReport) -> dict[str, Any] | None:
    repair = report.outcome.repair
    return {"configuration": repair.configuration, "set": dict(repair.set)} if repair else None


def _place(report: StepReport) -> tuple[str, Mapping[str, object]]:
    """The key of the words, and their facts."""
    key = "common" if report.outcome.words in _COMMON else report.step
    return key, {"step": report.step, **report.outcome.evidence}


def _step_button(words: Words, report: StepReport, found: SetupSurvey) -> Button | None:
    """The button that changes what the step is about, in a window."""
    key = f"{CHECKLIST}-{report.step}"
    button = setting_button(words, report.outcome.repair, may_change=found.may_change, key=key)
    label, page = _PAGES.get((report.step, report.outcome.words), ("", ""))
    if report.result is not StepResult.DONE and report.outcome.evidence.get("customer"):
        line = f"home {report.outcome.evidence['customer']}"
        return Button(report.step, words.sentence("buttons", "home"), line, action="ask")
    if button or not page or found.configuration is None:
        return button
    return page_button(words, label, found.configuration.id, page, key)


def _shown(words: Words, report: StepReport, found: SetupSurvey) -> dict[str, object]:
    return {
        "mark": words.sentence("marks", MARKS[report.result]),
        "title": step_title(words, report),
        "advice": words.markup("setup", *_place(report), part=report.outcome.words),
        "result": str(report.result),
        "url": report.url,
        "page": report.source if report.source.startswith("https://") else "",
        "button": _step_button(words, report, found),
    }


def _details(words: Words, found: SetupSurvey) -> list[Detail]:
    """What shows how the open steps stand, for whoever looks into the matter."""
    of_all = ids_detail(words, configuration=found.configuration.id if found.configuration else None)
    open_steps = (each for each in found.steps if each.result is not StepResult.DONE)
    return [
        of_all,
        *(
            Detail(
                step_title(words, each),
                tuple(
                    (name.replace("_", " "), _written(words, value))
                    for name, value in each.outcome.evidence.items()
                    if value not in (None, [])
                ),
                each.source if each.source.startswith("https://") else "",
            )
            for each in open_steps
        ),
    ]


def _written(words: Words, value: object) -> str:
    if isinstance(value, bool):
        return words.sentence("details", "yes" if value else "no")
    if isinstance(value, list):
        return ", ".join(map(str, value[:MOST_LISTED])) + (" …" if len(value) > MOST_LISTED else "")
    return str(value)


def _stated(words: Words, ticked: Collection[str]) -> list[dict[str, object]]:
    boxes = [
        {"key": key, **{part: words.sentence("setup_stated", key, part=part) for part in ("title", "detail")}}
        for key in STATED
    ]
    groups: Sequence[list[dict[str, Any]]] = [
        boxes[place : place + MOST_BOXES] for place in range(0, len(boxes), MOST_BOXES)
    ]
    return [
        {
            "number": str(number),
            "options": group,
            "ticked": [each for each in group if each["key"] in ticked],
        }
        for number, group in enumerate(groups)
    ]


def _buttons(words: Words, found: SetupSurvey, command: Command) -> list[Button]:
    line = f"setup {command.subject}".strip()[:LONGEST_VALUE]
    again = Button("setup", words.sentence("buttons", "look_again"), line, primary=True, action=LOOK_AGAIN)
    if found.configuration is None:
        return [again]
    shown = f"config {found.configuration.id}"
    edit = [button(words, "edit_configuration", f"{shown} edit")] if found.may_change else []
    return [again, button(words, "config", shown), *edit]
