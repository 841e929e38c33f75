"""`portalbot why` and `portalbot passcode`: the same answers as in Slack, as JSON or as sentences.

The JSON of `why` is written to a temporary file, one subscription after the other, and printed when it is
complete: five hundred subscriptions do not fill the memory, and half an object is never printed when Stripe
fails.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from bot.cli.terminal import Terminal, run, run_command, terminal_person, with_services
from bot.commands.command import Command
from bot.commands.reading import read_command
from bot.errors import Refused
from bot.portal.candidates import SeveralSubscriptions
from bot.portal.links import link_json
from bot.portal.rules import ACTIONS, AROUND, ActionVerdict, Finding, Scope
from bot.process.dispatching import make_dispatcher
from bot.process.services import Services
from bot.replies.finding import verdict_report
from bot.replies.passcode import passcode_report
from bot.replies.plan import plan_line
from bot.replies.why_buttons import ANYWAY, flow_line
from bot.use_cases.disagreement import compared, judged
from bot.use_cases.results import LinkMade, LinkRefused, Passcode, SubscriptionAnswer, Why
from bot.words import Words

IN_MEMORY = 1_000_000
"""Bytes of JSON that stay in memory; more goes to a temporary file."""
ASKED_ANYWAY = (Scope.UPDATE, Scope.CANCEL, Scope.PAUSE)
"""Actions that Stripe is asked about when none was named. A switch and a quantity would need a target."""


@dataclass(frozen=True, slots=True)
class StripeAnswer:
    """What Stripe said about an action, ready for JSON."""

    action: Scope
    facts: Mapping[str, object]


def print_why(terminal: Terminal, words: Sequence[str], *, as_json: bool, ask_stripe: bool) -> None:
    """Answer `why …`. Raises Refused or SettingsError."""
    command = terminal.read(["why", *words])

    async def work(services: Services) -> None:
        if not as_json:
            await services.account.products.warm()  # sentences name products, and this process knows none yet
        why = await make_dispatcher(services).do(command, terminal_person(), printed.add)
        assert isinstance(why, Why)  # noqa: S101 (why explains)
        asked = await _ask_stripe(services, why, command, terminal.words) if ask_stripe else None
        printed.finish(why, asked)

    with tempfile.SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8") as file:
        printed = JsonReport(terminal.words, file) if as_json else SentenceReport(terminal)
        run(with_services(work))
        printed.print()


class JsonReport:
    """The answer as one JSON object, written into a file as the subscriptions come."""

    def __init__(self, words: Words, file: IO[str]) -> None:
        self._words = words
        self._file = file
        self._count = 0

    def add(self, answer: SubscriptionAnswer) -> None:
        """Write the answer about one subscription."""
        if answer.subscription is None:
            return
        actions = {each.value: verdict_report(self._words, answer.explanation[each]) for each in ACTIONS}
        self._file.write(", " if self._count else "")
        self._file.write(json.dumps({"id": answer.subscription.id, "actions": actions}, ensure_ascii=False))
        self._count += 1

    def finish(self, why: Why, asked: Sequence[StripeAnswer] | None) -> None:
        """Keep the parts of the object that stand before and after the subscriptions."""
        self._head: dict[str, object] = {
            "customer": why.found.customer.id,
            "livemode": why.livemode,
            "configuration": why.configuration.id if why.configuration else None,
        }
        self._tail: dict[str, object] = {
            scope.value: verdict_report(self._words, why.around[scope]) for scope in AROUND
        }
        if asked is not None:
            self._tail["asked_stripe"] = {each.action.value: each.facts for each in asked}

    def print(self) -> None:
        """Print the whole object on stdout."""
        sys.stdout.write(json.dumps(self._head, ensure_ascii=False)[:-1] + ', "subscriptions": [')
        self._file.seek(0)
        shutil.copyfileobj(self._file, sys.stdout)
        sys.stdout.write("], " + json.dumps(self._tail, ensure_ascii=False)[1:] + "\n")


class SentenceReport:
    """The answer as sentences, printed as the subscriptions come."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._words = terminal.words

    def add(self, answer: SubscriptionAnswer) -> None:
        """Print the verdicts about a subscription and their reasons, each reason once."""
        if answer.subscription is None:
            return
        verdicts = [
            f"{self._words.sentence('actions', action.value)}: "
            f"{self._words.sentence('verdicts', answer.explanation[action].verdict.value)}"
            for action in ACTIONS
        ]
        plan = plan_line(self._words, answer.subscription, answer.price).plan
        facts = {"plan": plan, "id": answer.subscription.id, "verdicts": verdicts}
        self._terminal.say("why_subscription", facts)
        told: list[Finding] = []
        for action in ACTIONS:
            told.extend(each for each in answer.explanation[action].findings if each not in told)
        self._terminal.say_findings(told)

    def finish(self, why: Why, asked: Sequence[StripeAnswer] | None) -> None:
        """Print what concerns the customer, and what Stripe said when it was asked."""
        self._terminal.say_findings(
            [each for scope in (Scope.SESSION, Scope.LOGIN_LINK) for each in why.around[scope].findings]
        )
        for each in asked or ():
            action = self._words.sentence("actions", each.action.value)
            self._terminal.say("why_asked", {"action": action, **each.facts})

    def print(self) -> None:
        """Do nothing: everything is printed already."""


