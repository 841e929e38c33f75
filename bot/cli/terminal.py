"""Runs commands at a terminal, and prints their answers as sentences or as JSON."""

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import typer

from bot.check import Checkup
from bot.commands.command import Command
from bot.commands.reading import read_words
from bot.commands.verbs import BY_NAME
from bot.errors import Refused
from bot.logs import configure_logs
from bot.portal.candidates import Ambiguous, Candidate, NobodyButNear, SeveralSubscriptions
from bot.portal.found import Found
from bot.portal.identifiers import read_pasted
from bot.portal.object_ids import Kind
from bot.portal.products.product_lookup import SeveralProducts
from bot.portal.rules import Finding
from bot.process.dispatching import make_dispatcher
from bot.process.services import Services, now, open_services
from bot.process.stripe_share import sharing_stripe
from bot.replies.finding import explanation, finding_reports
from bot.replies.mend import mend_of
from bot.settings import Purpose, Settings, SettingsError, load_settings
from bot.store.migrate import migrate
from bot.use_cases.context import CommandContext
from bot.use_cases.person import Person, at_the_terminal
from bot.use_cases.results import LinkRefused
from bot.words import Words

Answer = TypeVar("Answer")
Find = Callable[[CommandContext], Awaitable[Found]]


class Terminal:
    """Prints answers.

    As a context manager it prints a Refused or SettingsError that leaves the block, and exits with its code.
    """

    def __init__(self, as_json: bool) -> None:
        """With `as_json`, print nothing but JSON on stdout."""
        self._as_json = as_json
        self._words = Words()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, SettingsError):
            self._complain({"code": "wrong_settings", "message": str(error), "findings": []}, str(error))
            raise typer.Exit(2) from None
        if isinstance(error, Refused):
            self._complain(self._error(error), self._said(error))
            raise typer.Exit(error.exit_code) from None

    @property
    def words(self) -> Words:
        """Return the texts of `messages/`."""
        return self._words

    def print_json(self, value: object) -> None:
        """Print one JSON value on stdout."""
        typer.echo(json.dumps(value, ensure_ascii=False))

    def say(self, key: str, facts: Mapping[str, object], *, to_stderr: bool = False) -> None:
        """Print a sentence of `messages/terminal.yaml` on stdout, or beside what stdout is kept for."""
        typer.echo(self._words.sentence("terminal", key, facts), err=to_stderr)

    def read(self, words: Sequence[str]) -> Command:
        """Read a command, and say on stderr which verb was taken for a phrase. Raises Refused."""
        command = read_words(words)
        if command.phrase:
            facts = {"phrase": command.phrase, "verb": command.verb.name}
            typer.echo(self._words.sentence("terminal", "read_as", facts), err=True)
        return command

    def show_checkup(self, checkup: Checkup) -> None:
        """Print the result of the self-check: each check, what mends it, and at the end what is not set."""
        mends = {each.name: mend_of(self._words, each) for each in checkup.checks}
        if self._as_json:
            checks = [
                {"name": each.name, "result": each.result, "outcome": each.outcome, **each.facts}
                | ({"settings": mend.settings, "page": mend.page} if (mend := mends[each.name]) else {})
                for each in checkup.checks
            ]
            self.print_json({"broken": checkup.broken, "checks": checks})
            return
        for check in checkup.checks:
            facts = {
                "result": check.result,
                "title": self._words.sentence("checks", check.name, part="title"),
                "detail": self._words.sentence("checks", check.name, check.facts, part=check.outcome),
            }
            self.say("check", facts)
            if mend := mends[check.name]:
                self.say("mend", {"settings": mend.settings, "page": mend.page})
        missing = [mend.settings for each in checkup.not_set if (mend := mends[each.name])]
        if missing:
            self.say("missing", {"names": missing})

    def say_findings(self, findings: Iterable[Finding]) -> None:
        """Print what the rules have found, a line each."""
        for each in findings:
            text, remedy = explanation(self._words, each)
            facts = {"severity": each.severity, "text": text, "remedy": remedy, "rule": each.rule}
            self.say("why_finding", facts)

    def _complain(self, error: Mapping[str, object], sentence: str) -> None:
        if self._as_json:
            self.print_json({"error": error})
        else:
            typer.echo(sentence, err=True)

    def _said(self, refused: Refused) -> str:
        lines = [str(self._words.refusal(refused))]
        if isinstance(refused, NobodyButNear):
            lines = [
                str(self._words.sentence("choices", "near", {"email": None, "name": None, **refused.facts}))
            ]
        if isinstance(refused, LinkRefused):
            for finding in refused.findings:
                text, remedy = explanation(self._words, finding)
                lines.append(f"- {text} {remedy}".rstrip())
        if refused.stripe_said:
            lines.append(f"Stripe says: {refused.stripe_said}")
        if isinstance(refused, Ambiguous | NobodyButNear):
            lines += [
                f"- {each.customer} {each.name or ''} {each.email or ''}" for each in refused.candidates
            ]
        if isinstance(refused, SeveralProducts):
            lines += [f"- {each.id} {each.name or ''}" for each in refused.candidates]
        return "\n".join(lines)

    def _error(self, refused: Refused) -> dict[str, Any]:
        message = str(self._words.refusal(refused))
        if refused.stripe_said:
            message = f"{message} Stripe says: {refused.stripe_said}"
        error: dict[str, Any] = {"code": refused.code, "message": message}
        if isinstance(refused, Ambiguous):
            error["candidates"] = _customers(refused.candidates)
            return error
        if isinstance(refused, NobodyButNear):
            error["did_you_mean"] = _customers(refused.candidates)
        if isinstance(refused, SeveralProducts):
            candidates = [
                {"product": each.id, "name": each.name, "created": each.created}
                for each in refused.candidates
            ]
            return {"code": "ambiguous", "message": message, "candidates": candidates}
        findings = refused.findings if isinstance(refused, LinkRefused) else ()
        error["findings"] = finding_reports(self._words, findings)
        if isinstance(refused, SeveralSubscriptions):
            error["candidates"] = [
                {"subscription": each.id, "created": each.created} for each in refused.candidates
            ]
        return error


