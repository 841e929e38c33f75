"""Decides who may do what: agents, leads and people on call, listed as Slack users and user groups.

When Slack does not say who is in a group, the answer is no, except for somebody who is listed by user id.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Self

from bot.commands.verbs import VERBS, Role
from bot.errors import NotAllowed
from bot.group_members import GroupMembers, LookupFailed, UserGroups
from bot.settings import Settings
from bot.settings.file import WhoMay
from bot.use_cases.gathered import succeeded

ON_CALL_VERBS = frozenset(verb.name for verb in VERBS if verb.role is Role.ONCALL)
"""What people on call may do without being agents."""

LEADS_ONLY = frozenset({"email_elsewhere", "config_edit"})
"""What only leads may do, unless `[roles]` says otherwise."""

HomeTeams = Callable[[], Awaitable[frozenset[str]]]
"""Returns the ids of the bot's workspace and organization. Raises LookupFailed."""
IsOutsider = Callable[[str], Awaitable[bool | None]]
"""Returns whether a user is a guest, a bot or from elsewhere; None when Slack does not say."""


@dataclass(frozen=True, slots=True)
class SlackUser:
    """A user as Slack's signed payload names them, with their workspace and its organization, if known."""

    user_id: str
    team_id: str | None = None
    enterprise_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """The users (U…, W…) and user groups (S…) of each role. `open_to_all` makes everybody an agent."""

    agents: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    oncall: tuple[str, ...] = ()
    open_to_all: bool = False


@dataclass(eq=False, repr=False)
class Access:
    """Decides for each command and each click whether a user may do it.

    Take `roles` from the `[roles]` table: who may use a verb, by the verb's name.

    Without `home_teams` users of other workspaces are not refused, without `is_outsider` guests are not.
    """

    lists: Lists
    roles: Mapping[str, WhoMay]
    groups: GroupMembers
    home_teams: HomeTeams | None = None
    is_outsider: IsOutsider | None = None

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        groups: UserGroups,
        home_teams: HomeTeams | None = None,
        is_outsider: IsOutsider | None = None,
    ) -> Self:
        """Return the access rules of the settings.

        Without SLACK_AGENTS everybody is an agent when the Stripe key is a test key, nobody when it is live.
        """
        lists = Lists(
            agents=settings.slack_agents,
            leads=settings.slack_leads,
            oncall=settings.slack_oncall,
            open_to_all=not settings.slack_agents and not settings.livemode,
        )
        return cls(lists, settings.portalbot_config.roles, GroupMembers(groups), home_teams, is_outsider)

    async def allow(self, user: SlackUser, verb: str) -> Role:
        """Return the role in which the user may use the verb (`card` or "" is the command without a verb).

        Raises:
            NotAllowed: "not_a_member", "not_agent" or "not_lead" (facts `verb` and `who_may`, a user to ask
                or None), "roles_unknown" when it could not be looked up.
        """
        # Both ask Slack, so they ask at the same time; being an outsider is what is said first.
        # Whoever gives up waiting gives up both.
        outsider, role = await asyncio.gather(
            self._refuse_outsiders(user), self._role(user, verb), return_exceptions=True
        )
        succeeded(outsider)
        return succeeded(role)

    async def _role(self, user: SlackUser, verb: str) -> Role:
        wanted = self.roles.get(verb or "card", "lead" if verb in LEADS_ONLY else "agent")
        lead = await self._among(self.lists.leads, user)
        if wanted == "lead":
            return self._decide(lead, Role.LEAD, "not_lead", verb, self.lists.leads)
        agent = lead or (True if self.lists.open_to_all else await self._among(self.lists.agents, user))
        role = Role.LEAD if lead else Role.AGENT
        if wanted != "agent":
            return self._decide(await self._among(wanted, user), role, "not_lead", verb, wanted)
        oncall: bool | None = False
        if not agent and verb in ON_CALL_VERBS:
            oncall = await self._among(self.lists.oncall, user)
            role = Role.ONCALL if oncall else role
        known = agent or oncall or (None if None in {lead, agent, oncall} else False)
        return self._decide(known, role, "not_agent", verb, self.lists.leads + self.lists.agents)

    async def _refuse_outsiders(self, user: SlackUser) -> None:
        """Raise NotAllowed for bots, guests and people of another workspace or organization.

        People of other workspaces can press buttons in shared channels, and guests can type commands. Where
        Slack does not say whether somebody is a guest, the lists decide alone.
        """
        if self.is_outsider is not None and await self.is_outsider(user.user_id):
            raise NotAllowed("not_a_member")
        if self.home_teams is None or not user.team_id:
            return
        try:
            home = await self.home_teams()
        except LookupFailed:
            raise NotAllowed("roles_unknown") from None
        if not home & {user.team_id, user.enterprise_id}:
            raise NotAllowed("not_a_member")

    async def _among(self, members: tuple[str, ...], user: SlackUser) -> bool | None:
        """Return whether the user is listed or in a listed group; None when Slack did not say."""
        if user.user_id in members:
            return True
        answer: bool | None = False
        for group in (member for member in members if member.startswith("S")):
            try:
                if user.user_id in await self.groups.of(group):
                    return True
            except LookupFailed:
                answer = None
        return answer

    def _decide(
        self, allowed: bool | None, role: Role, code: str, verb: str, who_may: tuple[str, ...]
    ) -> Role:
        if allowed:
            return role
        if allowed is None:
            raise NotAllowed("roles_unknown")
        # A person can be asked; a group's id would tell nobody anything.
        to_ask = next((member for member in who_may if not member.startswith("S")), None)
        raise NotAllowed(code, verb=verb or "card", who_may=to_ask)