async def _ask_stripe(services: Services, why: Why, command: Command, words: Words) -> list[StripeAnswer]:
    """Ask Stripe for the links that `why` was asked about, and return what it said.

    Each link counts against the limits and is in the audit trail. Raises SeveralSubscriptions.
    """
    subscriptions = [each.subscription for each in why.answers if each.subscription]
    if len(subscriptions) > 1:
        more = why.total > len(subscriptions)
        raise SeveralSubscriptions(subscriptions, customer=why.found.customer.id, more=more)
    if not subscriptions:
        return []
    actions = ASKED_ANYWAY if why.asked.everything else why.asked.actions
    asked: dict[str, StripeAnswer] = {}
    for action in actions:
        line = flow_line(command, action, subscriptions[0].id)
        # A price and a quantity are two actions with one link, which is asked for once.
        if line is not None and line not in asked:
            verdict = judged(why.answers[0].explanation, actions if command.target else (action,))
            asked[line] = StripeAnswer(action, await _ask_about(services, verdict, line, words))
    return list(asked.values())


async def _ask_about(
    services: Services, verdict: ActionVerdict, line: str, words: Words
) -> Mapping[str, object]:
    answer: dict[str, object] = {"rules": verdict.verdict.value}
    try:
        made = await make_dispatcher(services).do(read_command(f"{line} {ANYWAY}"), terminal_person())
    except Refused as refused:
        decided = isinstance(refused, LinkRefused)
        return {
            **answer,
            "stripe": "refused" if decided else "not_asked",
            "agrees": compared(verdict, refused) is None if decided else None,
            "code": refused.code,
            "message": str(words.refusal(refused)),
            "stripe_said": refused.stripe_said,
            "link": None,
        }
    assert isinstance(made, LinkMade)  # noqa: S101 (a link verb makes a link)
    return {
        **answer,
        "stripe": "allowed",
        "agrees": compared(verdict, None) is None,
        "code": None,
        "message": None,
        "stripe_said": None,
        "link": link_json(made.link),
    }


def print_passcode(terminal: Terminal, words: Sequence[str], *, as_json: bool) -> None:
    """Answer `passcode …`. Raises Refused or SettingsError."""
    found = run_command(terminal.read(["passcode", *words]), Passcode)
    report = passcode_report(terminal.words, found)
    if as_json:
        terminal.print_json(report)
        return
    for check, step in zip(found.checks, report["checks"], strict=True):
        title = terminal.words.sentence("passcode", check.name, part="title")
        terminal.say("passcode_step", {"result": check.result, "title": title, "advice": step["advice"]})
