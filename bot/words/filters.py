"""The few filters our templates use. In a mrkdwn text they may return markup, in a plain text never."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

from bot.words.escaping import Mrkdwn, Whole, code, escape_mrkdwn, into_mrkdwn, without_markup
from bot.words.writing import ENGLISH, Writing

_LINKABLE = {"https", "http"}
_PERSON_OR_GROUP = re.compile("[UWS][A-Z0-9]+")
_CHANNEL = re.compile("[CGD][A-Z0-9]+")
_ENGLISH = Writing(ENGLISH)


def date(moment: int | None, writing: Writing = _ENGLISH) -> Mrkdwn:
    """Show a day in the reader's own time zone (Slack fills it in). Unix seconds."""
    if moment is None:
        return Mrkdwn("")
    return Mrkdwn(f"<!date^{int(moment)}^{{date_short}}|{writing.day(moment)}>")


def time(moment: int | None, writing: Writing = _ENGLISH) -> Mrkdwn:
    """Show day and time in the reader's own time zone. Unix seconds."""
    if moment is None:
        return Mrkdwn("")
    return Mrkdwn(f"<!date^{int(moment)}^{writing.slack_time}|{writing.time(moment)}>")


def clock(moment: int, writing: Writing = _ENGLISH) -> Mrkdwn:
    """Show the time of day with seconds, in the reader's own time zone. Unix seconds."""
    return Mrkdwn(f"<!date^{int(moment)}^{{time_secs}}|{writing.time(moment)}>")


def hour(moment: int, writing: Writing = _ENGLISH) -> Mrkdwn:
    """Show the time of day, in the reader's own time zone. Unix seconds."""
    return Mrkdwn(f"<!date^{int(moment)}^{{time}}|{writing.time(moment)}>")


def plain_date(moment: int | None, writing: Writing) -> str:
    """Write a day where markup cannot stand; UTC, since the reader's zone is not known there."""
    return "" if moment is None else writing.day(moment)


def plain_time(moment: int | None, writing: Writing) -> str:
    """Write day and time where markup cannot stand, in UTC."""
    return "" if moment is None else writing.time(moment)


def link(address: str, label: str) -> Mrkdwn:
    """Link an address of our own making (documentation, Dashboard). Anything but http(s) is shown as text."""
    if urlsplit(address).scheme not in _LINKABLE:
        return Mrkdwn(str(into_mrkdwn(label)))
    target = escape_mrkdwn(address).replace("|", "%7C").replace(" ", "%20")
    return Mrkdwn(f"<{target}|{str(into_mrkdwn(label)).replace('|', '/')}>")


def mention(user: str) -> Mrkdwn:
    """Name a Slack user or user group. Anything that is not an id of one (`cli:alex`) is shown as it is."""
    if not _PERSON_OR_GROUP.fullmatch(user):
        return Mrkdwn(str(into_mrkdwn(user)))
    return Mrkdwn(f"<!subteam^{user}>" if user[0] == "S" else f"<@{user}>")


def channel(name: str | None) -> Mrkdwn:
    """Name a channel by its id (Slack shows its name) or as it is."""
    if name and _CHANNEL.fullmatch(name):
        return Mrkdwn(f"<#{name}>")
    return Mrkdwn(str(into_mrkdwn(name or "")))


def whole(value: object) -> Mrkdwn | Whole:
    """Keep a value uncut. What is markup already stays that, since escaping it again would show its code."""
    return value if isinstance(value, Mrkdwn) else Whole(value)


Filters = Mapping[str, Callable[..., object]]


def mrkdwn_filters(writing: Writing) -> Filters:
    """Return the filters of a mrkdwn text in a language."""
    return {
        "channel": channel,
        "clock": partial(clock, writing=writing),
        "code": code,
        "date": partial(date, writing=writing),
        "hour": partial(hour, writing=writing),
        "link": link,
        "mention": mention,
        "money": writing.money,
        "plural": writing.plural,
        "time": partial(time, writing=writing),
        "whole": whole,
    }


def plain_filters(writing: Writing) -> Filters:
    """Return the filters of a plain text in a language."""
    return {
        "channel": str,
        "clock": partial(plain_time, writing=writing),
        "code": lambda value: str(without_markup(value)),
        "date": partial(plain_date, writing=writing),
        "hour": partial(plain_time, writing=writing),
        "link": lambda _address, label: label,
        "mention": str,
        "money": writing.money,
        "plural": writing.plural,
        "time": partial(plain_time, writing=writing),
        "whole": lambda value: Whole(without_markup(value)),
    }
