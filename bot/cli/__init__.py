"""The command line: the same use cases as in Slack, for people and programs at a terminal.

With `--json` stdout holds the JSON and nothing else; logs go to stderr. Exit codes: 0 answered, 1 refused or
broken, 2 a usage or settings error.
"""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli.config_commands import config_cli
from bot.cli.operator import operator_cli
from bot.cli.options import AsJson, Typed
from bot.cli.terminal import Terminal, run, run_command, with_services
from bot.commands.verbs import BY_NAME, LINK_VERBS
from bot.errors import BadUsage
from bot.logs import configure_logs
from bot.settings import Purpose, SettingsError, load_settings

cli = typer.Typer(
    name="portalbot",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

alerts_cli = typer.Typer(help="Try alert rules.", no_args_is_help=True)
cli.add_typer(alerts_cli, name="alerts")
cli.add_typer(operator_cli)  # without a name: its commands stand beside the others
cli.add_typer(config_cli, name="config")


def _show_version(wanted: bool) -> None:
    if wanted:
        from bot.cli.version import read_commit, read_version

        Terminal(as_json=False).say("version", {"version": read_version(), "commit": read_commit()})
        raise typer.Exit


@cli.callback()
def portalbot(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and the commit.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Stripe customer-portal links and honest explanations, for your own team."""


def main() -> None:
    """Run `portalbot` or `python -m bot`."""
    cli()


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page in the browser.", max=65_535)] = 4242,
    host: Annotated[str, typer.Option(help="Where the page listens: this machine only.")] = "127.0.0.1",
    account: Annotated[
        Literal["fresh", "unfinished"] | None,
        typer.Option(help="A Stripe account that is yet to be set up, to try `setup`."),
    ] = None,
    socket_mode: Annotated[bool, typer.Option(help="Slack reaches the bot through Socket Mode.")] = False,
) -> None:
    """Start everything on this machine, without any account: Stripe, Slack and mailbox are stand-ins."""
    from bot.cli.demo import run_demo

    configure_logs("WARNING", "console")
    raise typer.Exit(asyncio.run(run_demo(port, host, account, socket_mode=socket_mode)))


@cli.command()
def serve() -> None:
    """Serve Slack and Stripe on $HOST:$PORT; with SQLite the worker's jobs too."""
    from bot.process.server import run_server

    with Terminal(as_json=False):
        settings = load_settings(require=Purpose.SERVE)
        configure_logs(settings.log_level, settings.log_format)
        asyncio.run(run_server(settings))


@cli.command()
def worker() -> None:
    """Run the jobs that need no web server (PostgreSQL only; with SQLite `serve` does them)."""
    from bot.process.worker import run_worker

    with Terminal(as_json=False):
        settings = load_settings(require=Purpose.WORK)
        configure_logs(settings.log_level, settings.log_format)
        if settings.uses_sqlite:
            raise BadUsage("worker_needs_postgresql")
        asyncio.run(run_worker(settings))


@cli.command()
def manifest(
    url: Annotated[
        str | None, typer.Option(help="Where the web process is reached, https://…; not with --socket-mode.")
    ] = None,
    socket_mode: Annotated[bool, typer.Option(help="For an app that uses SLACK_APP_TOKEN.")] = False,
) -> None:
    """Print the Slack app manifest."""
    from bot.slack.manifest import make_manifest
    from bot.words import Words

    with Terminal(as_json=False):
        settings = load_settings(require=Purpose.USE_DATABASE)
        made = make_manifest(
            Words(),
            base_url=None if socket_mode else url or "",
            command=settings.slack_command,
            keeps_group=settings.portalbot_config.rotation.user_group is not None,
        )
        typer.echo(json.dumps(made, indent=2, ensure_ascii=False))


@cli.command(context_settings={"ignore_unknown_options": True})
def link(verb: str, words: Typed, as_json: AsJson = False) -> None:
    """Make a portal link: `link cancel sub_… for:"ticket 42"`."""
    from bot.portal.links import link_json
    from bot.use_cases.results import LinkMade

    with Terminal(as_json) as terminal:
        named = BY_NAME.get(verb)
        command = terminal.read([verb, *words]) if named is None or named in LINK_VERBS else None
        if command is None or command.verb not in LINK_VERBS:
            raise BadUsage("unknown_link_verb", verb=verb, known=", ".join(each.name for each in LINK_VERBS))
        made = run_command(command, LinkMade)
        if as_json:
            terminal.print_json(link_json(made.link))
        else:
            typer.echo(made.link.url.reveal())
            terminal.say("made_link", {"made": made})


@cli.command(context_settings={"ignore_unknown_options": True})
def why(
    words: Typed,
    ask_stripe: Annotated[
        bool, typer.Option("--ask-stripe", help="Make the link too, and compare what Stripe says.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Explain what the portal lets a customer do, and why not: `why sub_… update`."""
    from bot.cli.why import print_why

    with Terminal(as_json) as terminal:
        print_why(terminal, words, as_json=as_json, ask_stripe=ask_stripe)


@cli.command()
def invoices(words: Typed, as_json: AsJson = False) -> None:
    """Print the last invoices, newest first; one that is named stands before them."""
    from bot.cli.invoices import print_invoices

    with Terminal(as_json) as terminal:
        print_invoices(terminal, words, as_json=as_json)


@cli.command()
def passcode(words: Typed, as_json: AsJson = False) -> None:
    """Explain why the login page's passcode does not arrive: `passcode jenny@example.com`."""
    from bot.cli.why import print_passcode

    with Terminal(as_json) as terminal:
        print_passcode(terminal, words, as_json=as_json)


@cli.command()
def setup(
    words: Annotated[list[str] | None, typer.Argument(help="Which configuration, by id or name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Go through the portal's set-up, step by step; exit 1 when something is missing."""
    from bot.cli.setup import print_setup

    with Terminal(as_json) as terminal:
        print_setup(terminal, words or [], as_json=as_json)


@cli.command()
def product(words: Typed, as_json: AsJson = False) -> None:
    """Show what customers see of a product, and which of its prices the portal offers: `product Team`."""
    from bot.cli.product import print_product

    with Terminal(as_json) as terminal:
        print_product(terminal, words, as_json=as_json)


@cli.command()
def history(
    words: Annotated[list[str] | None, typer.Argument(help="Whose, as you would type it in Slack.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print who asked for what, newest first."""
    from bot.cli.history import read_history
    from bot.store.audit import history_json

    with Terminal(as_json) as terminal:
        entries = run(read_history(terminal.read(["history", *(words or [])]).subject))
        if as_json:
            terminal.print_json(history_json(entries))
        else:
            for entry in entries:
                terminal.say("history_line", {"entry": entry})


@cli.command()
def doctor(as_json: AsJson = False) -> None:
    """Check settings, tables, Stripe, Slack, mail and who is on call; exit 1 when something is broken."""
    from bot.portal.key_check import OPTIONAL_READS, PERMISSIONS, key_creation_address

    with Terminal(as_json) as terminal:
        try:
            settings = load_settings(require=Purpose.ASK_STRIPE)
        except SettingsError:
            load_settings(require=Purpose.SERVE)  # says at once what serving will need, too
            raise
        found = run(with_services(lambda services: services.doctor.examine()))
        terminal.show_checkup(found)
        if not as_json:
            address = key_creation_address(livemode=settings.livemode)
            facts = {"names": PERMISSIONS, "optional": tuple(OPTIONAL_READS), "address": address}
            terminal.say("permissions", facts)
        raise typer.Exit(1 if found.broken else 0)


@alerts_cli.command("test")
def alerts_test(
    files: Annotated[list[Path], typer.Argument(help="Stripe events as JSON, in the order they arrive.")],
    look_up: Annotated[
        bool,
        typer.Option("--look-up", help="Ask Stripe for names and the payment page, as a real alert does."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show which rule events fit, how urgent they are, and what the channel would read after the last.

    Stripe is asked with --look-up only; without it, ids stand where the event names nobody.
    """
    from bot.cli.alerts import test_events

    with Terminal(as_json) as terminal:
        settings = load_settings(require=Purpose.ASK_STRIPE if look_up else Purpose.USE_DATABASE)
        test_events(terminal, settings, files, as_json=as_json, look_up=look_up)


@cli.command("catch-up")
def catch_up(
    since: Annotated[
        int | None, typer.Option(help="Unix seconds; default: a little before the newest.")
    ] = None,
) -> None:
    """Fetch the events of Stripe that never arrived here."""
    from bot.cli.alerts import catch_up as fetch_missed

    with Terminal(as_json=False) as terminal:
        terminal.say("caught_up", {"count": run(fetch_missed(since))})
