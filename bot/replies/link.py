"""A fresh link as a message."""

from bot.commands.command import Command
from bot.portal.link_request import Flow
from bot.portal.models import MISSING, Configuration
from bot.replies.button import Button, button
from bot.replies.disagreement import disagreement_line
from bot.replies.finding import finding_lines
from bot.replies.identity import identity
from bot.replies.plan import plan_line
from bot.replies.price import price_in_sentence
from bot.use_cases.results import LinkMade
from bot.words import Message, Words

LATER = "7d"


def link_message(words: Words, made: LinkMade, command: Command) -> Message:
    """Show the link, for whom it is, what they will see there, and until when it can be opened."""
    facts = _flow_facts(words, made)
    customer = made.found.customer
    return words.message(
        "link",
        title=words.sentence("flows", made.flow.value, facts, part="title"),
        who=customer.name or customer.email or customer.id,
        plan=plan_line(words, made.subscription) if made.subscription else None,
        sees=words.markup("flows", made.flow.value, facts, part="sees"),
        not_allowed=", ".join(_features(words, made.configuration, allowed=False)) if _is_home(made) else "",
        link=made.link,
        livemode=made.link.livemode,
        recover_until=made.link.recover_until,
        disagreement=disagreement_line(words, made.disagreement),
        warnings=finding_lines(words, made.warnings),
        buttons=_buttons(words, made, command),
        **identity(made.found),
    )


def _is_home(made: LinkMade) -> bool:
    return made.flow is Flow.HOME


def _flow_facts(words: Words, made: LinkMade) -> dict[str, object]:
    configuration = made.configuration
    mode = configuration.subscription_cancel.mode if configuration else None
    allowed = configuration.customer_update.allowed_updates if configuration else MISSING
    named = () if allowed is MISSING else allowed
    fields = [words.sentence("fields", name) for name in named if name in words.keys("fields")]
    return {
        "allowed": ", ".join(_features(words, configuration, allowed=True)),
        "at_once": mode == "immediately",
        "at_period_end": mode == "at_period_end",
        "fields": ", ".join(fields),
        "offer": made.offer,
        "price": price_in_sentence(words, made.target.price) if made.target.price else "",
        "quantity": made.target.quantity,
    }


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
