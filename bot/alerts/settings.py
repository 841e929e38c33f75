"""`[rotation]`, `[escalation]` and `[digest]` of the TOML file: who is on call, and when people are told."""

import re
from datetime import date, time
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.alerts.rotation import Handover
from bot.durations import HOUR, MINUTE, read_span
from bot.setting_texts import fitting, read_web_address

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def clock_time(text: str) -> time:
    """Read `9:00` or `18:30`; raises ValueError."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError('expected a time of day such as "09:00"')
    return time(int(found[1]), int(found[2]))


def _handovers(value: object) -> tuple[Handover, ...]:
    several = [value] if isinstance(value, str | Handover) else value
    if isinstance(several, list | tuple):
        return tuple(map(_handover, several))
    raise ValueError('expected a day and a time such as "monday 09:00", or a list of them')


def _handover(value: object) -> Handover:
    if isinstance(value, Handover):
        return value
    day, _, clock = str(value).strip().lower().partition(" ")
    if day not in WEEKDAYS:
        raise ValueError('expected a day and a time such as "monday 09:00"')
    return Handover(WEEKDAYS.index(day), clock_time(clock))


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('expected a time zone such as "Europe/Berlin"') from None


def _seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    seconds = read_span(value, "smh")
    if seconds is None:
        raise ValueError('expected a duration such as "90s", "5m" or "2h"')
    return seconds


def _hours(value: object) -> object:
    if not isinstance(value, str) or not value.strip():
        return value or None
    start, dash, end = value.replace("–", "-").partition("-")
    if not dash:
        raise ValueError('expected hours such as "22:00-07:00"')
    return clock_time(start), clock_time(end)


_user = fitting(r"[UW][A-Z0-9]+", "expected a Slack user (U… or W…)")
_group = fitting(r"S[A-Z0-9]+", "expected a Slack user group (S…)")
_variable = fitting(
    r"[A-Z][A-Z0-9_]*", "expected the name of an environment variable; the addresses are secrets"
)


def _address(text: str) -> str:
    try:
        return read_web_address(text)
    except ValueError:
        raise ValueError("expected an http(s) address") from None


Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0)]
Hours = Annotated[tuple[time, time] | None, BeforeValidator(_hours)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Rotation(_Section):
    """Who is on call. Without this section it is everybody in SLACK_ONCALL.

    `user_group` is a Slack group that the bot keeps equal to who is on call.
    """

    people: tuple[Annotated[str, AfterValidator(_user)], ...] = ()
    group: Annotated[str, AfterValidator(_group)] | None = None
    user_group: Annotated[str, AfterValidator(_group)] | None = None
    handover: Annotated[tuple[Handover, ...], BeforeValidator(_handovers)] = ()
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("UTC")
    start: date | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.people and self.group:
            raise ValueError("[rotation] has people or a group, not both")
        if self.user_group and self.user_group == self.group:
            raise ValueError("[rotation] user_group is changed by the bot, so that group must be another one")
        if self.handover and not self.people:
            raise ValueError("[rotation] handover needs people to hand over to")
        if self.handover and self.start is None:
            raise ValueError("[rotation] start is missing: a day in the turn of the first of people")
        return self


class Escalation(_Section):
    """When somebody is told, counted from when the alert was raised. Durations in seconds once read.

    `ask_after` and `reopen_after` count from when it was acknowledged; 0 never does it.
    """

    dm_after: Seconds = 5 * MINUTE
    next_after: Seconds = 10 * MINUTE
    outside_after: Seconds = 15 * MINUTE
    outside_env: Annotated[str, AfterValidator(_variable)] | None = None
    notify_after: Seconds = HOUR
    quiet_hours: Hours = None
    ask_after: Seconds = 8 * HOUR
    reopen_after: Seconds = 24 * HOUR
    behind_after: Seconds = 10 * MINUTE
    heartbeat_url: Annotated[str, AfterValidator(_address)] | None = None


class DigestTable(_Section):
    """When the weekly digest is told; without `at` never."""

    at: Annotated[tuple[Handover, ...], BeforeValidator(_handovers)] = (Handover(0, time(9)),)
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("UTC")
