"""`portalbot config`: the portal's settings, changing them, and comparing them with a file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from dotenv import dotenv_values

from bot.cli.terminal import Terminal, run, terminal_person, with_services
from bot.errors import BadUsage
from bot.portal.configurations import Configurations
from bot.portal.configuring.file import Deviation, deviations, read_toml, write_toml
from bot.portal.configuring.table import Settings
from bot.portal.listed_prices import ListedPrices
from bot.portal.models import Configuration
from bot.portal.stripe_access import StripeGateway, is_live_key
from bot.process.services import Services
from bot.replies.configuration_changes import change_lines, setting_lines
from bot.replies.finding import finding_reports
from bot.use_cases.configuration_changes import Proposal
from bot.use_cases.results import ConfigurationView
from bot.words import Words

LARGEST_FILE = 1_000_000
"""Bytes of a settings file; a hundred configurations have a fraction of that."""


class NotConfirmed(BadUsage):
    """Somebody was asked, and did not say yes."""

    exit_code = 1


def show_configurations(terminal: Terminal, asked: str, *, as_json: bool, as_toml: bool) -> None:
    """Print the configurations that `asked` names, or all of them. Raises Refused or SettingsError."""

    async def work(services: Services) -> tuple[ConfigurationView, ...]:
        return await services.configurations.every(asked)

    views = run(with_services(work))
    if as_toml:
        typer.echo(write_toml([view.configuration for view in views]), nl=False)
    elif as_json:
        terminal.print_json([configuration_report(terminal.words, view) for view in views])
    else:
        for view in views:
            _say_configuration(terminal, view)


def configuration_report(words: Words, view: ConfigurationView) -> dict[str, Any]:
    """Return one entry of what `config --json` prints: every setting under its path, and what is found."""
    configuration = view.configuration
    return {
        "configuration": configuration.id,
        "id": configuration.id,
        **configuration.settings,
        "is_default": configuration.is_default,
        "livemode": configuration.livemode,
        "updated": configuration.updated,
        "login_page_url": configuration.login_page.url,
        "findings": finding_reports(words, view.findings),
    }


def _say_configuration(terminal: Terminal, view: ConfigurationView) -> None:
    terminal.say("configuration", {"each": view.configuration})
    for line in setting_lines(terminal.words, view.configuration.settings):
        terminal.say("configuration_setting", {"line": line})
    terminal.say_findings(view.findings)


def set_settings(terminal: Terminal, words: Sequence[str], *, sure: bool, as_json: bool) -> None:
    """Change settings of one configuration, after showing the difference and asking. Raises Refused."""
    if len(words) < 2:
        raise BadUsage("config_set_usage")
    person = terminal_person()

    async def work(services: Services) -> tuple[Proposal, Settings]:
        await services.change_requests.sweep()  # what a command that was killed left to be found out
        proposal = await services.change_commands.propose(words[0], words[1:], person)
        _say_difference(terminal, proposal, to_stderr=as_json)
        used_by = await services.change_requests.usage.of(proposal)
        if used_by is not None:
            terminal.say("configuration_used_by", {"used_by": used_by}, to_stderr=as_json)
        if not proposal.lines:
            return proposal, {}
        if not sure and not _agreed(terminal):
            raise NotConfirmed("change_not_confirmed")
        return proposal, (await services.changes.change(proposal, person)).after

    proposal, after = run(with_services(work))
    configuration = proposal.configuration
    if as_json:
        before = proposal.before
        terminal.print_json(
            {"configuration": configuration.id, "before": before, "after": {**before, **after}}
        )
    elif proposal.lines:
        terminal.say("configuration_changed", {"each": configuration})


def _say_difference(terminal: Terminal, proposal: Proposal, *, to_stderr: bool) -> None:
    configuration = proposal.configuration
    key = "configuration_difference" if proposal.lines else "configuration_same"
    terminal.say(key, {"each": configuration}, to_stderr=to_stderr)
    for line in change_lines(terminal.words, proposal.lines):
        terminal.say("configuration_line", {"line": line}, to_stderr=to_stderr)


def _agreed(terminal: Terminal) -> bool:
    try:
        return typer.confirm(terminal.words.sentence("terminal", "configuration_confirm"), err=True)
    except typer.Abort:
        return False


def check_file(terminal: Terminal, file: Path, against: str, *, as_json: bool) -> None:
    """Compare a settings file with the configurations there are; exit 1 when they differ. Raises Refused."""
    kept = read_toml(_text_of(file))

    async def work(services: Services) -> tuple[Deviation, ...]:
        account = services.account
        if not against:
            return deviations(kept, await account.configurations.every())
        api_base = services.settings.stripe_api_base
        other = StripeGateway.open(_other_key(against), api_base=api_base)
        try:
            present = await Configurations(other, kept_seconds=0).every()
            here = await account.configurations.every()
            return deviations(
                kept,
                present,
                file_prices=await _prices(account.prices, here),
                present_prices=await _prices(ListedPrices(other, kept_seconds=0), present),
            )
        finally:
            await other.aclose()

    found = run(with_services(work))
    if as_json:
        terminal.print_json([_deviation_report(each) for each in found])
    else:
        _say_deviations(terminal, found)
    raise typer.Exit(1 if found else 0)


async def _prices(prices: ListedPrices, configurations: Sequence[Configuration]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for each in configurations:
        known.update(await prices.of(each))
    return known


def _other_key(against: str) -> str:
    """Return the key of another mode or account: STRIPE_API_KEY_<NAME>. Raises BadUsage."""
    name = f"STRIPE_API_KEY_{against.upper().replace('-', '_')}"
    key = {**dotenv_values(".env"), **os.environ}.get(name) or ""
    if not key.startswith(("rk_", "sk_")) or (against == "live") > is_live_key(key):
        raise BadUsage("other_key_missing", name=name)
    return key


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise BadUsage("configuration_file_unreadable", file=file.name)
        return content.decode()
    except (OSError, UnicodeDecodeError):
        raise BadUsage("configuration_file_unreadable", file=file.name) from None


def _deviation_report(deviation: Deviation) -> dict[str, Any]:
    return {
        "configuration": deviation.configuration.id if deviation.configuration else None,
        "name": deviation.kept.label,
        "file": {line.path: line.before for line in deviation.lines},
        "stripe": {line.path: line.after for line in deviation.lines},
    }


def _say_deviations(terminal: Terminal, found: Sequence[Deviation]) -> None:
    if not found:
        terminal.say("configuration_as_in_file", {})
    for each in found:
        terminal.say("configuration_deviates", {"name": each.kept.label, "found": each.configuration})
        for line in change_lines(terminal.words, each.lines):
            terminal.say("configuration_line", {"line": line})
