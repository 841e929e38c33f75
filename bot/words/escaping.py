"""What may stand where: customers' names are written by strangers.

Every value that a template interpolates passes through one of the two functions here, chosen by the place
it lands in and not by the template's author, so that a forgotten escape cannot happen.
Rules: Slack's formatting reference (escape exactly `&`, `<`, `>`), and what escaping does not stop:
line breaks that start a quote, invisible and direction-changing characters, very long values.
"""

import re

from bot.visible import visible

LONGEST_VALUE = 300
"""Characters of one interpolated value; longer ones end in an ellipsis. Links and letters use `whole`."""

_MARKUP = re.compile(r"<[^<>|]*\|([^<>]*)>|<([^<>]*)>|`([^`]*)`")


class Mrkdwn(str):
    """Text that one of our own filters made and that Slack may read as markup."""

    __slots__ = ()


class Whole(str):
    """Text that must not be cut: an address to copy, a letter to send. Still escaped."""

    __slots__ = ()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def escape_mrkdwn(text: str) -> str:
    """Escape the three characters Slack's markup is made of."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def into_mrkdwn(value: object) -> object:
    """Turn a value into what may stand inside a mrkdwn text."""
    if isinstance(value, Mrkdwn):
        return value
    if isinstance(value, Whole):
        return escape_mrkdwn(visible(value))
    if isinstance(value, str):
        return escape_mrkdwn(_cut(visible(value)))
    return value


def into_plain(value: object) -> object:
    """Turn a value into what may stand inside a plain text, an id or a button's value."""
    value = without_markup(value)
    if isinstance(value, Whole):
        return str(value)
    if isinstance(value, str):
        return _cut(visible(value))
    return value


def without_markup(value: object) -> object:
    """Give markup as people would read it, for a place where Slack reads none; other values as they are."""
    if not isinstance(value, Mrkdwn):
        return value
    bare = _MARKUP.sub(lambda found: next(part for part in found.groups() if part is not None), value)
    return Whole(bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def code(text: object) -> Mrkdwn:
    """Show ids and addresses in a code span, where nothing is linked or formatted."""
    if isinstance(text, Mrkdwn):
        return text
    inner = escape_mrkdwn(_cut(visible(str(text))).replace("`", "'").strip())
    return Mrkdwn(f"`{inner}`") if inner else Mrkdwn("")