def _customers(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    return [{"customer": each.customer, "email": each.email, "created": each.created} for each in candidates]


def terminal_person() -> Person:
    """Return the person who runs the command, by their name in the operating system."""
    return at_the_terminal(getpass.getuser(), now())


async def customer_id(who: str, find: Find) -> str:
    """Return the id of the customer who was typed. Given an id, nobody is looked up. Raises Refused."""
    pasted = read_pasted(who)
    if pasted.kind is Kind.CUSTOMER:
        return pasted.value
    return (await find(CommandContext(Command(BY_NAME["history"], who), terminal_person()))).customer.id


def run(work: Awaitable[Answer]) -> Answer:
    """Run asynchronous work to its end, and return its result."""

    async def main() -> Answer:
        return await work

    return asyncio.run(main())


def run_command(command: Command, kind: type[Answer]) -> Answer:
    """Do a command with services of its own, and return its result, which is of that kind.

    Raises Refused or SettingsError.
    """
    result = run(with_services(lambda services: make_dispatcher(services).do(command, terminal_person())))
    assert isinstance(result, kind)  # noqa: S101 (each verb has one kind of answer)
    return result


async def with_services(work: Callable[[Services], Awaitable[Answer]]) -> Answer:
    """Do one piece of work with services that are closed after it. With SQLite the tables are made first."""
    settings = prepare_settings(Purpose.ASK_STRIPE)
    async with open_services(settings, remembers=False) as services, sharing_stripe(services):
        return await work(services)


def prepare_settings(require: Purpose) -> Settings:
    """Load the settings and set up logging; with SQLite make the tables. Raises SettingsError."""
    settings = load_quietly(require)
    if settings.uses_sqlite:
        migrate(settings.database_url.get_secret_value())
    return settings


def load_quietly(require: Purpose) -> Settings:
    """Load the settings and set up logging, and change nothing. Raises SettingsError."""
    settings = load_settings(require=require)
    # Somebody waits for an answer, and log lines about normal work would only stand before it.
    level = settings.log_level if "log_level" in settings.model_fields_set else "WARNING"
    configure_logs(level, settings.log_format)
    return settings
