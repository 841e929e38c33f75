"""Texts of strangers on their way into a mail: names, notes, reasons."""

import re
import unicodedata

LONGEST_NAME = 80
LONGEST_NOTE = 1000
"""Characters of an agent's note."""

# Zero-width, direction-changing and other unseen characters. The joiner of emoji and Indic scripts stays.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_SPACES = re.compile(r"\s+")


def one_line(text: str | None, longest: int = LONGEST_NAME) -> str:
    """A name as it may stand in a subject or a greeting: one line, visible, not longer than `longest`."""
    line = _SPACES.sub(" ", _visible(text or "", breaks=False)).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def several_lines(text: str | None, longest: int = LONGEST_NOTE) -> str:
    """A note: its line breaks stay, three in a row become two."""
    kept = _visible((text or "").replace("\r\n", "\n").replace("\r", "\n"), breaks=True)
    return re.sub(r"\n{3,}", "\n\n", kept).strip()[:longest]


def _visible(text: str, *, breaks: bool) -> str:
    return "".join(
        character if (breaks and character == "\n") or not _is_control(character) else " "
        for character in _INVISIBLE.sub("", text)
    )


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
