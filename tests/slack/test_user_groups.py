"""Asking Slack who is in a group: any failure is a failed lookup, none a wrong answer."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.group_members import LookupFailed
from bot.slack.user_groups import SlackUserGroups


class Api:
    """A Web API that answers with what it is told."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {}
        self.status = 200
        self.calls: list[tuple[str, str, str]] = []
        self.home: dict[str, Any] = {}
        self.asked_who = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        form = {**request.query, **(await request.post())}
        method = request.path.rpartition("/")[2]
        if method == "auth.test" and self.status == 200:
            self.asked_who += 1
            return web.json_response({"ok": True, "team_id": "T1", **self.home})
        if method == "auth.teams.list":
            return web.json_response({"ok": True, "teams": [{"id": "T1"}, {"id": "T2"}]})
        self.calls.append((request.path, str(form.get("usergroup", "")), str(form.get("team_id", ""))))
        answer = (
            self.answer if form.get("team_id") in {None, "T2"} else {"ok": False, "error": "no_such_subteam"}
        )
        return web.json_response(answer, status=self.status)


@pytest.fixture
async def api() -> AsyncIterator[tuple[Api, Callable[[], SlackUserGroups]]]:
    api = Api()
    application = web.Application()
    application.router.add_route("*", "/api/{method}", api.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield api, lambda: SlackUserGroups(AsyncWebClient("xoxb-1", f"http://{host}:{port}/api/"))
    await runner.cleanup()


Running = tuple[Api, Callable[[], SlackUserGroups]]


async def test_the_members_are_what_slack_says(api: Running) -> None:
    slack, groups = api
    slack.answer = {"ok": True, "users": ["U1", "U2"]}
    assert await groups().members("S1") == {"U1", "U2"}
    assert slack.calls == [("/api/usergroups.users.list", "S1", "")]


@pytest.mark.parametrize(("status", "answer"), [
    (200, {"ok": False, "error": "no_such_subteam"}), (200, {"ok": False, "error": "plan_upgrade_required"}),
    (429, {"ok": False, "error": "ratelimited"}), (500, {}),
])  # fmt: skip
async def test_an_error_of_slack_is_a_failed_lookup(
    api: Running, status: int, answer: dict[str, Any]
) -> None:
    slack, groups = api
    slack.status, slack.answer = status, answer
    with pytest.raises(LookupFailed):
        await groups().members("S1")


async def test_a_slack_that_cannot_be_reached_is_a_failed_lookup() -> None:
    with pytest.raises(LookupFailed):
        await SlackUserGroups(AsyncWebClient("xoxb-1", "http://127.0.0.1:1/api/")).members("S1")


async def test_our_workspace_is_asked_for_once(api: Running) -> None:
    slack, make = api
    slack.home = {"enterprise_id": "E1"}
    groups = make()
    assert await groups.home_teams() == {"T1", "E1"}
    assert await groups.home_teams() == {"T1", "E1"}
    assert slack.asked_who == 1


async def test_a_workspace_without_organisation_is_itself(api: Running) -> None:
    slack, groups = api
    slack.home = {"enterprise_id": None}
    assert await groups().home_teams() == {"T1"}


async def test_an_app_of_a_whole_organization_says_in_which_workspace_a_group_is(api: Running) -> None:
    slack, groups = api
    slack.home = {"enterprise_id": "E1", "is_enterprise_install": True}
    slack.answer = {"ok": True, "users": ["U1"]}
    ours = groups()
    assert await ours.home_teams() == {"T1", "T2", "E1"}
    for _ in range(2):
        assert await ours.members("S1") == {"U1"}
    # Where the group is, is found once.
    assert [team for _, _, team in slack.calls] == ["T1", "T2", "T2"]
