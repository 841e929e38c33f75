"""The error for wrong or missing settings."""

from collections.abc import Iterable

from bot.errors import BadUsage


class SettingsError(BadUsage):
    """All wrong and missing settings, one line each: `NAME: what is wrong; what is expected`.

    The lines never contain a value, since they are shown on terminals and in the logs of platforms.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("wrong_settings", lines="\n".join(self.lines))

    def __str__(self) -> str:
        return "\n".join(self.lines)
