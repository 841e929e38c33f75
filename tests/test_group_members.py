"""Members are asked for once a minute, once for everybody who waits, and never remembered longer."""

import asyncio

import pytest

from bot.group_members import GroupMembers, LookupFailed


class Slack:
    """Answers when told to."""

    def __init__(self) -> None:
        self.calls = 0
        self.users = frozenset({"U1"})
        self.works = True
        self.asked = asyncio.Event()
        self.answering = asyncio.Event()
        self.answering.set()
        self.now = 0.0

    async def members(self, group_id: str) -> frozenset[str]:
        self.calls += 1
        self.asked.set()
        await self.answering.wait()
        if not self.works:
            raise LookupFailed(group_id)
        return self.users


@pytest.fixture
async def slack() -> Slack:
    return Slack()


@pytest.fixture
def members(slack: Slack) -> GroupMembers:
    return GroupMembers(slack, lambda: slack.now)


async def test_a_group_is_asked_for_once_a_minute(slack: Slack, members: GroupMembers) -> None:
    for slack.now in (0, 30, 59.9):
        assert await members.of("S1") == {"U1"}
    assert slack.calls == 1
    slack.users = frozenset({"U2"})
    slack.now = 60
    assert await members.of("S1") == {"U2"}
    assert slack.calls == 2


async def test_groups_are_kept_apart(slack: Slack, members: GroupMembers) -> None:
    await members.of("S1")
    slack.users = frozenset()
    assert await members.of("S2") == frozenset()


async def test_what_is_older_than_a_minute_is_not_used_when_slack_fails(
    slack: Slack, members: GroupMembers
) -> None:
    await members.of("S1")
    slack.works, slack.now = False, 60
    with pytest.raises(LookupFailed):
        await members.of("S1")
    slack.works = True
    assert await members.of("S1") == {"U1"}  # a failure is not remembered


async def test_many_who_ask_at_once_share_one_call(slack: Slack, members: GroupMembers) -> None:
    slack.answering.clear()
    waiting = [asyncio.create_task(members.of("S1")) for _ in range(20)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # the first of them gives up
    await asyncio.sleep(0)
    slack.answering.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert results[1:] == [frozenset({"U1"})] * 19
    assert slack.calls == 1


async def test_the_minute_starts_when_slack_is_asked_not_when_it_answers(
    slack: Slack, members: GroupMembers
) -> None:
    slack.answering.clear()
    waiting = asyncio.create_task(members.of("S1"))
    await slack.asked.wait()
    slack.now = 20
    slack.answering.set()
    await waiting
    slack.now = 60
    await members.of("S1")
    assert slack.calls == 2
