"""Arguments and options that several commands have."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else on stdout.")]
# Without words the command itself answers what is missing, as JSON when that was asked for; typer would not.
Typed = Annotated[
    list[str],
    typer.Argument(help="What you would type in Slack.", show_default=False, default_factory=list),
]
