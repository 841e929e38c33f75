"""Undo what Slack, mail programs and word processors do to a pasted value.

Slack sends links as `<https://…|label>`, addresses as `<mailto:a@b|a@b>`, and escapes `&`, `<` and `>`.
Copying adds zero-width characters, no-break spaces, curly quotes and the full stop of the sentence.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from bot.errors import BadUsage
from bot.visible import visible

# A Slack command holds far less; a megabyte is refused before anything looks at it.
LONGEST_PASTE: Final = 4_000

_SLACK_LINK: Final = re.compile(r"<(?P<target>[^<>|\s]{1,3000})(?:\|[^<>]{0,3000})?>")
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"))
_WRAPPING: Final = "\"'`“”„‟‘’‚‛«»‹›()[]{}<>*~|"
_TRAILING: Final = _WRAPPING + ".,;:!?…"


def plain(text: str) -> str:
    """Return what the person saw: links unwrapped, entities undone, invisible characters gone, one line.

    Raises `BadUsage` when nothing is left, or when it is too long to be something one would look up.
    """
    if len(text) > LONGEST_PASTE:
        raise BadUsage("paste_too_long", longest=LONGEST_PASTE)
    cleaned = " ".join(unwrapped(text).split())
    if not bare(cleaned):
        raise BadUsage("nothing_pasted")
    return cleaned


def unwrapped(text: str) -> str:
    """Undo Slack's wrapping and escaping and drop what cannot be seen; linear in the length of the text."""
    text = visible(text, keep="\n\t")
    text = _SLACK_LINK.sub(_link_target, text)
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return unicodedata.normalize("NFC", text)


def bare(text: str) -> str:
    """Strip quotes, brackets and the punctuation of the sentence around a value."""
    return text.strip().lstrip(_WRAPPING).rstrip(_TRAILING).strip()


def ascii_dashes(text: str) -> str:
    """Write every kind of hyphen as `-`, as in an invoice number copied from a PDF."""
    return text.translate(_DASHES)


def _link_target(match: re.Match[str]) -> str:
    target = match["target"]
    scheme, colon, rest = target.partition(":")
    if colon and scheme.lower() in {"mailto", "tel"}:
        return f" {unquote(rest.partition('?')[0])} "
    if target[0] in "@#!":
        return match[0]
    return f" {target} "
