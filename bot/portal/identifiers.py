"""Read what an agent pasted: every id, address, number, name or page that can lead to a customer.

`read_pasted` takes one thing; `find_references` finds the ids and addresses in somebody's message.
Nothing here asks Stripe.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bot.errors import BadUsage, NotFound, Refused
from bot.portal.dashboard_urls import looks_like_url, portal_page, read_url
from bot.portal.object_ids import Kind, ObjectId, holds_key, is_portal_session_id, object_id, other_object
from bot.portal.pasted_text import bare, plain, unwrapped
from bot.portal.phones import written_phone

MOST_REFERENCES: Final = 20
LONGEST_MESSAGE: Final = 200_000
LONGEST_NAME: Final = 200

# RFC 5321: at most 64 characters before the @. Bounded, and begun only where a run begins, so that no text
# takes more than linear time.
_LOCAL: Final = r"[^\s@<>()\[\],;:\\\"|“”„«»]"
_DOMAIN: Final = r"(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.){1,40}[^\W\d_][\w-]{0,61}[^\W_](?!\.?[\w-])"
_EMAIL: Final = re.compile(rf"(?<!{_LOCAL}){_LOCAL}{{1,64}}@{_DOMAIN}")
_QUOTED_EMAIL: Final = re.compile(rf"\"[^\"\\\r\n]{{1,62}}\"@{_DOMAIN}")
_RECEIPT_NUMBER: Final = re.compile(r"#?([0-9]{4}-[0-9]{4})")
_INVOICE_NUMBER: Final = re.compile(r"#?([A-Z0-9]{1,20}(?:-[A-Z0-9]{1,12}){0,2})-([0-9]{4,9}|DRAFT)")
_SLACK_MENTION: Final = re.compile(r"<[@#!][^<>\s]{1,100}>")

# In free text an id must be told from a word with an underscore: long, with a digit or a capital.
_ID_IN_TEXT: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    r"(?:cus|acct|evt|seti|sub_sched|cs_test|cs_live)_[A-Za-z0-9]{4,255}"
    r"|(?:sub|si|in|pi|ch|py|pyr|pm|cn|qt|ii|re|dp|du)_(?=[a-z]{0,40}[A-Z0-9])[A-Za-z0-9]{6,255}"
    r")(?:_secret_[A-Za-z0-9]{1,255})?(?![A-Za-z0-9])"
)
_URL_IN_TEXT: Final = re.compile(r"https?://[^\s<>|\"]{1,2000}", re.IGNORECASE)
_INVOICE_IN_TEXT: Final = re.compile(
    r"(?<![\w-])(?=[A-Z0-9]{0,19}[0-9])(?=[0-9]{0,19}[A-Z])[A-Z0-9]{4,20}-[0-9]{4}(?![\w-])"
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """One thing that leads to a customer; `account` and `livemode` are None where the paste does not tell."""

    kind: Kind
    value: str
    account: str | None = None
    livemode: bool | None = None

    @classmethod
    def of_id(cls, found: ObjectId) -> "Pasted":
        """An id by itself."""
        return cls(found.kind, found.value, None, found.livemode)


def read_pasted(text: str) -> Pasted:
    """Read one pasted thing.

    Raises `BadUsage` when it is empty, too long or several things, `NotFound` when it cannot lead to a
    customer: portal addresses (never repeated), keys, ids of other objects, pages without an id.
    """
    cleaned = plain(text)
    refuse_credentials(cleaned)
    whole = bare(cleaned)
    found = object_id(whole)
    if found is not None:
        return Pasted.of_id(found)
    if looks_like_url(whole):
        return _from_url(whole)
    return (
        _address(cleaned, whole) or _from_sentence(cleaned, whole) or _number(cleaned, whole) or _name(whole)
    )


def find_references(text: str) -> tuple[Pasted, ...]:
    """Find the ids, addresses, invoice numbers and Stripe pages in a message, in order, without repeats.

    At most twenty; portal addresses and keys are passed over. Never raises.
    """
    rest = unwrapped(text[:LONGEST_MESSAGE])
    found: list[tuple[int, Pasted]] = []

    for pattern, read in _READERS:
        # What one pattern has read is blanked out, so that an id inside an address is not found twice.
        for match in pattern.finditer(rest):
            pasted = read(match[0])
            if pasted is not None:
                found.append((match.start(), pasted))
        rest = pattern.sub(_blank, rest)
    in_order = dict.fromkeys(pasted for _, pasted in sorted(found, key=lambda each: each[0]))
    return tuple(in_order)[:MOST_REFERENCES]


def refuse_credentials(text: str) -> None:
    """Refuse a cleaned text that holds a portal's address or a key, without repeating it. Raises `NotFound`.

    A session address lets whoever holds it act as the customer, so it never travels further.
    """
    page = portal_page(text)
    if page is not None:
        raise NotFound("portal_session_address" if page == "session" else "portal_login_address")
    if holds_key(text):
        raise NotFound("key_pasted")
    if is_portal_session_id(bare(text)):
        raise NotFound("portal_session_id")


def _from_url(text: str) -> Pasted:
    url = read_url(text)
    if url.found is not None:
        return Pasted(url.found.kind, url.found.value, url.account, url.livemode)
    if url.searched is None or looks_like_url(bare(url.searched)):
        raise NotFound("address_without_id")
    return replace(read_pasted(url.searched), account=url.account, livemode=url.livemode)


def _address(cleaned: str, whole: str) -> Pasted | None:
    for candidate in (whole, cleaned.rstrip(".,;:!?")):
        if _EMAIL.fullmatch(candidate) or _QUOTED_EMAIL.fullmatch(candidate):
            return Pasted(Kind.EMAIL, candidate)
    return None


def _from_sentence(cleaned: str, whole: str) -> Pasted | None:
    """`Jenny Rosen <jenny@example.com>` or `see cus_…`: the one thing in it that identifies."""
    if " " not in whole and _ID_IN_TEXT.search(whole) is None and "@" not in whole:
        return None
    references = find_references(cleaned)
    if len(references) > 1:
        raise BadUsage("several_things_pasted", count=len(references))
    return references[0] if references else None


def _number(cleaned: str, whole: str) -> Pasted | None:
    receipt = _RECEIPT_NUMBER.fullmatch(whole)
    if receipt:
        return Pasted(Kind.RECEIPT_NUMBER, receipt[1])
    invoice = _INVOICE_NUMBER.fullmatch(whole.upper())
    if invoice and _is_invoice_number(invoice[1], invoice[2], whole):
        return Pasted(Kind.INVOICE_NUMBER, f"{invoice[1]}-{invoice[2]}")
    # `(030) 123456` begins with a bracket that belongs to it.
    phone = written_phone(cleaned.rstrip(".,;:!?")) or written_phone(whole.removeprefix("tel:"))
    return Pasted(Kind.PHONE, phone) if phone else None


def _is_invoice_number(prefix: str, number: str, typed: str) -> bool:
    """`555-123-4567` is a phone number, `anna-2024` a nickname; Stripe's prefixes have 7 or 8 characters."""
    if prefix.isdigit():
        return len(prefix) in {7, 8}
    if not any(map(str.isalpha, prefix)):
        return False
    # Typed in small letters: `qvsdsone-0001`, not `johannes-2024`.
    like_stripes = len(prefix) in {7, 8} and number.startswith("0")
    return typed.isupper() or any(map(str.isdigit, prefix)) or like_stripes


