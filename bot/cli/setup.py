"""`portalbot setup`: is the portal ready for customers, as JSON or as sentences."""

import json
import shlex
from collections.abc import Sequence

import typer

from bot.cli.terminal import Terminal, run_command
from bot.portal.configuring.repairs import Repair
from bot.replies.setup import setup_report, step_advice, step_title
from bot.use_cases.results import SetupSurvey


def print_setup(terminal: Terminal, words: Sequence[str], *, as_json: bool) -> None:
    """Answer `setup …`; exit 1 when a step is missing. Raises Refused or SettingsError."""
    found = run_command(terminal.read(["setup", *words]), SetupSurvey)
    if as_json:
        terminal.print_json(setup_report(terminal.words, found))
    else:
        terminal.say("setup", {"livemode": found.livemode, "configuration": found.configuration})
        for each in found.steps:
            repair = each.outcome.repair
            facts = {
                "result": str(each.result),
                "title": step_title(terminal.words, each),
                "advice": step_advice(terminal.words, each),
                "repair": _command(repair) if repair else "",
                "url": each.url,
            }
            terminal.say("setup_step", facts)
        terminal.say("setup_result", {"missing": found.missing})
    raise typer.Exit(1 if found.missing else 0)


def _command(repair: Repair) -> str:
    """The command that makes the repair, as a shell takes it."""
    settings = [f"{path}={_value(value)}" for path, value in repair.set.items()]
    return shlex.join(["portalbot", "config", "set", repair.configuration, *settings])


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
