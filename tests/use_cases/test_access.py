"""Who may do what; when it cannot be found out, nobody who is not listed by name."""

import asyncio
from collections.abc import Mapping

import pytest

from bot.commands.verbs import Role
from bot.errors import NotAllowed
from bot.group_members import LookupFailed
from bot.settings import Purpose, load_settings
from bot.use_cases.access import Access, SlackUser

LIVE = {"STRIPE_API_KEY": "rk_live_1"}
AGENT, LEAD, ONCALL, OTHER = (SlackUser(f"U{n}") for n in range(1, 5))
LISTS = LIVE | {"SLACK_AGENTS": "U1,SAGENTS", "SLACK_LEADS": "U2,SLEADS", "SLACK_ONCALL": "U3,SONCALL"}


class Groups:
    """User groups of a workspace; `members` None means Slack does not answer."""

    def __init__(self, members: Mapping[str, set[str]] | None = None) -> None:
        self.groups = members
        self.calls: list[str] = []

    async def members(self, group_id: str) -> frozenset[str]:
        self.calls.append(group_id)
        await asyncio.sleep(0)
        if self.groups is None:
            raise LookupFailed(group_id)
        return frozenset(self.groups.get(group_id, ()))


def access(environ: Mapping[str, str], groups: Groups | None = None) -> Access:
    return Access.from_settings(load_settings(environ, require=Purpose.USE_DATABASE), groups or Groups({}))


async def refusal(of: Access, user: SlackUser, verb: str = "home") -> NotAllowed:
    with pytest.raises(NotAllowed) as caught:
        await of.allow(user, verb)
    return caught.value


@pytest.mark.parametrize("verb", ["", "card", "home", "cancel", "alerts", "history"])
async def test_agents_and_leads_may_use_every_verb_by_default(verb: str) -> None:
    assert await access(LISTS).allow(AGENT, verb) is Role.AGENT
    assert await access(LISTS).allow(LEAD, verb) is Role.LEAD


async def test_members_of_the_groups_have_the_role() -> None:
    of = access(LISTS, Groups({"SAGENTS": {"U8"}, "SLEADS": {"U9"}}))
    assert await of.allow(SlackUser("U8"), "home") is Role.AGENT
    assert await of.allow(SlackUser("U9"), "home") is Role.LEAD


async def test_others_are_told_whom_to_ask() -> None:
    refused = await refusal(access(LISTS), OTHER, "")
    assert (refused.code, refused.facts) == ("not_agent", {"verb": "card", "who_may": "U2"})
    refused = await refusal(access(LIVE | {"SLACK_AGENTS": "SAGENTS"}), OTHER)
    assert (refused.code, refused.facts["who_may"]) == ("not_agent", None)


async def test_people_on_call_may_work_on_alerts_and_nothing_else() -> None:
    assert await access(LISTS).allow(ONCALL, "alerts") is Role.ONCALL
    assert (await refusal(access(LISTS), ONCALL)).code == "not_agent"
    only_group = {"STRIPE_API_KEY": "rk_live_1", "SLACK_AGENTS": "U1", "SLACK_ONCALL": "SONCALL"}
    assert await access(only_group, Groups({"SONCALL": {"U4"}})).allow(OTHER, "alerts") is Role.ONCALL
    assert (await refusal(access(only_group, Groups()), OTHER, "alerts")).code == "roles_unknown"


async def test_a_test_key_without_agents_is_open_and_a_live_one_closed() -> None:
    assert await access({"STRIPE_API_KEY": "rk_test_1"}).allow(OTHER, "home") is Role.AGENT
    assert (
        await refusal(access({"STRIPE_API_KEY": "rk_test_1", "SLACK_AGENTS": "U1"}), OTHER)
    ).code == "not_agent"
    assert (await refusal(access(LIVE), OTHER)).code == "not_agent"
    assert (await refusal(access(LIVE | {"SLACK_LEADS": "SLEADS"}, Groups()), OTHER)).code == "roles_unknown"


async def test_when_slack_does_not_answer_only_those_listed_by_name_may() -> None:
    of = access(LISTS, Groups())
    assert await of.allow(AGENT, "home") is Role.AGENT
    assert await of.allow(LEAD, "home") is Role.LEAD
    assert (await refusal(of, OTHER)).code == "roles_unknown"
    assert (await refusal(of, OTHER, "alerts")).code == "roles_unknown"


