"""The customer card as a message."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.portal.found import Found
from bot.portal.rules import Scope, Severity, Verdict
from bot.replies.button import Button, button, verb_button
from bot.replies.details import Detail, details_button, ids_detail
from bot.replies.finding import FindingLine, finding_lines
from bot.replies.identity import identity
from bot.replies.invoices import invoice_line
from bot.replies.mail_line import mail_line
from bot.replies.outcome import link_line
from bot.replies.plan import PlanLine, plan_line
from bot.use_cases.results import CustomerCard, SubscriptionCard
from bot.words import Message, Words

BADGES = (("update", Scope.UPDATE), ("cancel", Scope.CANCEL), ("pause", Scope.PAUSE))
MARKS = {Verdict.ALLOWED: "allowed", Verdict.BLOCKED: "blocked", Verdict.MAYBE: "maybe_verdict"}
MOST_INVOICES = 3
OF_NOTE = frozenset({Severity.BLOCK, Severity.MAYBE, Severity.WARN})


@dataclass(frozen=True, slots=True)
class Badge:
    """Whether the portal lets the customer do one thing."""

    mark: str
    action: str


@dataclass(frozen=True, slots=True)
class CardLine:
    """One subscription of the card."""

    plan: PlanLine
    badges: tuple[Badge, ...]
    buttons: tuple[Button, ...]


def card_message(words: Words, card: CustomerCard, *, livemode: bool) -> Message:
    """Show the card with a button for everything that can be done from it."""
    around = card.around
    notes = [
        finding
        for scope in (Scope.SESSION, Scope.LOGIN_LINK)
        for finding in around[scope].findings
        if finding.severity in OF_NOTE
    ]
    lines_of_note = finding_lines(words, notes)
    return words.message(
        "card",
        livemode=livemode,
        shared_email=card.found.shared_email,
        lines=[_line(words, each, place) for place, each in enumerate(card.subscriptions)],
        no_subscription=_no_subscription(words, card),
        hidden=card.hidden,
        more=card.more,
        buttons=[*_buttons(words, card.found), *details_button(words, _details(words, card, lines_of_note))],
        findings=lines_of_note,
        owes=bool(card.open_invoices),
        invoices=[invoice_line(words, each) for each in card.invoices[:MOST_INVOICES]],
        mails=[mail_line(words, each) for each in card.mails],
        links=[link_line(words, each, card.now or each.link.at) for each in card.links],
        **identity(card.found, card.now),
    )


def _line(words: Words, card: SubscriptionCard, place: int) -> CardLine:
    badges = tuple(
        Badge(
            words.sentence("marks", MARKS[card.explanation[scope].verdict]),
            words.sentence("features", action),
        )
        for action, scope in BADGES
    )
    # What cannot work is not offered; why it cannot is.
    offered = [name for name, scope in BADGES if card.explanation[scope].verdict is not Verdict.BLOCKED]
    buttons = [verb_button(words, verb, card.subscription.id, key=f"-{place}") for verb in offered]
    doubtful = any(card.explanation[scope].verdict is not Verdict.ALLOWED for _, scope in BADGES)
    line = f"why {card.subscription.id}"
    buttons.append(button(words, "why" if doubtful else "check", line, key=f"why-{place}"))
    return CardLine(plan_line(words, card.subscription), badges, tuple(buttons))


def _buttons(words: Words, found: Found) -> tuple[Button, ...]:
    if found.customer.deleted:
        return ()
    whom = found.customer_account or found.customer.id
    return tuple(
        verb_button(words, verb, whom, key="-customer", primary=verb == "home")
        for verb in ("home", "payment", "details", "invoices", "email", "history")
    )


def _no_subscription(words: Words, card: CustomerCard) -> str:
    if card.found.customer.deleted:
        return words.markup("card", "deleted")
    newest = max(card.ended, key=lambda each: each.ended_at or 0, default=None)
    if newest is None:
        return words.markup("card", "none")
    plan = plan_line(words, newest).plan
    facts = {"plan": plan, "ended_at": newest.ended_at}
    return words.markup("card", "ended", facts)


def _details(words: Words, card: CustomerCard, notes: Sequence[FindingLine]) -> list[Detail]:
    """The ids, each subscription's under its plan, and what stands behind the notes."""
    subscriptions = [each.subscription for each in card.subscriptions] or list(card.ended)
    plans = [Detail(plan_line(words, each).plan, (("subscription", each.id),)) for each in subscriptions]
    return [ids_detail(words, customer=card.found.customer.id), *plans, *(each.detail for each in notes)]
