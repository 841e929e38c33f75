"""What Slack's command line asks of a repository: a manifest on stdout, and a program to start."""

import json
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import cli

HOOKS = json.loads((Path(__file__).parents[2] / ".slack" / "hooks.json").read_text())["hooks"]


def test_the_hook_for_the_manifest_prints_nothing_else() -> None:
    program, *arguments = HOOKS["get-manifest"].split()
    assert program == ".venv/bin/portalbot"
    ran = CliRunner().invoke(cli, arguments)
    assert ran.exit_code == 0
    made = json.loads(ran.stdout)
    assert made["settings"]["socket_mode_enabled"] is True


def test_the_hook_that_starts_names_a_command_there_is() -> None:
    program, command = HOOKS["start"].split()
    assert program == ".venv/bin/portalbot"
    assert CliRunner().invoke(cli, [command, "--help"]).exit_code == 0
