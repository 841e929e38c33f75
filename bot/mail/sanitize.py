"""Texts of strangers on their way into a mail: names, notes, reasons."""

import re

from bot.visible import JOINERS, visible

LONGEST_NAME = 80
LONGEST_NOTE = 1000
"""Characters of an agent's note."""

_SPACES = re.compile(r"\s+")


def one_line(text: str | None, longest: int = LONGEST_NAME) -> str:
    """Return a name for a subject or a greeting: one visible line of at most `longest` characters."""
    line = _SPACES.sub(" ", visible(text or "", keep=JOINERS)).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def several_lines(text: str | None, longest: int = LONGEST_NOTE) -> str:
    """Return a note without unseen characters; line breaks stay, three in a row become two."""
    kept = visible((text or "").replace("\r\n", "\n").replace("\r", "\n"), keep="\n" + JOINERS)
    return re.sub(r"\n{3,}", "\n\n", kept).strip()[:longest]
