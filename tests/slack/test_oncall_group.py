"""`[rotation] user_group`: a Slack group holds whoever is on call, whatever Slack does meanwhile."""

from collections.abc import Iterator

import pytest

from bot.alerts.rotation import Turn
from bot.alerts.settings import Rotation
from bot.errors import Unavailable
from bot.slack.manifest import make_manifest
from bot.slack.oncall_group import OnCallGroup
from bot.slack.user_groups import SlackUserGroups
from bot.words import Words
from tests.alerts.oncall_parts import Clock, people_on_call
from tests.stand.person import AGENT, LEAD, ONCALL
from tests.stand.stand import Stand, open_stand

GROUP = "S0LEADS"
ROTATION = f"""
[rotation]
people = ["{AGENT}", "{ONCALL}"]
handover = ["monday 09:00", "thursday 09:00"]
start = 2026-01-05
user_group = "{GROUP}"
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with open_stand(tmp_path_factory.mktemp("group"), ROTATION, SLACK_LEADS="U0PRIYA") as stand:
        yield stand


def members(kept: Stand) -> tuple[str, ...]:
    groups = kept.sandbox.slack.parts.workspace.groups
    return kept.on_loop(lambda: groups[GROUP].members)


def keep(kept: Stand) -> None:
    group = kept.web.services.on_call.group
    assert group is not None
    kept.loop.run(group.keep())


def stand_in(kept: Stand, person: str) -> None:
    on_call = kept.web.services.on_call
    now = on_call.group.clock()  # type: ignore[union-attr]
    kept.loop.run(on_call.rows.stand_in([Turn(person, now - 1, now + 3600)], person, now))


def test_the_group_follows_taking_over_and_handing_back(kept: Stand) -> None:
    keep(kept)
    scheduled = members(kept)
    assert len(scheduled) == 1
    assert scheduled[0] in {AGENT, ONCALL}
    stand_in(kept, LEAD)
    keep(kept)
    assert members(kept) == (LEAD,)
    kept.person(LEAD).asks("oncall back")
    keep(kept)
    assert members(kept) == scheduled


def test_slack_is_left_alone_while_nobody_else_is_on_call(kept: Stand) -> None:
    keep(kept)
    before = kept.slack_calls("usergroups.users.list")
    for _ in range(3):
        keep(kept)
    assert kept.slack_calls("usergroups.users.list") == before


def test_a_slack_that_fails_is_asked_again_at_the_next_turn(kept: Stand) -> None:
    keep(kept)
    stand_in(kept, LEAD)
    kept.fault("slack", "500", "usergroups.users.update", times=3)
    with pytest.raises(Unavailable) as refused:
        keep(kept)
    assert refused.value.code == "oncall_group_not_kept"
    kept.heal()
    keep(kept)
    assert members(kept) == (LEAD,)


def test_the_scope_is_asked_for_only_where_a_group_is_kept() -> None:
    for keeps, asked in ((True, True), (False, False)):
        made = make_manifest(Words(), base_url=None, command="/portal", keeps_group=keeps)
        assert ("usergroups:write" in made["oauth_config"]["scopes"]["bot"]) is asked


def test_while_a_group_on_call_could_not_be_read_yet_nobody_is_taken_out(kept: Stand) -> None:
    keep(kept)
    before, services = members(kept), kept.web.services
    unread = people_on_call(services.database, Rotation(), (AGENT, "S0UNREAD"))
    group = OnCallGroup(GROUP, unread, SlackUserGroups(services.slack), services.slack, Clock().whole)
    kept.loop.run(group.keep())
    assert members(kept) == before
