"""The commands of whoever runs the bot: settings, tables, a backup and back, an export, an erasure."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import AsJson, Typed
from bot.cli.terminal import Terminal, load_quietly, run
from bot.errors import BadUsage
from bot.logs import configure_logs
from bot.settings import Purpose, load_settings

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
    as_json: AsJson = False,
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


@operator_cli.command()
def migrate() -> None:
    """Create or upgrade the tables. Safe to run twice, and at the same time."""
    from bot.engine.migrate import migrate_jobs
    from bot.store.migrate import migrate as migrate_tables
    from bot.store.migrations import HEAD

    with Terminal(as_json=False) as terminal:
        settings = load_settings(require=Purpose.USE_DATABASE)
        configure_logs(settings.log_level, settings.log_format)
        ours = migrate_tables(settings.database_url.get_secret_value())
        if ours:
            migrate_jobs(settings.database_url.get_secret_value())
        terminal.say("migrated" if ours else "tables_newer", {"revision": HEAD})


@operator_cli.command(context_settings={"ignore_unknown_options": True})
def forget(
    words: Typed,
    keep_messages: Annotated[
        bool, typer.Option("--keep-messages", help="Leave what was posted in Slack where it is.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Erase one customer: events, alerts, mails, job inputs, Slack messages; audit lines lose the person."""
    from bot.cli.forget import forget as erase

    with Terminal(as_json) as terminal:
        # A word too many is refused here as everywhere, before anything is erased.
        who = terminal.read(["history", *words]).subject
        forgotten = run(erase(who, keep_messages=keep_messages))
        if as_json:
            terminal.print_json(asdict(forgotten))
        else:
            terminal.say("forgotten", {"forgotten": forgotten})


@operator_cli.command()
def export(
    since: Annotated[
        str, typer.Option(help="Only what was made or changed since: a day, a time (UTC), or Unix seconds.")
    ] = "",
    after: Annotated[
        str, typer.Option(help="Go on after this line: its table and id, as in audit:120.")
    ] = "",
) -> None:
    """Print events, alerts, mails and audit trail as JSON lines, each with `table` and `id`."""
    from bot.cli.history import export as export_all

    with Terminal(as_json=True):
        run(export_all(partial(typer.echo, nl=False), since, after))
