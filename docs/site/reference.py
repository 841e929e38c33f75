"""Two pages that the code writes: every command, and every setting with its default."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typer.main import get_command

from bot.cli import cli
from bot.commands.verbs import VERBS
from bot.settings import Settings
from bot.settings.file import SettingsFile
from bot.words import Words


def commands_page() -> str:
    """Return the page of all commands, in Slack and at a terminal."""
    words = Words()
    verbs = (
        (f"`/portal {' '.join(filter(None, (each.name, each.arguments)))}`".replace("|", "\\|"),
         str(words.sentence("verbs", each.name)), each.role.value)
        for each in VERBS
    )  # fmt: skip
    return "\n".join([
        "# Every command\n\nWritten from the code.\n\n## In Slack\n",
        _table(("command", "gives", "for"), verbs),
        "\n## At a terminal\n",
        _table(("command", "does", "options"), _terminal("portalbot", get_command(cli))),
    ])  # fmt: skip


def _terminal(path: str, command: Any) -> Iterator[tuple[str, str, str]]:
    for name, each in command.commands.items():
        if hasattr(each, "commands"):
            yield from _terminal(f"{path} {name}", each)
            continue
        arguments = [f"<{p.name}>" for p in each.params if p.param_type_name == "argument"]
        options = [f"`{p.opts[0]}`" for p in each.params if p.param_type_name == "option"]
        does = (each.help or "").partition("\n\n")[0].replace("\n", " ").replace("|", "\\|")
        yield f"`{' '.join([path, name, *arguments])}`", does, " ".join(options)


def settings_page() -> str:
    """Return the page of all settings: names and defaults; docs/settings.md says what they mean."""
    variables = ((f"`{name.upper()}`", _default(field)) for name, field in Settings.model_fields.items())
    parts = [
        "# Every setting\n\nWritten from the code; [Settings](settings.md) says what they mean.\n",
        "## Variables\n",
        _table(("variable", "default"), variables),
    ]
    for section, field in SettingsFile.model_fields.items():
        if isinstance(field.default, BaseModel):
            keys = type(field.default).model_fields.items()
            table = _table(("key", "default"), ((f"`{key}`", _default(each)) for key, each in keys))
            parts += [f"\n## [{section}]\n", table]
        else:
            parts += [f"\n## [{section}]\n", "Names of your own; none by default."]
    return "\n".join(parts) + "\n"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined or value in (None, (), {}, "") or isinstance(value, BaseModel):
        return ""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return f"`{value}`".replace("|", "\\|")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = tuple(head)
    lines = [names, tuple("---" for _ in names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
