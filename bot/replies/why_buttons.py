"""The buttons of a `why` answer: remedies, switches that work, links, and asking Stripe itself."""

from bot.commands.command import Command
from bot.portal.configuring.repairs import Repair, repair_of
from bot.portal.models import MISSING
from bot.portal.rules import Finding, Scope, Severity, Verdict
from bot.replies.button import Button, button
from bot.replies.price import price_name
from bot.replies.remedies import CANCEL, CONFIG, remedy_verb
from bot.replies.setting_button import setting_button
from bot.use_cases.results import SubscriptionAnswer, Why
from bot.words import Words

FLOWS = {
    Scope.UPDATE: "update",
    Scope.CANCEL: "cancel",
    Scope.PAUSE: "pause",
    Scope.SWITCH: "switch",
    Scope.QUANTITY: "switch",
}
"""The verb whose link is about an action."""
SHOWN_AROUND = frozenset({"CFG_INACTIVE", "CFG_LOGIN_OFF"})
"""Findings that stand above the answer and get a button of their own below it."""
ANYWAY = "anyway:yes"


def remedy_button(words: Words, finding: Finding, why: Why, command: Command) -> Button | None:
    """The command that a finding's remedy comes down to, as a button; None when there is none."""
    changing = setting_button(words, repair_for(finding, why), may_change=why.may_change)
    if changing is not None:
        return changing
    verb = remedy_verb(finding)
    answer = why.answers[0]
    key = f"{verb}-{finding.rule}"
    if verb is None:
        return None
    if verb == CONFIG:
        subject = str(finding.evidence.get("configuration", ""))
        return button(words, verb, f"{verb} {subject}".strip(), key=key)
    if verb == CANCEL:
        if answer.subscription is None or answer.explanation[Scope.CANCEL].verdict is Verdict.BLOCKED:
            return None
        return button(words, verb, command.line(verb=verb, subject=answer.subscription.id), key=key)
    return button(words, verb, command.line(verb=verb, subject=why.found.customer.id), key=key)


def repair_for(finding: Finding, why: Why) -> Repair | None:
    """The settings that would take the finding away."""
    subscription = why.answers[0].subscription
    items = subscription.items if subscription else MISSING
    return repair_of(
        finding,
        target=why.target.price,
        present=items[0].price if items is not MISSING and items else None,
        customer=why.found.customer.id,
        configuration=why.configuration.id if why.configuration else None,
    )


def around_buttons(words: Words, why: Why) -> tuple[Button, ...]:
    """A button for each finding that is about no subscription and that a setting causes."""
    found = {each.rule: each for verdict in why.around.values() for each in verdict.findings}
    worst = [each for each in found.values() if each.severity is Severity.BLOCK]
    buttons = [
        setting_button(words, repair_for(each, why), may_change=why.may_change)
        for each in worst
        if each.rule in SHOWN_AROUND
    ]
    return tuple(each for each in buttons if each is not None)


def switch_buttons(words: Words, answer: SubscriptionAnswer, command: Command) -> tuple[Button, ...]:
    """One for each listed price that a switch would work with."""
    if answer.subscription is None:
        return ()
    return tuple(
        Button(
            f"switch-{place}",
            price_name(words, each.price),
            command.line(verb="switch", subject=answer.subscription.id, target=each.price.id),
        )
        for place, each in enumerate(answer.alternatives)
    )


def way_buttons(words: Words, why: Why, command: Command) -> tuple[Button, ...]:
    """For each asked action a link when it works, else the way to hear it from Stripe itself."""
    answer, customer = why.answers[0], why.found.customer
    if why.asked.login:
        ways = [button(words, "passcode", f"passcode {customer.email}")] if customer.email else []
        return (*ways, button(words, "home", f"home {customer.id}"))
    if answer.subscription is None:
        return (button(words, "card", customer.id),)
    lines = {
        line: answer.explanation[scope].verdict
        for scope in why.asked.actions
        if (line := flow_line(command, scope, answer.subscription.id)) is not None
    }
    buttons = [_way(words, line, verdict, place) for place, (line, verdict) in enumerate(lines.items())]
    return (*buttons, button(words, "card", customer.id))


def flow_line(command: Command, scope: Scope, subscription: str) -> str | None:
    """The link command for an action; None for a change that names neither price nor quantity."""
    verb = FLOWS[scope]
    if verb == "switch" and not (command.target or command.option("qty")):
        return None
    return command.line(verb=verb, subject=subscription)


def _way(words: Words, line: str, verdict: Verdict, place: int) -> Button:
    verb = line.split(maxsplit=1)[0]
    if verdict is Verdict.ALLOWED:
        return button(words, f"link_{verb}", line, key=f"link-{place}")
    return button(words, f"ask_{verb}", f"{line} {ANYWAY}", key=f"ask-{place}")