def _name(whole: str) -> Pasted:
    if _SLACK_MENTION.search(whole) or whole.startswith("@"):
        raise NotFound("slack_person_pasted")
    if "@" in whole:
        raise BadUsage("email_not_understood")
    kind = other_object(whole)
    if kind is not None:
        raise NotFound("leads_to_no_customer", kind=kind)
    if len(whole) > LONGEST_NAME:
        raise BadUsage("paste_too_long", longest=LONGEST_NAME)
    return Pasted(Kind.NAME, whole)


def _reference_url(text: str) -> Pasted | None:
    address = bare(text)
    if portal_page(address) is not None:
        return None
    try:
        found = _from_url(address)
    except Refused:
        return None
    return None if found.kind is Kind.NAME else found


def _reference_id(text: str) -> Pasted | None:
    found = object_id(text)
    return Pasted.of_id(found) if found else None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


# In this order: what stands inside an address or a page must not be read a second time.
_READERS: Final[tuple[tuple[re.Pattern[str], Callable[[str], Pasted | None]], ...]] = (
    (_URL_IN_TEXT, _reference_url),
    (_QUOTED_EMAIL, partial(Pasted, Kind.EMAIL)),
    (_EMAIL, partial(Pasted, Kind.EMAIL)),
    (_ID_IN_TEXT, _reference_id),
    (_INVOICE_IN_TEXT, partial(Pasted, Kind.INVOICE_NUMBER)),
)
