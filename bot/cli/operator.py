"""The commands of whoever runs the bot: a backup, and back."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import Terminal, load_quietly
from bot.settings import Purpose

operator_cli = typer.Typer()


@operator_cli.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file; it is for its owner only.")]) -> None:
    """Copy everything the bot keeps into one file, while it runs."""
    from bot.process.backup import back_up
    from bot.process.services import now

    with Terminal(as_json=False) as terminal:
        settings = load_quietly(Purpose.USE_DATABASE)
        kept = back_up(settings.database_url.get_secret_value(), file, now())
        terminal.say("backed_up", {"file": str(file), "rows": kept.rows})


@operator_cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also when the database holds something; that is gone then.")
    ] = False,
) -> None:
    """Put a backup in the place of the database. Every process of the bot has to be stopped."""
    from bot.process.backup import restore as put_back
    from bot.process.services import now

    with Terminal(as_json=False) as terminal:
        settings = load_quietly(Purpose.USE_DATABASE)
        kept = put_back(settings.database_url.get_secret_value(), file, now(), replace=replace)
        terminal.say("restored", {"rows": kept.rows, "parked": kept.parked})
