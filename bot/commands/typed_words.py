"""A cleaned line as words: which of them names a customer, a price, an option."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.commands.verbs import OPTION_NAMES
from bot.errors import Refused
from bot.portal.dashboard_urls import looks_like_url
from bot.portal.identifiers import read_pasted
from bot.portal.object_ids import Kind
from bot.portal.pasted_text import bare
from bot.portal.phones import written_phone

_NUMBER = r"[A-Za-z0-9]{1,20}(?:-[A-Za-z0-9]{1,12}){0,2}-[0-9]{4,9}"
_PHONE = r"\+?[0-9(][0-9 ()./-]{5,28}[0-9](?: (?:ext|x)\.? ?[0-9]{1,6})?"
# A quoted reason, an address whose name is quoted, a quoted name, something in angle brackets, an invoice
# number, a phone number with spaces, or a word.
_TOKEN = re.compile(
    rf"""[A-Za-z_]{{2,20}}[:=]"[^"]*"|"[^"]*"@[^\s"]+|"[^"]*"|<[^<>]*>"""
    rf"""|{_NUMBER}(?=[\s,;:.!?]|$)|(?P<phone>{_PHONE})(?=[\s,;:.!?]|$)|\S+"""
)
_OPTION = re.compile(r"(?P<name>[A-Za-z_]{2,20})(?P<sign>[:=])(?P<value>.*)", re.DOTALL)
_PRICE = re.compile(r"(?:price|prod|plan)_\w+")
_LIST = re.compile(r"[,;|]")
_NEXT_OPTION = re.compile(rf"[,;](?=(?:{'|'.join(sorted(OPTION_NAMES))})[:=])", re.IGNORECASE)
_COLON = re.compile(":")
_OPENING = "([{<"
_MENTION = re.compile(r"<[@#!].*>")
ADDRESS_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


@dataclass(frozen=True)
class Word:
    """One word as it stands in the line, or several that belong together; `quoted` when somebody said so."""

    text: str
    quoted: bool = False

    @cached_property
    def bare(self) -> str:
        """Without the punctuation and brackets of the sentence around it."""
        if self.quoted or _MENTION.fullmatch(self.text):
            return self.text
        without_end = self.text.rstrip(".,;:!?")
        return without_end if written_phone(without_end) else bare(self.text)  # `(555) 555-5555`

    @cached_property
    def key(self) -> str:
        """How it is looked up among verbs and phrases; empty for what can be neither."""
        return "" if self.quoted or self.is_sure else self.bare.lower()

    @cached_property
    def is_price(self) -> bool:
        """Whether it is the id of a price, a plan or a product."""
        return not self.quoted and _PRICE.fullmatch(self.bare) is not None

    @cached_property
    def is_sure(self) -> bool:
        """Whether it cannot be a word of a name: an id, an address, a number, a page."""
        return not self.quoted and names_somebody(self.bare)

    @cached_property
    def option(self) -> tuple[str, str] | None:
        """Name and value when it is written like an option, whether or not there is one of that name."""
        found = None if self.quoted else _OPTION.fullmatch(self.text.lstrip(_OPENING))
        if found is None or found["name"].lower() in ADDRESS_SCHEMES:
            return None
        name = found["name"].lower()
        return None if found["sign"] == "=" and name not in OPTION_NAMES else (name, found["value"])

    @property
    def is_option(self) -> bool:
        """Whether some verb has an option of that name."""
        return self.option is not None and self.option[0] in OPTION_NAMES


def split_words(line: str) -> list[Word]:
    """Split a cleaned line; nothing but empty quotes is lost."""
    return [word for token in _tokens(line) for word in _words(token)]


def names_somebody(text: str) -> bool:
    """Whether a word identifies by itself and holds nothing else; a name does not."""
    if text.isalpha() or not any(map(str.isalnum, text)):
        return False
    try:
        found = read_pasted(text)
    except Refused as refused:
        return refused.code not in {"nothing_pasted", "several_things_pasted"}
    if found.kind is Kind.NAME:
        return False
    return (
        looks_like_url(text)
        or found.kind is Kind.PHONE
        or text.lstrip("#").casefold().startswith(found.value.casefold())
    )


def option_value(written: str) -> str:
    """The value of an option without quotes and without the punctuation of the sentence."""
    if len(written) > 1 and written[0] == written[-1] == '"':
        return written[1:-1]
    return written.rstrip(".,;:!?…") if _MENTION.match(written) else bare(written)


def text_of(words: Sequence[Word]) -> str:
    """The words as one text."""
    return " ".join(word.text for word in words)


def _tokens(line: str) -> Iterator[str]:
    for found in _TOKEN.finditer(line):
        if found["phone"] and written_phone(found["phone"]) is None:
            yield from found["phone"].split()
        else:
            yield found[0]


def _words(token: str) -> list[Word]:
    if len(token) > 1 and token[0] == token[-1] == '"':
        return [Word(token[1:-1], quoted=True)] if token[1:-1].strip() else []
    word = Word(token)
    if word.is_option:
        return [Word(part) for part in _NEXT_OPTION.split(token)]  # `qty:5,promo:HELLO`
    if word.is_sure:
        return [word]
    # `home,cus_x`, `sub_x,price_y,qty:1`, and `home:cus_x`
    for sign in (_LIST, _COLON):
        listed = [Word(part) for part in sign.split(token) if part]
        if len(listed) > 1 and any(part.is_sure or part.is_option for part in listed):
            return [each for part in listed for each in _words(part.text)]
    return [word]
