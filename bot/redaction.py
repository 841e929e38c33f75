"""Removes from texts what must never be stored or logged.

Session URLs (whoever has one acts as the customer), Slack's answer addresses and tokens, API keys, passwords,
and mail addresses. The patterns know the forms a text takes on its way into a log: percent-encoded, with
JSON's escapes, inside a Python repr. They rather take too much than too little.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

REMOVED = "[redacted]"

# Repetitions are bounded or possessive, so that no text a stranger sends makes the search slow.
_ESCAPES = r"\\{0,8}"
_SLASH = rf"(?:{_ESCAPES}/|%(?:25)*2f|{_ESCAPES}u002f)"
_DOT = r"(?:\.|%(?:25)*2e)"
_AT = r"(?:@|%(?:25)*40|\\{1,8}u0040)"
_REST = r"[\w\-.~%+=]+"
_SESSION_URL = re.compile(rf"{_SLASH}p{_SLASH}session{_SLASH}{_REST}", re.IGNORECASE)
_SLACK_HOOK = re.compile(rf"(hooks{_DOT}slack{_DOT}com)(?:{_SLASH}{_REST})+", re.IGNORECASE)
_KEYS = re.compile(
    r"([sr]k_(?:test|live)_)[\w*]+|(whsec_)[\w+/=\-]+|(xox[a-z](?:[.\-]xox[a-z])?-)[\w\-]+|(xapp-)[\w\-]+"
)
_BEARER = re.compile(r"\b(bearer\s+)[\w\-.~+/=]{8,}", re.IGNORECASE)
_PASSWORD_IN_URL = re.compile(r"(://[^\s:/@\"']*:)[^\s/\"']+(?=@)")

_NAMES = (
    r"response_urls?|trigger_id|token|bot_token|access_token|refresh_token|verification_token|client_secret"
    r"|authorization|api_key|password|x-slack-signature|stripe-signature"
)
# `"token": "…"`, `'token', '…'` and their escaped forms …
_QUOTED_FIELD = re.compile(
    rf"(?<![\w-])((?:{_NAMES}){_ESCAPES}[\"']\s*[:,=]\s*b?({_ESCAPES}[\"']))((?!\2).)*?(?=\2|$)",
    re.IGNORECASE,
)
# … `token='…'` …
_QUOTED_ARGUMENT = re.compile(
    rf"(?<![\w-])((?:{_NAMES})\s*=\s*b?({_ESCAPES}[\"']))((?!\2).)*?(?=\2|$)", re.IGNORECASE
)
# … `token=…` of a form, also percent-encoded JSON, and `Authorization: …` of a header.
_FORM_FIELD = re.compile(
    rf"(?:(?<![\w-])|(?<=2[27]))((?:{_NAMES})(?:=|%(?:25)*3d|%(?:25)*22%(?:25)*3a(?:%(?:25)*20|\+)?%(?:25)*22))"
    r"(?![\"'\[])(?:(?!%(?:25)*22)[^\s&;,\"'<>\\)\]}])+",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?<![\w-])((?:authorization|x-slack-signature|stripe-signature):\s*)(?:(?:bearer|basic)\s+)?[^\s\"'\\]+",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    rf"(?<![\w+.\-])([\w+.\-])[\w+.'\-]*+{_AT}(\w)[\w\-]*+(?:\.[\w\-]++)*\.(\w{{2,}})", re.IGNORECASE
)

# Every pattern of credentials but that of passwords in addresses needs one of these, and most texts hold
# none: an event of 4 kB takes 0.14 ms and not 0.96. Without this a process takes in fewer webhooks, and an
# export writes fewer lines, than are promised (`make bench`). The last two are how JSON may say "s" and "k".
_CREDENTIAL_HINTS = (
    "session", "slack", "sk_", "rk_", "whsec_", "xox", "xapp", "bearer", "response_url", "trigger_id",
    "token", "client_secret", "authorization", "api_key", "password", "signature", "\\u017f", "\\u212a",
)  # fmt: skip
_HINTS = (*_CREDENTIAL_HINTS, "@", "40")

_SECRET_NAMES = re.compile(rf"(?:{_NAMES}|x-[\w-]*token)", re.IGNORECASE)
"""Names of fields whose whole value is removed."""


_DOORS = re.compile(
    r"(?:\w+_)?secret|ephemeral_key|next_action|(?:\w+_)?pdf|(?:hosted_\w+|receipt|redirect|challenge|native)_url"
    r"|mobile_auth_url|stripe_js|(?:access|refresh|client|connection|cvc|persistent|person|(?:bank_)?account)_token",
    re.IGNORECASE,
)
_KINDS_WITH_DOOR_URL = re.compile(r".*session|account_link|login_link|file|file_link|reporting\.report_run")
_PARTS_WITH_DOOR_URL = frozenset({"redirect", "redirect_to_url", "use_stripe_sdk"})


def _opens_door(name: str, kind: object, part: str) -> bool:
    """Say whether a field of a Stripe object lets whoever has it act or read in somebody's place.

    `kind` is the object's own `object`, `part` the name of the field that holds it. Stripe's lists have a
    `url` too, a path of the API; it opens nothing.
    """
    if _DOORS.fullmatch(name):
        return True
    if name != "url":
        return False
    has_door = isinstance(kind, str) and _KINDS_WITH_DOOR_URL.fullmatch(kind) is not None
    return has_door or part in _PARTS_WITH_DOOR_URL


def without_doors(value: object, part: str = "") -> object:
    """Return a Stripe object's JSON without the fields that let whoever reads them act for somebody.

    These are client secrets, addresses of sessions, and hosted pages and files that need no login. They are
    dropped by name, at any depth. `part` is the name of the field that holds `value`.
    """
    if isinstance(value, dict):
        return {
            name: without_doors(inner, str(name))
            for name, inner in value.items()
            if not _opens_door(str(name), value.get("object"), part)
        }
    if isinstance(value, list):
        return [without_doors(inner, part) for inner in value]
    return value


def _is_worth_a_look(text: str) -> bool:
    folded = text.casefold()  # the patterns ignore case the Unicode way
    return any(hint in folded for hint in _HINTS)


def may_hold_credentials(text: str) -> bool:
    """Return False only for a text or JSON in which `redact_credentials` and `redact_value` find nothing."""
    folded = text.casefold()
    return any(hint in folded for hint in _CREDENTIAL_HINTS) or _PASSWORD_IN_URL.search(text) is not None


def redact_credentials(text: str) -> str:
    """Return the text without session URLs, Slack's response URLs, keys, tokens and passwords."""
    if not may_hold_credentials(text):
        return text
    text = _SESSION_URL.sub(REMOVED, text)  # the path too, so that a search for it finds nothing but leaks
    text = _SLACK_HOOK.sub(rf"\1/{REMOVED}", text)
    text = _KEYS.sub(lambda found: f"{found[found.lastindex or 0]}{REMOVED}", text)
    text = _QUOTED_FIELD.sub(rf"\1{REMOVED}", text)
    text = _QUOTED_ARGUMENT.sub(rf"\1{REMOVED}", text)
    text = _HEADER.sub(rf"\1{REMOVED}", text)
    text = _BEARER.sub(rf"\1{REMOVED}", text)
    text = _FORM_FIELD.sub(rf"\1{REMOVED}", text)
    return _PASSWORD_IN_URL.sub(rf"\1{REMOVED}", text)


def redact(text: str) -> str:
    """Return the text redacted as by `redact_credentials`, with mail addresses cut to `j***@e***.com`."""
    if not _is_worth_a_look(text):
        return text
    return _EMAIL.sub(r"\1***@\2***.\3", redact_credentials(text))


def _is_secret(name: str, of: Mapping[Any, object]) -> bool:
    if name == "url":
        return of.get("object") == "billing_portal.session"
    return _SECRET_NAMES.fullmatch(name) is not None


def redact_value(value: object, by: Callable[[str], str] = redact) -> object:
    """Return a value that is to be logged or stored with all texts redacted, in mappings and sequences too.

    `by` redacts one text. Whatever is neither text, number, mapping nor sequence becomes its redacted repr,
    as a renderer would make its repr without redacting it.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return by(value)
    if isinstance(value, dict):
        return {
            by(str(name)): REMOVED if _is_secret(str(name), value) else redact_value(inner, by)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_value(inner, by) for inner in value]
    return by(repr(value))
