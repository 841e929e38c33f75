"""The one error that a wrong or missing setting ends in."""

from collections.abc import Iterable

from bot.errors import BadUsage


class SettingsError(BadUsage):
    """Every wrong or missing setting at once, one line each, `NAME: what is wrong and what is expected`.

    The lines never hold a value: they end up on terminals and in platform logs.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Keep the lines in the order given."""
        self.lines = tuple(lines)
        super().__init__("wrong_settings", lines="\n".join(self.lines))

    def __str__(self) -> str:
        return "\n".join(self.lines)
