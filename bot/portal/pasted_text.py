"""Undo what Slack, mail programs, phones and word processors do to what somebody types or pastes.

`cleaned` is the one place for it: a typed command is cleaned before it is split into words, a pasted value
before it is recognised. Slack sends links as `<https://…|label>`, addresses as `<mailto:a@b|a@b>`, and
escapes `&`, `<` and `>`. Copying adds zero-width characters, no-break spaces, curly quotes, bold and code
marks; Asian keyboards write full-width letters and colons; phones begin a line with a capital.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from bot.errors import BadUsage
from bot.portal.object_ids import KINDS_BY_PREFIX, OTHER_OBJECTS
from bot.visible import visible

# A Slack command holds far less; a megabyte is refused before anything looks at it.
LONGEST_PASTE: Final = 4_000

_SLACK_LINK: Final = re.compile(
    r"<(?:mailto:(?P<mailto>[^<>|\s]{1,3000})|tel:(?P<tel>[^<>|\s]{1,3000})"
    r"|(?P<page>[A-Za-z][A-Za-z0-9+.-]{0,20}://[^<>|\s]{1,3000}))(?:\|[^<>]{0,3000})?>",
    re.IGNORECASE,
)
# Blank letters, and what chooses the look of the character before: of no use in what is looked up.
_FILLER: Final = re.compile(
    "[\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e01ef]"
)
# An entity may have been escaped again on its way: `&amp;lt;`.
_ENTITY: Final = re.compile(r"&(?:amp;)*(lt|gt|quot|#39|amp);")
_ENTITIES: Final = {"lt": "<", "gt": ">", "quot": '"', "#39": "'", "amp": "&"}
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63"
FULL_WIDTH: Final = {character: character + 0xFEE0 for character in range(0x21, 0x7F)}
_CHARACTERS: Final = str.maketrans(
    {wide: plain for plain, wide in FULL_WIDTH.items()}
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys("“”„‟«»″〝〞「」『』", '"')
    | dict.fromkeys("‘’‚‛‹›′´", "'")
    | dict.fromkeys("\ufe13\ufe55\ua789\u2236", ":")
    | {"、": ",", "،": ",", "。": ".", "｡": ".", "؟": "?", "؛": ";", "﹫": "@"}
)
_MARK_BEFORE: Final = re.compile(r"(?<![^\s\"'(<\[:=])[*~]+(?=[^\s*~])")
_MARK_AFTER: Final = re.compile(r"(?<=[^\s*~])[*~]+(?![^\s\"')>\].,;:!?]|[\"']\w)")
# A mail program's `<…>` around a link of Slack's.
_SPACED: Final = re.compile(r"< ?([^\s<>]{1,300}) ?>")
_QUOTED: Final = re.compile(r"(\"[^\"]*\")")
_ITALIC: Final = re.compile(r"(?<!\w)_(?P<inside>[^\s_](?:.{0,200}?[^\s])?)_(?!\w)")
_ID_PREFIXES: Final = "|".join(sorted({*KINDS_BY_PREFIX, *OTHER_OBJECTS}, key=len, reverse=True))
# Not in the value of an option: a promotion code may be written `PROMO_10`.
_CAPITAL_PREFIX: Final = re.compile(rf"(?<![\w:=])(?:{_ID_PREFIXES})_(?=[A-Za-z0-9])", re.IGNORECASE)
# A zero-width space that stands for one: `home<200b>cus_x`.
_UNSEEN_SPACE: Final = re.compile(rf"(?<=[A-Za-z:,])[\u200b\u2060\ufeff]+(?=(?:{_ID_PREFIXES})_)")
# `Invoice-ABCD1234-0001 (1).pdf`, as a browser saves what Stripe sends.
_PDF: Final = re.compile(
    r"(?<![\w-])(?:(?:invoice|receipt|credit[-_]?note)[-_])?"
    r"(?P<number>[A-Z0-9]{1,20}(?:-[A-Z0-9]{1,12}){0,2}-[0-9]{4,9})(?: ?\([0-9]{1,3}\))?\.pdf(?!\w)",
    re.IGNORECASE,
)
_NAMED_NUMBER: Final = re.compile(
    r"(?<![\w-])(?:invoice|receipt)-(?P<number>[A-Z0-9]{7,8}-[0-9]{4,9}|[0-9]{4}-[0-9]{4})(?![\w-])",
    re.IGNORECASE,
)
# Copied from a mail's link; Slack's own wrapping is undone before.
_SCHEME: Final = re.compile(r"(?<![\w:])(?:mailto|tel):(?=[^\s@]+@|\+?[0-9])", re.IGNORECASE)
# Slack takes `jo%40field.example` for the address of a page.
_ESCAPED_ADDRESS: Final = re.compile(
    r"(?<!\S)(?:https?://)?(?P<address>[^\s@/:?#\"<>|]{1,200}(?:@|%40)[^\s@/:?#\"<>|]{1,253})/?(?!\S)",
    re.IGNORECASE,
)
# `jenny@example.com's card`, `sub_x's plan`.
_OWNER: Final = re.compile(
    rf"(?<!\S)(?P<whom>[^\s@'\"<>]{{1,200}}@[^\s@'\"<>]{{1,253}}|(?:{_ID_PREFIXES})_\w{{1,255}})'s(?!\w)"
)
# The Dashboard's page of what a subscription can be switched to.
_CATALOG_PAGE: Final = re.compile(
    r"(?<!\S)https://dashboard\.stripe\.com/(?:[\w-]{1,80}/){0,4}(?:prices|products|plans)/"
    r"(?P<id>(?:price|prod|plan)_\w{1,255})(?:[/?#]\S{0,1000})?(?!\S)"
)
_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_WRAPPING: Final = "\"'()[]{}<>*~|¿¡"
_TRAILING: Final = _WRAPPING + ".,;:!?…"


def cleaned(text: str) -> str:
    """Write the text as it was meant, on one line. Cleaning twice changes nothing.

    Halves of characters, as JSON can hold them, become question marks.
    """
    text = text.encode(errors="replace").decode()
    while (again := _cleaned_once(text)) != text:
        text = again
    return text


def plain(text: str) -> str:
    """Return a pasted value cleaned.

    Raises `BadUsage` when nothing is left, or when it is too long to be something one would look up.
    """
    if len(text) > LONGEST_PASTE:
        raise BadUsage("paste_too_long", longest=LONGEST_PASTE)
    value = cleaned(text)
    if not bare(value):
        raise BadUsage("nothing_pasted")
    return value


def unwrapped(text: str) -> str:
    """Undo Slack's wrapping and escaping, and what cannot be seen; linear in the length of the text."""
    text = _FILLER.sub("", visible(_UNSEEN_SPACE.sub(" ", text), keep="\n\t"))
    text = unicodedata.normalize("NFC", text).translate(_CHARACTERS).replace("`", "")
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], _SLACK_LINK.sub(_link_target, text))


