"""A group of commands of which one may be left out."""

from typing import Any

from typer.core import TyperGroup


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
