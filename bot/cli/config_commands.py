"""The commands of `portalbot config`: show, set, check."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.cli.options import AsJson
from bot.cli.terminal import Terminal


class WithDefault(TyperGroup):
    """A group of commands in which `show` may be left out: `config` and `config bpc_…` show."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command first, wherever it was typed."""
        named = next((word for word in args if not word.startswith("-")), "")
        if named in self.commands:
            args.remove(named)
            args.insert(0, named)
        elif not set(args) & set(ctx.help_option_names):
            args.insert(0, "show")
        return super().parse_args(ctx, args)


config_cli = typer.Typer(help="Show, change and compare the portal's settings.", cls=WithDefault)


@config_cli.command("show")
def config_show(
    words: Annotated[list[str] | None, typer.Argument(help="Which, by id (bpc_…) or name.")] = None,
    as_toml: Annotated[bool, typer.Option("--toml", help="Print a file for `config check`.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the portal configurations with every setting; `show` may be left out."""
    from bot.cli.config import show_configurations

    with Terminal(as_json) as terminal:
        show_configurations(terminal, " ".join(words or []), as_json=as_json, as_toml=as_toml)


@config_cli.command("set")
def config_set(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Which configuration (bpc_…, a name, default), then path=value."),
    ] = None,
    sure: Annotated[bool, typer.Option("--yes", help="Change it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Change settings: `config set default features.subscription_cancel.mode=immediately`."""
    from bot.cli.config import set_settings

    with Terminal(as_json) as terminal:
        set_settings(terminal, words or [], sure=sure, as_json=as_json)


@config_cli.command("check")
def config_check(
    file: Annotated[Path, typer.Argument(help="A file that `config --toml` wrote.")],
    against: Annotated[
        str, typer.Option(help="Another mode or account: live reads its key from STRIPE_API_KEY_LIVE.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Compare the portal's settings with a file; exit 1 when they differ."""
    from bot.cli.config import check_file

    with Terminal(as_json) as terminal:
        check_file(terminal, file, against, as_json=as_json)
