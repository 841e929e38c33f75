"""Slack's `<!date^…>` words, in the reader's time zone and language."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel import dates as written

_TOKEN = re.compile(r"\{(\w+)\}")


def zone(name: str) -> tzinfo:
    """Return the time zone, or UTC on a machine that has no zone data."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return UTC


def clock_time(moment: datetime) -> str:
    """Return the hour as Slack writes it, such as 2:05 PM."""
    return moment.strftime("%I:%M %p").lstrip("0")


def format_date(timestamp: int, template: str, tz: tzinfo, now: float, locale: str = "en-US") -> str:
    """Fill a date template for somebody with a locale; an unknown token stays as it is.

    Tokens: https://docs.slack.dev/messaging/formatting-message-text#date-formatting.

    Raises:
        OverflowError, ValueError or OSError: a time no calendar has.
    """
    moment = datetime.fromtimestamp(timestamp, tz)
    if not locale.startswith("en"):
        other = _elsewhere(moment, Locale.parse(locale, sep="-"))
        return _TOKEN.sub(lambda match: other.get(match[1].removesuffix("_pretty"), match[0]), template)
    today = datetime.fromtimestamp(now, tz).date()
    words = {
        "date_num": moment.strftime("%Y-%m-%d"),
        "date_slash": moment.strftime("%m/%d/%Y"),
        "date": _plain(moment, "%B"),
        "date_short": f"{moment.strftime('%b')} {moment.day}, {moment.year}",
        "date_long": f"{moment.strftime('%A')}, {_plain(moment, '%B')}",
        "time": clock_time(moment),
        "time_secs": moment.strftime("%I:%M:%S %p").lstrip("0"),
        "ago": _ago(now - timestamp),
    }
    for name in ("date", "date_short", "date_long"):
        words[f"{name}_pretty"] = _near(moment.date(), today) or words[name]
    words["day_divider_pretty"] = words["date_long_pretty"]
    return _TOKEN.sub(lambda match: words.get(match[1], match[0]), template)


def _elsewhere(moment: datetime, locale: Locale) -> dict[str, str]:
    """The words in another language, without today and tomorrow."""
    return {
        "date_num": moment.strftime("%Y-%m-%d"),
        "date_slash": written.format_date(moment, "short", locale),
        "date": written.format_date(moment, "long", locale),
        "date_short": written.format_date(moment, "medium", locale),
        "date_long": written.format_date(moment, "full", locale),
        "time": written.format_time(moment, "short", locale=locale),
        "time_secs": written.format_time(moment, "medium", locale=locale),
    }


def _plain(moment: datetime, month: str) -> str:
    day = moment.day
    suffix = "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{moment.strftime(month)} {day}{suffix}, {moment.year}"


def _near(day: date, today: date) -> str:
    near = {today: "today", today - timedelta(days=1): "yesterday", today + timedelta(days=1): "tomorrow"}
    return near.get(day, "")


def _ago(seconds: float) -> str:
    amount = abs(int(seconds))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if amount >= size:
            count = amount // size
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "now"
