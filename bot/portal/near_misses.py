"""Customers who are nearly what was typed, for when nobody is: offered, never taken.

Near is one letter off (wrong, missing, too many, two swapped), another `+tag` of an address, the words of a
name in another order, and ü or ue, ß or ss, é or e. One search finds them: of a text with one
wrong letter, one half is right.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from bot.portal.models import Customer
from bot.portal.object_ids import Kind
from bot.portal.people import MOST_CLAUSES
from bot.portal.search_language import quoted

MOST_NEAR: Final = 3
SHORTEST: Final = 4
"""Letters: of fewer, one off is another name."""
SHORTEST_PIECE: Final = 3
"""Stripe's substring search wants as many."""
_TAG = re.compile(r"\+[^@]*(?=@)")
_SPELLED_OUT: Final = (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), ("ß", "ss"), ("é", "e"))


def near_query(kind: Kind, typed: str) -> str | None:
    """Write the search for customers near an address or a name; None when it is too short for one."""
    field, pieces = ("email", _of_address(typed)) if kind is Kind.EMAIL else ("name", _of_name(typed))
    asked = dict.fromkeys(each for each in pieces if len(each) >= SHORTEST_PIECE)
    asked.pop(typed, None)
    return " OR ".join(f"{field}~{quoted(each)}" for each in list(asked)[:MOST_CLAUSES]) or None


def near_ones(kind: Kind, typed: str, customers: Iterable[Customer]) -> tuple[Customer, ...]:
    """Keep at most three who are near: first those that differ in spelling only, then the newest."""
    is_email = kind is Kind.EMAIL
    wanted = _address_key(typed) if is_email else _name_key(typed)
    if len(wanted) < SHORTEST:
        return ()
    found: dict[str, tuple[bool, int, Customer]] = {}
    for each in customers:
        keys = [_address_key(each.email or "")] if is_email else list(_name_keys(each.name or "", wanted))
        if not each.deleted and any(at_most_one_apart(wanted, key) for key in keys):
            found[each.id] = wanted not in keys, -(each.created or 0), each
    return tuple(each for *_, each in sorted(found.values(), key=lambda near: near[:2]))[:MOST_NEAR]


def at_most_one_apart(one: str, other: str) -> bool:
    """Return whether two texts differ in one letter at most, or in two that are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return True
    rest, others = one[at:], other[at:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] in {others, others[1:]} or rest == others[1:] or swapped == others


def _of_address(typed: str) -> Iterator[str]:
    plain = _TAG.sub("", typed)
    local, _, domain = plain.rpartition("@")
    half = (len(local) + 1) // 2
    yield plain
    yield f"{local}+"
    yield f"{local}@"
    yield f"{local[half:]}@{domain}"
    yield local[:half]
    yield from _respelled(plain)


def _of_name(typed: str) -> Iterator[str]:
    words = re.split(r"[\s,]+", typed.strip())
    if len(words) > 1:
        yield " ".join(reversed(words))
        yield from sorted(words, key=len, reverse=True)[:3]
    else:
        half = (len(typed) + 1) // 2
        yield typed[:half]
        yield typed[half:]
    yield from _respelled(typed)


def _respelled(text: str) -> Iterator[str]:
    small = text.lower()
    for letter, letters in _SPELLED_OUT:
        if letter in small:
            yield small.replace(letter, letters)
        elif len(letters) > 1 and letters in small:
            yield small.replace(letters, letter)
    yield _without_accents(small)


def _without_accents(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


def _folded(text: str) -> str:
    """Return a text without what people spell in two ways: ü, ue and u are the same in it."""
    folded = _without_accents(text.strip().casefold())
    for one in "uoa":
        folded = folded.replace(f"{one}e", one)
    return folded


def _address_key(email: str) -> str:
    return _folded(_TAG.sub("", unicodedata.normalize("NFKC", email)))


def _name_key(name: str) -> str:
    return " ".join(re.findall(r"\w+", _folded(name)))


def _name_keys(stored: str, wanted: str) -> Iterator[str]:
    """Yield a stored name in as many of its words as were typed, and its two words the other way round."""
    words, count = _name_key(stored).split(), len(wanted.split())
    yield from (" ".join(words[start : start + count]) for start in range(max(1, len(words) - count + 1)))
    if count > 1:
        yield from (f"{second} {first}" for first, second in pairwise(words))
    if sorted(words) == sorted(wanted.split()):
        yield wanted
