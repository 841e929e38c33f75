"""A fresh link as a message: what it is for stands first, then the link, then what the customer will see."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.command import Command
from bot.portal.link_request import Flow
from bot.portal.models import MISSING, Configuration, Item
from bot.replies.button import Button, button
from bot.replies.details import Detail, details_button, ids_detail
from bot.replies.disagreement import disagreement_line
from bot.replies.finding import FindingLine, finding_lines
from bot.replies.identity import identity
from bot.replies.plan import plan_line
from bot.replies.price import changed_terms
from bot.use_cases.results import LinkMade
from bot.words import Message, Words

LATER = "7d"
ENDS = ("CFG_CANCEL_PERIOD_END", "CFG_CANCEL_IMMEDIATE")
CHARGES = (
    "CFG_SCHEDULES_CHANGE",
    "SUB_TRIAL_ENDS",
    "SUB_TRIAL_CONTINUES",
    "CFG_ANCHOR_NOW",
    "CFG_PRORATION",
)
"""Rules that say when a change counts and what it costs, the one that says most first."""


def link_message(words: Words, made: LinkMade, command: Command) -> Message:
    """Show the link, what it is about, for whom, and until when it can be opened.

    Whoever has the link acts as the customer, so the message is private.
    """
    facts = _flow_facts(words, made)
    customer = made.found.customer
    plan = plan_line(words, made.subscription) if made.subscription else None
    warnings = finding_lines(words, made.warnings)
    message = words.message(
        "link",
        title=words.sentence("flows", made.flow.value, facts, part="title"),
        who=facts["who"],
        status=plan.status if plan else "",
        sees=words.markup("flows", made.flow.value, facts, part="sees"),
        not_allowed=", ".join(_features(words, made.configuration, allowed=False)) if _is_home(made) else "",
        link=made.link,
        livemode=made.link.livemode,
        recover_until=made.link.recover_until,
        disagreement=disagreement_line(words, made.disagreement),
        warnings=warnings,
        buttons=[*_buttons(words, made, command), *details_button(words, _details(words, made, warnings))],
        has_email=customer.email is not None,
        **identity(made.found, made.link.created),
    )
    return replace(message, private=True)


def _details(words: Words, made: LinkMade, warnings: Sequence[FindingLine]) -> list[Detail]:
    ids = ids_detail(
        words,
        customer=made.found.customer.id,
        subscription=made.subscription.id if made.subscription else None,
        price=made.target.price.id if made.target.price else None,
        configuration=made.configuration.id if made.configuration else made.link.configuration,
        session=made.link.session,
    )
    return [ids, *(each.detail for each in warnings)]


def _is_home(made: LinkMade) -> bool:
    return made.flow is Flow.HOME


def _flow_facts(words: Words, made: LinkMade) -> dict[str, object]:
    configuration = made.configuration
    allowed = configuration.customer_update.allowed_updates if configuration else MISSING
    named = () if allowed is MISSING else allowed
    fields = [words.sentence("fields", name) for name in named if name in words.keys("fields")]
    proof = identity(made.found)
    customer = made.found.customer
    return {
        "who": customer.name or customer.email or words.sentence("card", "nameless"),
        "allowed": ", ".join(_features(words, configuration, allowed=True)),
        "card": proof["card"],
        "change": _change(words, made),
        "discount": made.discount,
        "fields": ", ".join(fields),
        "offer": made.offer,
        "plan": plan_line(words, made.subscription).plan if made.subscription else "",
        "ends": _first_effect(made, ENDS),
        "charge": _first_effect(made, CHARGES),
    }


def _change(words: Words, made: LinkMade) -> str:
    """From what to what the subscription changes."""
    items = made.subscription.items if made.subscription else MISSING
    item = Item("") if items is MISSING or not items else items[0]
    wanted = made.target.price or item.price
    quantity = item.quantity if made.target.quantity is None else made.target.quantity
    currency = made.subscription.currency if made.subscription else None
    return changed_terms(words, (item.price, item.quantity), (wanted, quantity), currency)


def _first_effect(made: LinkMade, rules: tuple[str, ...]) -> dict[str, object] | None:
    """What the first of these rules says, if one fired."""
    told = {finding.rule: finding for finding in made.effects}
    found = next((told[rule] for rule in rules if rule in told), None)
    return None if found is None else {"rule": found.rule, **found.evidence}


def _features(words: Words, configuration: Configuration | None, *, allowed: bool) -> list[str]:
    if configuration is None:
        return []
    switched = {
        "invoices": configuration.invoice_history,
        "payment": configuration.payment_method_update,
        "details": configuration.customer_update.enabled,
        "update": configuration.subscription_update.enabled,
        "cancel": configuration.subscription_cancel.enabled,
        "pause": configuration.subscription_pause.enabled,
    }
    return [words.sentence("sections", name) for name, on in switched.items() if on is allowed]


def _buttons(words: Words, made: LinkMade, command: Command) -> list[Button]:
    subject = made.subscription.id if made.subscription else made.found.customer.id
    line = command.line(subject=subject)
    buttons = [button(words, "fresh", line)]
    if made.link.recover_until is None and made.found.customer.email:
        buttons.append(button(words, "later", f"{line} recover:{LATER}"))
    buttons.append(button(words, "card", made.found.customer.id))
    return buttons
