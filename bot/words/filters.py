"""The few filters our templates use. In a mrkdwn text they may return markup, in a plain text never."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.portal.money import money
from bot.words.escaping import Mrkdwn, Whole, code, escape_mrkdwn, into_mrkdwn, without_markup

_LINKABLE = {"https", "http"}
_PERSON_OR_GROUP = re.compile("[UWS][A-Z0-9]+")
_CHANNEL = re.compile("[CGD][A-Z0-9]+")


def _written(moment: int, *, with_time: bool) -> str:
    when = datetime.fromtimestamp(moment, UTC)
    day = f"{when.day} {when:%B %Y}"
    return f"{day}, {when:%H:%M} UTC" if with_time else day


def date(moment: int | None) -> Mrkdwn:
    """Show a day in the reader's own time zone (Slack fills it in). Unix seconds."""
    if moment is None:
        return Mrkdwn("")
    return Mrkdwn(f"<!date^{int(moment)}^{{date_short}}|{_written(moment, with_time=False)}>")


def time(moment: int | None) -> Mrkdwn:
    """Show day and time in the reader's own time zone. Unix seconds."""
    if moment is None:
        return Mrkdwn("")
    return Mrkdwn(
        f"<!date^{int(moment)}^{{date_short_pretty}} at {{time}}|{_written(moment, with_time=True)}>"
    )


def clock(moment: int) -> Mrkdwn:
    """Show the time of day with seconds, in the reader's own time zone. Unix seconds."""
    return Mrkdwn(f"<!date^{int(moment)}^{{time_secs}}|{_written(moment, with_time=True)}>")


def hour(moment: int) -> Mrkdwn:
    """Show the time of day, in the reader's own time zone. Unix seconds."""
    return Mrkdwn(f"<!date^{int(moment)}^{{time}}|{_written(moment, with_time=True)}>")


def plain_date(moment: int | None) -> str:
    """Write a day where markup cannot stand; UTC, since the reader's zone is not known there."""
    return "" if moment is None else _written(moment, with_time=False)


def plain_time(moment: int | None) -> str:
    """Write day and time where markup cannot stand, in UTC."""
    return "" if moment is None else _written(moment, with_time=True)


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


def plural(number: int, one: str, many: str) -> str:
    """Count things: `3 | plural('subscription', 'subscriptions')` → 3 subscriptions."""
    return f"{number} {one if number == 1 else many}"


Filters = Mapping[str, Callable[..., object]]

MRKDWN_FILTERS: Filters = {
    "channel": channel,
    "clock": clock,
    "code": code,
    "date": date,
    "hour": hour,
    "link": link,
    "mention": mention,
    "money": money,
    "plural": plural,
    "time": time,
    "whole": whole,
}
PLAIN_FILTERS: Filters = {
    "channel": str,
    "clock": plain_time,
    "code": lambda value: str(without_markup(value)),
    "date": plain_date,
    "hour": plain_time,
    "link": lambda _address, label: label,
    "mention": str,
    "money": money,
    "plural": plural,
    "time": plain_time,
    "whole": lambda value: Whole(without_markup(value)),
}
