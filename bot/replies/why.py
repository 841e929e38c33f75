"""The answer to `why` as a message: the verdict at a glance, the reasons, what works instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.command import Command
from bot.portal.customer_texts import CustomerTexts
from bot.portal.dashboard_links import page
from bot.portal.rules import ACTIONS, Finding, Scope, Severity, Verdict
from bot.replies.button import Button
from bot.replies.card import MARKS, Badge
from bot.replies.details import Detail, details_button, ids_detail
from bot.replies.finding import FindingLine, finding_line
from bot.replies.identity import identity
from bot.replies.plan import PlanLine, plan_line
from bot.replies.price import price_name
from bot.replies.why_buttons import around_buttons, remedy_button, switch_buttons, way_buttons
from bot.replies.why_findings import concerned, consequences, reasons
from bot.replies.why_texts import ToTell, texts_to_tell
from bot.use_cases.results import Asked, SubscriptionAnswer, Why
from bot.words import Message, Words

AT_A_GLANCE = (Scope.SWITCH, Scope.QUANTITY, Scope.CANCEL, Scope.PAUSE)
"""An update is a switch or a change of quantity, so it needs no badge of its own beside them."""
MOST_REASONS = 6
MOST_CONSEQUENCES = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding, what it is about, and the button that is its remedy; `warns` tells it from mere notes."""

    line: FindingLine
    about: str
    button: Button | None
    warns: bool


@dataclass(frozen=True, slots=True)
class AnswerLines:
    """What the message says about one subscription. `more` counts reasons that are not shown.

    `page` is the subscription's in the Dashboard, where most of what the portal cannot do is done.
    """

    plan: PlanLine | None
    page: str
    badges: tuple[Badge, ...]
    reasons: tuple[Reason, ...]
    more: int
    consequences: tuple[Reason, ...]
    switches: tuple[Button, ...]
    tell: tuple[ToTell, ...]
    ways: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """One of several subscriptions in two lines, and the button that asks about it alone."""

    plan: PlanLine
    badges: tuple[Badge, ...]
    first: str
    line: str


def why_message(words: Words, texts: CustomerTexts, why: Why, command: Command) -> Message:
    """Show the answer: in full for one subscription, at a glance for several."""
    shown: dict[str, object] = {
        "question": _question(words, why),
        "livemode": why.livemode,
        **identity(why.found),
    }
    around = _around(words, why)
    if why.total > 1:
        glances = [_glance(words, each, why.asked, command) for each in why.answers]
        return words.message(
            "why_several",
            glances=glances,
            counts=_counts(words, why),
            total=why.total,
            around=around,
            buttons=details_button(words, _details(words, why, around)),
            **shown,
        )
    answer = _answer(words, texts, why, command)
    told = [*around, *(each.line for each in (*answer.reasons, *answer.consequences))]
    return words.message(
        "why",
        answer=answer,
        alternatives=why.asked.price is not None,
        around=around,
        buttons=[*answer.ways, *details_button(words, _details(words, why, told))],
        **shown,
    )


def _details(words: Words, why: Why, told: Sequence[FindingLine]) -> list[Detail]:
    """The ids, each subscription's under its plan, and what stands behind the findings that are told."""
    configuration = why.configuration.id if why.configuration else None
    found = [(each.subscription, each.price) for each in why.answers if each.subscription is not None]
    plans = [
        Detail(plan_line(words, each, price).plan, (("subscription", each.id),)) for each, price in found
    ]
    ids = ids_detail(words, customer=why.found.customer.id, configuration=configuration)
    return [ids, *plans, *{each.rule: each.detail for each in told}.values()]


def _question(words: Words, why: Why) -> str:
    asked = why.asked
    price = price_name(words, why.target.price) if why.target.price else None
    facts = {"price": price, "quantity": asked.quantity}
    key = "login" if asked.login else "everything" if asked.everything else asked.actions[0].value
    return words.sentence("why", key, facts)


