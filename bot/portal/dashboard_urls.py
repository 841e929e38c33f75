"""What an address copied from the browser says: the object, the account and the mode, without asking Stripe.

Shapes seen: `https://dashboard.stripe.com[/acct_X][/test]/customers/cus_…`, `/test/…` first, `/b/acct_…/…`,
checkout pages that carry a `cs_…`. Portal pages are recognised so that they can be refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from bot.portal.object_ids import Kind, ObjectId, object_id

DASHBOARD_HOST: Final = "dashboard.stripe.com"
LONGEST_QUERY: Final = 1_000

# With a custom domain the host differs, so the path decides. A session address is a credential.
_PORTAL_PATH: Final = re.compile(r"/p/(session|login)/", re.IGNORECASE)
_PORTAL_HOST: Final = re.compile(r"//billing\.stripe\.com(?:[/?#:]|$)", re.IGNORECASE)
_URL_START: Final = re.compile(r"(?:https?://|(?:dashboard|checkout|billing)\.stripe\.com/)", re.IGNORECASE)
_SEARCHES: Final = ("query", "q", "email", "number", "search")
_NAMING: Final = (
    "customer", "subscription", "object", "related_object", "event", "invoice", "payment_intent", "charge",
    "id",
)  # fmt: skip
"""Parameters of the Dashboard's lists and tools that hold an id; those that turn pages hold others' ids."""
_LOGIN_TARGETS: Final = ("redirect", "redirect_to")
# The Dashboard's own search language: `email:jo@example.com`, `customer="cus_…"`, `is:customer last4:4242`.
_SEARCH_CLAUSE: Final = re.compile(
    r"(?<!\S)-?(?P<name>[a-z0-9_]{2,30})[:=<>]{1,2}(?P<value>\"[^\"]*\"|[^\s/]\S*)"
)
_SEARCHED_FIELDS: Final = frozenset({"name", "email", "phone", "number", "receipt_number", *_NAMING})
_ACCOUNT_PAGES: Final = frozenset({"accounts", "connected_accounts", "accounts_v2"})


@dataclass(frozen=True, slots=True)
class PastedUrl:
    """What was read off an address: `found` is None when it names nothing that leads to a customer.

    `searched` is what the Dashboard was searched for on that page.
    """

    found: ObjectId | None
    account: str | None
    livemode: bool | None
    searched: str | None = None


def looks_like_url(text: str) -> bool:
    """Whether the text begins as a web address does."""
    return _URL_START.match(text) is not None


def portal_page(text: str) -> str | None:
    """Return `session` or `login` when a portal address stands anywhere in the text, else None."""
    # Redirect services carry the whole address percent-encoded in their query.
    both = f"{text} {unquote(text)}"
    pages = {match[1].lower() for match in _PORTAL_PATH.finditer(both)}
    if not pages and _PORTAL_HOST.search(both) is None:
        return None
    return "login" if pages == {"login"} else "session"


def read_url(text: str) -> PastedUrl:
    """Take the last path segment that is an id, else what the Dashboard's search was asked for.

    Never raises: an address that cannot be parsed names nothing.
    """
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return PastedUrl(None, None, None)
    segments = [segment for segment in parts.path.split("/") if segment]
    found = _last_id(segments)
    if host != DASHBOARD_HOST:
        livemode = found.livemode if found else None
        return PastedUrl(found, None, livemode)
    asked = parse_qs(f"{parts.query}&{parts.fragment}"[:LONGEST_QUERY])
    target = next((asked[name][0] for name in _LOGIN_TARGETS if name in asked), None)
    if target is not None and target.startswith("/") and segments[:1] == ["login"]:
        return read_url(f"{DASHBOARD_HOST}{target}")
    found = found or _named_id(asked)
    searched = _searched(asked) if found is None else None
    return PastedUrl(found, _account(segments, found), _livemode(segments), searched)


def _named_id(asked: Mapping[str, Sequence[str]]) -> ObjectId | None:
    """Find the id in a list's filter or in what a tool shows."""
    ids = (object_id(asked[name][0]) for name in _NAMING if name in asked)
    return next((found for found in ids if found is not None), None)


def _searched(asked: Mapping[str, Sequence[str]]) -> str | None:
    """Read what was searched for: the words, or the value of the one field that names somebody."""
    written = next((asked[name][0].strip() for name in _SEARCHES if name in asked), None)
    if written is None:
        return None
    for clause in _SEARCH_CLAUSE.finditer(written):
        if clause["name"] in _SEARCHED_FIELDS:
            return clause["value"].strip('"') or None
    return _SEARCH_CLAUSE.sub("", written).strip() or None


def _last_id(segments: Sequence[str]) -> ObjectId | None:
    for position in range(len(segments) - 1, -1, -1):
        found = object_id(segments[position])
        if found is None:
            continue
        if found.kind is Kind.ACCOUNT and (position == 0 or segments[position - 1] not in _ACCOUNT_PAGES):
            continue
        return found
    return None


def _account(segments: Sequence[str], found: ObjectId | None) -> str | None:
    """The account stands first, or after `b` or `test`; a later one is the object, or what it belongs to."""
    for page, segment in pairwise(segments):
        holder = object_id(segment) if page in _ACCOUNT_PAGES else None
        if holder is not None and holder.kind is Kind.ACCOUNT and holder != found:
            return holder.value
    for segment in segments[:3]:
        found = object_id(segment)
        if found is not None:
            return found.value if found.kind is Kind.ACCOUNT else None
        if segment not in {"b", "test", "live"}:
            return None
    return None


def _livemode(segments: Sequence[str]) -> bool | None:
    if not segments:
        return None
    return "test" not in segments[:3]
