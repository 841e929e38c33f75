"""Makes Slack messages of results: chooses the template in `messages/` and fills it in.

Slack is not called.
"""

from dataclasses import replace
from typing import Any

from bot.check import Checkup
from bot.commands.command import Command, Unclear
from bot.commands.verbs import VERBS
from bot.errors import Refused
from bot.portal.candidates import Ambiguous, NobodyButNear, SeveralSubscriptions
from bot.portal.customer_texts import CustomerTexts
from bot.portal.prices import SeveralPrices
from bot.portal.products.product_lookup import SeveralProducts
from bot.replies.alert import alert_title
from bot.replies.alert_list import alert_list_context, alert_list_message, take_over_button
from bot.replies.button import LONGEST_VALUE, Button, button, verb_button
from bot.replies.card import card_message
from bot.replies.configurations import configurations_message
from bot.replies.details import details_button
from bot.replies.disagreement import disagreement_line
from bot.replies.finding import finding_lines
from bot.replies.history import history_lines, history_message
from bot.replies.invoices import invoices_message
from bot.replies.link import link_message
from bot.replies.mend import mend_of
from bot.replies.oncall import oncall_message
from bot.replies.passcode import passcode_message
from bot.replies.picker import (
    customers_message,
    near_message,
    offers_message,
    plans_message,
    prices_message,
    products_message,
    subscriptions_message,
)
from bot.replies.product import product_message
from bot.replies.setup import setup_message
from bot.replies.why import why_message
from bot.replies.why_buttons import ANYWAY
from bot.use_cases.alert_list import AlertList
from bot.use_cases.dispatcher import Result
from bot.use_cases.link_choices import ChooseOffer, ChoosePlan
from bot.use_cases.oncall import OnCallView
from bot.use_cases.page import PageRaised
from bot.use_cases.results import (
    ConfigurationCopied,
    ConfigurationSurvey,
    CustomerCard,
    History,
    InvoiceList,
    LinkMade,
    LinkRefused,
    MailPreview,
    MailQueued,
    Passcode,
    ProductView,
    SetupSurvey,
    Why,
)
from bot.use_cases.why import WORDS as ACTIONS_OF_WHY
from bot.words import Message, Words

NO_LOGIN_LINK = frozenset({"login_page_off", "login_page_opens_other"})
PERSONAL = "7d"
"""How long the personal link works that is offered when the login link does not."""
MOST_BLOCKS, MOST_ELEMENTS = 50, 10
"""Of a message, and of a context block (Slack's limits)."""
MARKS = {"ok": "ok", "warn": "warning", "broken": "broken"}