def _answer(words: Words, texts: CustomerTexts, why: Why, command: Command) -> AnswerLines:
    answer = why.answers[0]
    found = reasons(answer, why.asked)
    after = consequences(answer, why.asked)
    subscription = answer.subscription
    return AnswerLines(
        page=page(f"subscriptions/{subscription.id}", livemode=why.livemode is True) if subscription else "",
        plan=plan_line(words, answer.subscription, answer.price) if answer.subscription else None,
        badges=_badges(words, answer, why.asked),
        reasons=tuple(_reason(words, each, why, command) for each in found[:MOST_REASONS]),
        more=max(0, len(found) - MOST_REASONS),
        consequences=tuple(_reason(words, each, why, command) for each in after[:MOST_CONSEQUENCES]),
        switches=switch_buttons(words, answer, command),
        tell=texts_to_tell(words, texts, _worth_telling(answer, found, why.asked), why.found.customer),
        ways=(*around_buttons(words, why), *way_buttons(words, why, command)),
    )


def _worth_telling(answer: SubscriptionAnswer, found: Sequence[Finding], asked: Asked) -> tuple[Finding, ...]:
    """Nobody wants to hear of a fixed quantity who has not asked for another."""
    aside = (Scope.QUANTITY,) if asked.everything else ()
    return tuple(each for each in found if concerned(answer, each, asked) != aside)


def _reason(words: Words, finding: Finding, why: Why, command: Command) -> Reason:
    answer = why.answers[0]
    about = [words.sentence("actions", scope.value) for scope in concerned(answer, finding, why.asked)]
    # With a single action asked about, saying what each reason is about is noise.
    named = ", ".join(about) if len(why.asked.actions) > 1 else ""
    warns = finding.severity is not Severity.INFO
    return Reason(finding_line(words, finding), named, remedy_button(words, finding, why, command), warns)


def _badges(words: Words, answer: SubscriptionAnswer, asked: Asked) -> tuple[Badge, ...]:
    if answer.subscription is None:
        return ()
    verdicts = answer.explanation
    if len(asked.actions) == 1:  # the question stands above: it wants an answer and not its own words again
        verdict = verdicts[asked.actions[0]].verdict
        return (Badge(words.sentence("marks", MARKS[verdict]), words.sentence("answers", verdict.value)),)
    return tuple(
        Badge(words.sentence("marks", MARKS[verdicts[scope].verdict]), words.sentence("actions", scope.value))
        for scope in (AT_A_GLANCE if asked.actions == ACTIONS else asked.actions)
    )


def _glance(words: Words, answer: SubscriptionAnswer, asked: Asked, command: Command) -> Glance:
    assert answer.subscription is not None  # noqa: S101 (several answers are about several subscriptions)
    found = _worth_telling(answer, reasons(answer, asked), asked)
    return Glance(
        plan=plan_line(words, answer.subscription, answer.price),
        badges=_badges(words, answer, asked),
        first=finding_line(words, found[0]).explanation if found else "",
        line=command.line(subject=answer.subscription.id),
    )


def _counts(words: Words, why: Why) -> list[str]:
    shown: Sequence[Scope] = AT_A_GLANCE if why.asked.actions == ACTIONS else why.asked.actions
    lines: list[str] = []
    for scope in shown:
        counted = why.counts[scope]
        facts = {
            "action": words.sentence("actions", scope.value),
            "allowed": counted.get(Verdict.ALLOWED, 0),
            "maybe": counted.get(Verdict.MAYBE, 0),
            "blocked": counted.get(Verdict.BLOCKED, 0),
        }
        lines.append(words.markup("why", "count", facts))
    return lines


def _around(words: Words, why: Why) -> list[FindingLine]:
    """What concerns any link to this customer, and the login link when that is asked about."""
    scopes = [Scope.SESSION, Scope.LOGIN_LINK] if why.asked.login or why.asked.everything else [Scope.SESSION]
    told = [finding for scope in scopes for finding in why.around[scope].findings]
    return [finding_line(words, each) for each in told]
