"""The self-check's probes of Slack: the tokens, scopes, and the groups and people of the settings."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.check import Check
from bot.slack.failures import SLACK_FAILURES, word_of
from bot.slack.manifest import BOT_SCOPES, GROUP_SCOPES

MOST_PEOPLE = 20
"""How many people are looked up; Slack limits `users.info`."""

MOST_OFF = 60
"""Seconds between two clocks; at 300 no request of Slack or Stripe is believed."""


@dataclass(frozen=True, slots=True)
class SlackRequirements:
    """What the settings need from Slack.

    `token`: there is a bot token, without which Slack is not called. `groups` are the user groups of roles
    and of the rotation, `people` the users on call. `alerts`: alerts are posted to a channel.
    `keeps_group`: one of the groups is changed by the bot.
    """

    token: bool
    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    alerts: bool = False
    keeps_group: bool = False

    @property
    def scopes(self) -> set[str]:
        """Return the scopes without which something does not work."""
        groups = {"usergroups:read"} if self.groups else set()
        return {*BOT_SCOPES, *groups, *(GROUP_SCOPES if self.keeps_group else ())}

    @property
    def useful_scopes(self) -> set[str]:
        """Return the scopes without which something works less well."""
        found = {"users:read"} if self.people or self.groups else set()
        return found | ({"channels:history", "channels:read"} if self.alerts else set())


class SlackCheckup:
    """Checks the token, its scopes, and that the groups and people of the settings exist."""

    def __init__(self, client: AsyncWebClient, required: SlackRequirements) -> None:
        self._client = client
        self._required = required

    async def __call__(self) -> tuple[Check, ...]:
        """Ask Slack, and return the checks. Never raises."""
        if not self._required.token:
            return (Check("slack", "warn", "not_set"),)
        try:
            answer = await self._client.auth_test()
        except SLACK_FAILURES as error:
            return (failed("slack", error),)
        granted = {scope.strip() for scope in str(answer.headers.get("x-oauth-scopes", "")).split(",")}
        missing = sorted(self._required.scopes - granted) if granted != {""} else []
        if missing:
            return (Check("slack", "broken", "scopes_missing", {"scopes": ", ".join(missing)}),)
        connected = Check("slack", "ok", "connected", {"workspace": str(answer.get("team", ""))})
        people = self._required.people[:MOST_PEOPLE] if granted == {""} or "users:read" in granted else ()
        found = await asyncio.gather(*map(self._group, self._required.groups), *map(self._person, people))
        return (
            connected,
            *check_clock(answer.headers, time.time()),
            *self._useful(granted),
            *(check for check in found if check is not None),
        )

    def _useful(self, granted: set[str]) -> tuple[Check, ...]:
        missing = sorted(self._required.useful_scopes - granted) if granted != {""} else []
        return (Check("slack_scopes", "warn", "missing", {"scopes": ", ".join(missing)}),) if missing else ()

    async def _group(self, group: str) -> Check:
        try:
            answer = await self._client.usergroups_users_list(usergroup=group)
        except SLACK_FAILURES as error:
            return failed("slack_group", error, group=group)
        facts: dict[str, str | int | None] = {"group": group, "count": len(answer.get("users") or [])}
        if not facts["count"]:
            return Check("slack_group", "warn", "empty", facts)
        return Check("slack_group", "ok", "members", facts)

    async def _person(self, person: str) -> Check | None:
        """Check a user who may be on call; None when they are fine, or Slack does not say."""
        try:
            answer = await self._client.users_info(user=person)
        except SLACK_FAILURES as error:
            unknown = word_of(error) in {"user_not_found", "user_not_visible"}
            return Check("slack_person", "broken", "unknown", {"person": person}) if unknown else None
        gone = (answer.get("user") or {}).get("deleted") is True
        return Check("slack_person", "broken", "gone", {"person": person}) if gone else None


async def check_app_token(client: AsyncWebClient, app_token: str) -> tuple[Check, ...]:
    """Ask Slack for the address of a connection of Socket Mode, and open none. Never raises."""
    try:
        await client.apps_connections_open(app_token=app_token)
    except SLACK_FAILURES as error:
        return (failed("slack_app_token", error),)
    return (Check("slack_app_token", "ok", "works"),)


def failed(name: str, error: Exception, **facts: str) -> Check:
    """Say of a call that Slack refused it and with which word, or that it did not answer."""
    word = word_of(error)
    if not word:
        return Check(name, "broken", "unreachable", facts)
    return Check(name, "broken", "refused", {**facts, "reason": word})


def check_clock(headers: Mapping[str, str], now: float) -> tuple[Check, ...]:
    """Hold this machine's clock, `now`, against the date of an answer; a check only when they differ."""
    date = next((value for name, value in headers.items() if name.lower() == "date"), "")
    try:
        off = round(now - parsedate_to_datetime(date).timestamp())
    except ValueError:
        return ()
    return (Check("clock", "broken", "off", {"seconds": abs(off)}),) if abs(off) > MOST_OFF else ()