class Replies:
    """Makes messages of results and refusals."""

    def __init__(self, words: Words, texts: CustomerTexts, command: str, *, livemode: bool) -> None:
        """Name `command`, the slash command with its slash, in help texts."""
        self._words = words
        self._texts = texts
        self._command = command
        self._livemode = livemode

    def of(self, result: Result, command: Command) -> Message:
        """Return the message for a command's result; before it, how a phrase was read as a command.

        Raises TypeError for mails, which `MailReplies` shows.
        """
        return self._with_reading(self._of(result, command), command)

    def _of(self, result: Result, command: Command) -> Message:  # noqa: C901, PLR0911, PLR0912 (an arm for each result)
        match result:
            case LinkMade():
                return link_message(self._words, result, command)
            case Why():
                return why_message(self._words, self._texts, result, command)
            case InvoiceList():
                return invoices_message(self._words, result, livemode=self._livemode)
            case Passcode():
                return passcode_message(self._words, result)
            case ConfigurationCopied():
                return self._words.message("config_copied", source=result.source, made=result.made)
            case ConfigurationSurvey():
                return configurations_message(self._words, result)
            case SetupSurvey():
                return setup_message(self._words, result, command)
            case ProductView():
                return product_message(self._words, result)
            case CustomerCard():
                return card_message(self._words, result, livemode=self._livemode)
            case AlertList():
                return alert_list_message(self._words, result)
            case PageRaised():
                title = alert_title(self._words, result.alert)[0]
                return self._words.message("paged", alert=result.alert, people=result.people, title=title)
            case OnCallView():
                return oncall_message(self._words, result)
            case History():
                return history_message(self._words, result)
            case Checkup():
                return self._checkup(result)
            case MailPreview() | MailQueued():
                raise TypeError("mails are shown in a modal and in a message of their own")

    def refusal(self, refused: Refused, command: Command | None = None) -> Message:
        """Return the message for a refusal: the reason, with a choice or buttons that help to go on.

        Without the `command` there are no buttons.
        """
        message = self._refusal(refused, command)
        return message if command is None else self._with_reading(message, command)

    def _with_reading(self, message: Message, command: Command) -> Message:
        """Return the message with how a phrase was read before it: I read “card expired” as `payment`."""
        if not command.phrase:
            return message
        read = self._words.message("reading", phrase=command.phrase, verb=command.verb.name)
        return replace(message, text=f"{read.text} {message.text}", blocks=[*read.blocks, *message.blocks])

    def _refusal(self, refused: Refused, command: Command | None) -> Message:  # noqa: PLR0911 (one for each choice)
        if command is not None:
            match refused:
                case Ambiguous():
                    return customers_message(self._words, refused, command)
                case NobodyButNear():
                    return near_message(self._words, refused, command)
                case SeveralSubscriptions():
                    return subscriptions_message(self._words, refused, command)
                case ChoosePlan():
                    return plans_message(self._words, refused, command)
                case ChooseOffer():
                    return offers_message(self._words, refused, command)
                case SeveralPrices():
                    return prices_message(self._words, refused, command)
                case SeveralProducts():
                    return products_message(self._words, refused, command)
        explained = refused if isinstance(refused, LinkRefused) else None
        findings = finding_lines(self._words, explained.findings) if explained else ()
        disagreement = explained.disagreement if explained else None
        return self._words.message(
            "refusal",
            sentence=self._words.markup("refusals", refused.code, refused.facts),
            notification=self._words.refusal(refused),
            findings=findings,
            disagreement=disagreement_line(self._words, disagreement),
            stripe_said=refused.stripe_said,
            buttons=[
                *(self._choices(refused) or (self._ways_on(refused, command) if command else ())),
                *details_button(self._words, [each.detail for each in findings]),
            ],
        )

    def _choices(self, refused: Refused) -> list[Button]:
        """Return what may have been meant, each as the whole command, or taking an alert over."""
        if refused.code == "alert_taken":
            return [take_over_button(self._words, int(refused.facts["alert"] or 0))]
        lines = [each.line() for each in refused.choices] if isinstance(refused, Unclear) else []
        return [
            Button(f"choice-{place}", line, line)
            for place, line in enumerate(lines)
            if len(line) <= LONGEST_VALUE
        ]

    def _ways_on(self, refused: Refused, command: Command) -> list[Button]:
        if refused.facts.get("retry") is True:
            return [button(self._words, "again", command.line())]
        if refused.code in NO_LOGIN_LINK and command.verb.name == "email":
            whom = str(refused.facts.get("customer") or command.subject)
            return [
                verb_button(self._words, "home", whom),
                button(self._words, "email_personal", f"email {whom} recover:{PERSONAL}"),
            ]
        if not isinstance(refused, LinkRefused):
            return []
        # A link verb is what `why` calls the action, where it has a name for it.
        aim = command.verb.name if command.verb.name in ACTIONS_OF_WHY else None
        why = button(self._words, "why", command.line(verb="why", target=aim))
        if refused.code != "portal_rule":
            return [why]
        return [why, button(self._words, "anyway", f"{command.line()} {ANYWAY}")]

    def said(self, refused: Refused) -> str:
        """Return why something was refused, as markup for a window."""
        return self._words.markup("refusals", refused.code, refused.facts)

    def failure(self, reference: str) -> Message:
        """Return the message about a mistake of ours, which the log has under the reference."""
        return self._words.message("failure", reference=reference)

    def plainly(self, refused: Refused) -> str:
        """Return why something was refused, for where Slack reads no markup."""
        return self._words.refusal(refused)

    def signed(self, message: Message, reference: str) -> Message:
        """Return the message with the reference that its log lines have, to pass on when it is wrong."""
        if not message.blocks or not reference or reference in str(message.blocks):
            return message
        said = self._words.markup("answers", "reference", {"reference": reference})
        element = {"type": "mrkdwn", "text": str(said), "verbatim": True}
        *before, last = message.blocks
        if last["type"] == "context" and len(last["elements"]) < MOST_ELEMENTS:
            return replace(message, blocks=[*before, {**last, "elements": [*last["elements"], element]}])
        if len(message.blocks) == MOST_BLOCKS:
            return message
        return replace(message, blocks=[*message.blocks, {"type": "context", "elements": [element]}])

    def help(self) -> Message:
        """Return the list of commands."""
        return self._words.message("help", **self._help())

    def home(self, recent: History, alerts: AlertList | None = None) -> dict[str, Any]:
        """Return the view of the App Home: `recent` customers, and open `alerts` for whoever may see them."""
        found = alert_list_context(self._words, alerts) if alerts else None
        return self._words.view(
            "home", recent=history_lines(self._words, recent), found=found, **self._help()
        )

    def _help(self) -> dict[str, object]:
        verbs = [
            {
                "name": verb.name,
                "arguments": verb.arguments,
                "summary": self._words.sentence("verbs", verb.name),
            }
            for verb in VERBS
        ]
        shortcut = self._words.sentence("manifest", "shortcut")
        return {"command": self._command, "verbs": verbs, "shortcut": shortcut}

    def _checkup(self, result: Checkup) -> Message:
        checks = [
            {
                "mark": self._words.sentence("marks", MARKS[check.result]),
                "title": self._words.sentence("checks", check.name, part="title"),
                "detail": self._words.markup("checks", check.name, check.facts, part=check.outcome),
                "mend": mend_of(self._words, check),
                "broken": check.result == "broken",
            }
            for check in result.checks
        ]
        counted = {name: sum(c.result == name for c in result.checks) for name in MARKS}
        summary = self._words.sentence("summaries", "checkup", counted)
        return self._words.message("doctor", summary=summary, checks=checks)
