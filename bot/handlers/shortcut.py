"""Handles the message shortcut: commands for threads, where Slack runs no slash commands."""

from dataclasses import replace

from slack_bolt.async_app import AsyncAck

from bot.commands.command import Command
from bot.commands.meant import meant_by
from bot.commands.reading import read_words
from bot.commands.verbs import LINK_VERBS
from bot.handlers.boundary import Acknowledged
from bot.handlers.command_runner import CommandRunner
from bot.handlers.requests import ModalMetadata, modal_metadata
from bot.portal.identifiers import find_references
from bot.replies.billing_help import verb_choices
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.words import Message, Words

OFFERED = ("", *(verb.name for verb in LINK_VERBS if not verb.takes_target), "invoices", "why")
CARD = "card"
"""The value of the option for the verb without a name: Slack wants each option to have a value."""
MOST_CHOICES = 10


class Shortcut:
    """Handles the shortcut "Billing help" on a message, and the modal it opens."""

    def __init__(self, runner: CommandRunner, views: Views, words: Words) -> None:
        self._runner = runner
        self._views = views
        self._words = words

    async def open(self, request: SlackRequest) -> Message | None:
        """Open the modal with the ids and mail addresses that the message names.

        Nothing is looked up before it opens, since a trigger is valid for three seconds.
        """
        found = [each.value for each in find_references(request.text)[:MOST_CHOICES]]
        meant = meant_by(request.text, OFFERED)
        ordered = sorted(OFFERED, key=lambda verb: meant is None or verb != meant.verb)
        metadata = ModalMetadata.of(request, references=found)
        view = self._words.view(
            "shortcut",
            metadata=metadata.write(),
            references=found,
            verbs=verb_choices(self._words, ordered),
            quote=meant.quote if meant else "",
        )
        await self._views.open(request, view)
        return None

    async def submit(self, ack: AsyncAck, request: SlackRequest) -> Acknowledged:
        """Close the modal and answer, or show in it what is missing. Raises BadUsage, Unavailable.

        Any command can be typed in it, also one that changes what is kept.
        """
        if not _who(request):
            missing = self._words.sentence("refusals", "who_missing_in_window")
            return Acknowledged(await ack(response_action="errors", errors={"typed": missing}))
        command = _command(request)
        # From here on it is as if the command had been typed: what is kept of it is its line.
        typed = replace(request, text=command.line())
        received = await self._runner.receive(ack, typed, command)
        work = received.work
        return received if work is None else replace(received, work=lambda _: work(typed))


def _command(request: SlackRequest) -> Command:
    return chosen_command(request.fields.get("verb", CARD), _who(request), request.fields.get("reason", ""))


def chosen_command(verb: str, who: str, reason: str) -> Command:
    """Return the command that was put together in a modal. Raises BadUsage."""
    words = [] if verb == CARD else [verb]
    words += who.split()
    reason = " ".join(reason.split())
    if reason and verb not in {"why", "invoices"}:
        words.append(f"for:{reason}")
    return read_words(words)


def _who(request: SlackRequest) -> str:
    typed = request.fields.get("typed", "").strip()
    if typed:
        return typed
    references = modal_metadata(request).references
    chosen = request.fields.get("found", "")
    return references[int(chosen)] if chosen.isdigit() and int(chosen) < len(references) else ""