@pytest.fixture
def with_roles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    file = tmp_path_factory.mktemp("config") / "portalbot.toml"
    file.write_text(
        '[roles]\ncancel = "lead"\nswitch = ["U7", "SBILLING"]\nhistory = "agent"\ncard = "lead"\n'
    )
    return LISTS | {"PORTALBOT_CONFIG": str(file)}


async def test_the_file_gives_a_verb_to_leads(with_roles: dict[str, str]) -> None:
    of = access(with_roles)
    assert await of.allow(LEAD, "cancel") is Role.LEAD
    refused = await refusal(of, AGENT, "cancel")
    assert (refused.code, refused.facts) == ("not_lead", {"verb": "cancel", "who_may": "U2"})
    assert (await refusal(of, AGENT, "")).code == "not_lead"
    assert await of.allow(AGENT, "history") is Role.AGENT
    assert (await refusal(access(with_roles, Groups()), AGENT, "cancel")).code == "roles_unknown"


async def test_the_file_gives_a_verb_to_a_list(with_roles: dict[str, str]) -> None:
    of = access(with_roles, Groups({"SBILLING": {"U8"}}))
    assert await of.allow(SlackUser("U7"), "switch") is Role.AGENT
    assert await of.allow(SlackUser("U8"), "switch") is Role.AGENT
    assert (await refusal(of, AGENT, "switch")).facts["who_may"] == "U7"
    assert (await refusal(of, LEAD, "switch")).code == "not_lead"


@pytest.mark.parametrize("user", [AGENT, OTHER])
async def test_bots_and_guests_are_refused_even_when_listed(user: SlackUser) -> None:
    async def is_outsider(user: str) -> bool | None:
        return {"U1": True, "U4": True, "U2": False}.get(user)

    settings = load_settings(LISTS, require=Purpose.USE_DATABASE)
    of = Access.from_settings(settings, Groups({}), None, is_outsider)
    assert (await refusal(of, user)).code == "not_a_member"
    assert await of.allow(LEAD, "home") is Role.LEAD
    # Where Slack does not say what somebody is, the lists decide.
    assert await of.allow(ONCALL, "alerts") is Role.ONCALL


async def test_people_of_other_workspaces_are_refused_even_when_the_bot_is_open() -> None:
    settings = load_settings({"STRIPE_API_KEY": "rk_test_1"}, require=Purpose.ASK_STRIPE)

    async def home() -> frozenset[str]:
        return frozenset({"T1", "E1"})

    async def unknown() -> frozenset[str]:
        raise LookupFailed("auth.test")

    of = Access.from_settings(settings, Groups({}), home)
    assert await of.allow(SlackUser("U1", "T1"), "home") is Role.AGENT
    assert await of.allow(SlackUser("U1", "E1"), "home") is Role.AGENT
    assert await of.allow(SlackUser("U1", "T2", "E1"), "home") is Role.AGENT  # a workspace beside ours
    assert (await refusal(of, SlackUser("U1", "T2"))).code == "not_a_member"
    assert (await refusal(of, SlackUser("U1", "T2", "E2"))).code == "not_a_member"
    of = Access.from_settings(settings, Groups({}), unknown)
    assert (await refusal(of, SlackUser("U1", "T1"))).code == "roles_unknown"


async def test_whoever_gives_up_waiting_does_not_wait_for_slack() -> None:
    given_up: list[str] = []

    async def never(user: str) -> bool | None:
        try:
            return await asyncio.Future[bool]()
        finally:
            given_up.append(user)

    class Silent(Groups):
        async def members(self, group_id: str) -> frozenset[str]:
            return await asyncio.Future[frozenset[str]]()

    settings = load_settings(LISTS, require=Purpose.USE_DATABASE)
    of = Access.from_settings(settings, Silent(), None, never)
    asking = asyncio.create_task(of.allow(OTHER, "home"))
    await asyncio.sleep(0.01)  # by now both are waited for
    asking.cancel()
    await asyncio.wait([asking], timeout=2)
    assert (asking.cancelled(), given_up) == (True, ["U4"])
