"""Keeps a Slack user group equal to who is on call, so that mentioning it reaches them."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.roster import OnCall
from bot.durations import Clock
from bot.errors import Unavailable
from bot.group_members import LookupFailed
from bot.logs import get_log
from bot.slack.failures import SLACK_FAILURES, word_of
from bot.slack.user_groups import SlackUserGroups

LOOK_AGAIN_SECONDS = 600.0
"""So often Slack is asked whether somebody else has changed the group; Slack allows few such questions."""

_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class OnCallGroup:
    """Changes one group. The bot needs the scopes `usergroups:read` and `usergroups:write`."""

    group: str
    on_call: OnCall
    groups: SlackUserGroups
    client: AsyncWebClient
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic
    _kept: frozenset[str] = frozenset()
    _look_again_at: float = 0.0

    async def keep(self) -> None:
        """Change the group when somebody else is on call than it holds.

        Raises Unavailable when the database or Slack does not answer, or Slack refuses; then it is the next
        turn's work. Slack takes no empty group, so that with nobody on call it stays as it is. So it
        does until everybody on call is known.
        """
        present = await self.on_call.at(self.clock())
        people = frozenset(present.duty.people)
        if not people or not present.is_complete:
            return
        if people == self._kept and self.monotonic() < self._look_again_at:
            return
        try:
            held = await self.groups.members(self.group)
            if held != people:
                team = self.groups.team_of(self.group)
                await self.client.usergroups_users_update(
                    usergroup=self.group, users=sorted(people), team_id=team
                )
                _log.info("oncall_group_changed", group=self.group, people=len(people))
        except LookupFailed as error:
            raise _not_kept(error.__cause__) from error
        except SLACK_FAILURES as error:
            raise _not_kept(error) from error
        self._kept = people
        self._look_again_at = self.monotonic() + LOOK_AGAIN_SECONDS


def _not_kept(error: BaseException | None) -> Unavailable:
    return Unavailable("oncall_group_not_kept", reason=word_of(error) or None, retry=True)
