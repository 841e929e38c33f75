"""Handles the global shortcut: from anywhere, also on a phone, to a customer without knowing a command."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from cachetools import TTLCache
from slack_bolt.async_app import AsyncAck

from bot.commands.command import Command
from bot.commands.verbs import BY_NAME
from bot.errors import NotAllowed, Refused
from bot.guarded import Failed, guarded
from bot.handlers.boundary import Acknowledged
from bot.handlers.command_runner import CommandRunner
from bot.handlers.requesters import Requesters
from bot.handlers.shortcut import CARD, OFFERED, chosen_command
from bot.logs import get_log
from bot.replies.billing_help import help_view, suggestion_options
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.use_cases.dispatcher import Dispatcher
from bot.use_cases.results import CustomerCard
from bot.use_cases.suggestions import CustomerSuggestions
from bot.words import Message, Words

CUSTOMER, VERB, REASON = "customer", "verb", "reason"
MOST_WINDOWS, KEPT_SECONDS = 500, 60
"""In how many windows it is remembered who was chosen last, and for how long: until the card is there."""

_log = get_log(__name__)


@dataclass(slots=True)
class _Choice:
    """Who was chosen last in a window; it is changed by one choice after the other, in `turns`."""

    who: str = ""
    turns: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(eq=False, repr=False)
class BillingHelp:
    """Handles the window that the shortcut opens, with a field that searches as somebody types."""

    runner: CommandRunner
    dispatcher: Dispatcher
    suggestions: CustomerSuggestions
    requesters: Requesters
    views: Views
    words: Words
    _choices: TTLCache[str, _Choice] = field(default_factory=lambda: TTLCache(MOST_WINDOWS, KEPT_SECONDS))

    async def open(self, request: SlackRequest) -> Message | None:
        """Open the window. Nothing is looked up before, since a trigger is valid for three seconds."""
        await self.views.open(request, help_view(self.words, OFFERED))
        return None

    async def suggest(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Answer with the customers that fit what was typed so far; no letter typed earns a message."""
        found = await guarded(lambda: self._fitting(request), _log)
        return Acknowledged(await ack(options=[] if isinstance(found, Failed) else found))

    async def _fitting(self, request: SlackRequest) -> list[dict[str, Any]]:
        try:
            found = await self.suggestions.matching(request.text, self.requesters.person(request))
        except NotAllowed:
            return []
        options: list[dict[str, Any]] = suggestion_options(self.words, found, request.text)["options"]
        return options

    async def choose(self, request: SlackRequest) -> Message | None:
        """Show who was chosen, and offer what the portal lets this customer do."""
        view, who = request.place.view, request.text
        if not view:
            return None
        choice = self._choices[view] = self._choices.get(view) or _Choice()
        choice.who = who
        if not who:
            return None
        person = self.requesters.person(request)
        try:
            card = await self.dispatcher.do(Command(BY_NAME[""], who), person)
        except Refused as refused:
            shown = help_view(self.words, OFFERED, refused=refused)
        else:
            assert isinstance(card, CustomerCard)  # noqa: S101 (what the bare command answers)
            shown = help_view(self.words, OFFERED, card=card)
        async with choice.turns:
            # Two choices are looked up side by side: the one that takes longer need not be the newest.
            if choice.who == who:
                await self.views.update(view, shown)
        return None

    async def submit(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Do what was chosen and show the answer in the window. Raises BadUsage."""
        who = request.fields.get(CUSTOMER, "")
        if not who:
            missing = self.words.sentence("refusals", "who_missing_in_window")
            return Acknowledged(await ack(response_action="errors", errors={CUSTOMER: missing}))
        # The block of the menu is named after the customer, so that Slack forgets the choice for another.
        verb = next((each for block, each in request.fields.items() if block.startswith(VERB)), CARD)
        command = chosen_command(verb, who, request.fields.get(REASON, ""))
        response = await ack(response_action="update", view=self.words.view("answer_window"))
        return Acknowledged(response, lambda asked: self.runner.run(asked, command))
