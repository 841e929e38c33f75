"""The commands of whoever runs the bot: its settings, a backup and back, a look before an upgrade."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import Terminal, load_quietly, run
from bot.errors import BadUsage
from bot.logs import configure_logs
from bot.settings import Purpose

operator_cli = typer.Typer()


@operator_cli.command()
def init(
    folder: Annotated[Path, typer.Option(help="Where to write the files.")] = Path(),
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing: take what the environment has.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also when there is an .env; its values are kept.")
    ] = False,
    live: Annotated[
        bool | None, typer.Option("--live/--test", help="The mode of the Stripe key; else it is asked for.")
    ] = None,
) -> None:
    """Ask for what the bot needs, and write .env (for your eyes only) and a commented portalbot.toml."""
    from bot.cli.init import Init

    with Terminal(as_json=False) as terminal:
        Init(terminal.words, folder, asks=not no_input, replace=replace, live=live).run()


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


@operator_cli.command()
def upgrade(
    check: Annotated[bool, typer.Option("--check", help="Look, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else on stdout.")] = False,
) -> None:
    """Before a deploy: would this version work with settings, tables, key and Slack app? Exit 1 if not."""
    from bot.process.upgrade import check_upgrade

    with Terminal(as_json) as terminal:
        if not check:
            raise BadUsage("upgrade_only_checks")
        configure_logs("ERROR", "console")
        found = run(check_upgrade())
        terminal.show_checkup(found)
        raise typer.Exit(1 if found.broken else 0)