def bare(text: str) -> str:
    """Strip quotes, brackets and the punctuation of the sentence around a value."""
    return text.strip().lstrip(_WRAPPING).rstrip(_TRAILING).strip()


def _cleaned_once(text: str) -> str:
    text = _SPACED.sub(r"<\1>", " ".join(unwrapped(text).split()))
    # What stands in quotes is meant as it is written.
    parts = _QUOTED.split(text)
    parts[::2] = map(_unmarked, parts[::2])
    text = "".join(parts)
    text = _CATALOG_PAGE.sub(lambda page: page["id"], _SCHEME.sub("", text))
    text = _OWNER.sub(lambda owner: owner["whom"], text)
    text = _CAPITAL_PREFIX.sub(lambda prefix: prefix[0].lower(), text)
    text = _NAMED_NUMBER.sub(lambda file: file["number"], _PDF.sub(lambda file: file["number"], text))
    return " ".join(_ESCAPED_ADDRESS.sub(_unescaped_address, text).split())


def _unmarked(text: str) -> str:
    text = _MARK_AFTER.sub("", _MARK_BEFORE.sub("", text))
    return _ITALIC.sub(lambda italic: italic["inside"], text)


def _unescaped_address(match: re.Match[str]) -> str:
    written = match["address"]
    address = written if "@" in written else unquote(written)
    return address if _ADDRESS.fullmatch(address) else match[0]


def _link_target(match: re.Match[str]) -> str:
    escaped = match["mailto"] or match["tel"]
    return f" {unquote(escaped.partition('?')[0])} " if escaped else f" {match['page']} "
