"""What came of a link, over cases that were labeled by hand: nothing is ever told of the wrong link."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import delete

from bot.alerts.rows.retention import PostedMessage
from bot.outcomes.link_actions import LinkActions
from bot.outcomes.links import AskedFrom, IssuedLink, KnownLink
from bot.outcomes.rows import MOST_AT_ONCE, SETTLING_SECONDS, OutcomeRows, add_link, keep_event
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.store.tables import stripe_events
from tests.outcomes.events import CUSTOMER, START, event, session_event
from tests.sqlite import with_tables
from tests.store.conftest import everything

Json = dict[str, Any]
CASES: list[Json] = yaml.safe_load((Path(__file__).parents[1] / "data" / "outcomes.yaml").read_text())
LOOK = 4_000


class Process:
    """What a process keeps between two events: nothing. `restart` makes another one."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stack = AsyncExitStack()

    async def restart(self) -> None:
        await self._stack.aclose()
        self.database = await self._stack.enter_async_context(Database(self._url))
        self.rows = OutcomeRows(self.database)
        self.events = StripeEvents(self.database, hear=keep_event)

    async def stop(self) -> None:
        await self._stack.aclose()

    async def issue(self, link: Json) -> None:
        issued = IssuedLink(
            id=f"bps_{link['name']}",
            at=START + link.get("at", 0),
            customer=CUSTOMER,
            actor="U0ALEX",
            verb="payment",
            livemode=False,
            recovers=link.get("recovers", False),
            place=link.get("place"),
        )
        await self.database.write(lambda connection: add_link(connection, issued))

    async def look(self, now: int) -> None:
        """Look at everything that is due, as the periodic work does."""
        for known in await self.rows.take_due(now):
            outcome = known.actions.code(recovers=known.link.recovers)
            await self.rows.note(replace(known, outcome=outcome), now)


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    process = Process(with_tables(f"sqlite:///{tmp_path}/portalbot.db"))
    await process.restart()
    yield process
    await process.stop()


async def play(process: Process, case: Json) -> dict[str, KnownLink]:
    """Let everything of a case happen; what is known of each link at its end."""
    late = []
    for link in case["links"]:
        await process.issue(link)
        if link.get("late"):
            late.append(session_event(link))
        elif not link.get("unheard"):
            await process.events.add(session_event(link))
    number = 0
    for each in case["events"]:
        if each.get("restart"):
            await process.restart()
            continue
        number += 0 if each.get("again") else 1
        happened = event(each, number)
        await process.events.add(happened)
        # What is told in between must not be in the way of what comes later.
        await process.look(happened.received_at + 11)
    for happened in late:
        await process.events.add(happened)
    now = START + case.get("look", LOOK)
    await process.look(now)
    return {
        each.link.id.removeprefix("bps_"): each for each in await process.rows.of_customer(CUSTOMER, 0, 10)
    }


def done(link: LinkActions, part: str) -> list[str]:
    return [each.action.value for each in getattr(link, part)]


def test_there_are_forty_cases_and_no_two_alike() -> None:
    assert len({each["case"] for each in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=[each["case"] for each in CASES])
async def test_what_came_of_each_link(process: Process, case: Json) -> None:
    known = await play(process, case)
    assert known.keys() == case["expect"].keys()
    for name, expected in case["expect"].items():
        found = known[name]
        assert done(found.actions, "through") == expected.get("through", [])
        assert done(found.actions, "since") == expected.get("since", [])
        assert found.outcome == expected.get("outcome")


async def test_no_address_of_a_session_is_kept(process: Process) -> None:
    await play(process, CASES[0])
    for table in ("portal_links", "customer_changes", "stripe_events"):
        kept = await everything(process.database, table)
        assert kept != "[]"
        assert "S3cret" not in kept


async def test_changes_of_customers_without_a_link_are_not_kept(process: Process) -> None:
    await process.events.add(event({"at": 60, "what": "card_attached"}))
    assert await everything(process.database, "customer_changes") == "[]"


async def test_what_is_kept_of_a_customer_can_be_forgotten(process: Process) -> None:
    await play(process, CASES[0])
    await process.rows.forget(CUSTOMER)
    for table in ("portal_links", "customer_changes"):
        assert await everything(process.database, table) == "[]"


async def test_old_links_and_what_can_be_late_no_more_are_pruned(process: Process) -> None:
    await play(process, CASES[0])
    await process.rows.prune(0, START + 5 * 86_400)
    assert await everything(process.database, "customer_changes") == "[]"
    assert "bps_a" in await everything(process.database, "portal_links")
    await process.rows.prune(START + 1, START + 5 * 86_400)
    assert await everything(process.database, "portal_links") == "[]"


async def test_where_a_direct_message_stands_is_known_for_as_long_as_its_link(process: Process) -> None:
    direct = AskedFrom("U0ALEX", "C1", direct_channel="D1", direct_ts="1.5")
    for name, place in (("a", direct), ("b", AskedFrom("U0SAM", "C0SECRET"))):
        await process.issue({"name": name, "place": place})
    await process.rows.prune(0, START + 5 * 86_400)
    assert await process.rows.messages_of(CUSTOMER) == (PostedMessage("D1", "1.5"),)
    assert "C0SECRET" not in await everything(process.database, "portal_links")


async def test_an_event_that_comes_again_after_its_row_was_deleted_changes_nothing(process: Process) -> None:
    await play(process, CASES[0])
    before = await everything(process.database, "customer_changes")
    await process.database.write(lambda connection: connection.execute(delete(stripe_events)))
    await process.events.add(event(CASES[0]["events"][0], 1))
    assert await everything(process.database, "customer_changes") == before


async def test_a_link_is_told_by_who_took_it_last_and_not_while_an_event_waits(process: Process) -> None:
    for number in range(MOST_AT_ONCE + 1):
        await process.issue({"name": f"a{number}"})
    (link, *_) = first = await process.rows.take_due(START + LOOK)
    assert len(first) == MOST_AT_ONCE
    assert await process.rows.renew(link.link.id, START + LOOK, START + LOOK + 30)
    assert not await process.rows.renew(link.link.id, START + LOOK, START + LOOK + 31)
    await process.events.add(event({"at": 60, "what": "card_attached"}))
    assert not await process.rows.renew(link.link.id, START + LOOK + 30, START + LOOK + 32)


@pytest.mark.parametrize("renewed", [False, True])
async def test_a_link_that_is_told_of_is_taken_by_nobody_else_also_when_an_event_comes(
    process: Process, renewed: bool
) -> None:
    await process.issue({"name": "a"})
    await process.events.add(session_event({"name": "a"}))
    await process.events.add(event({"at": 60, "what": "card_attached"}))
    now = START + 100
    (known,) = await process.rows.take_due(now)
    for number, later in enumerate((1, 30)):
        await process.events.add(event({"at": 100 + later, "what": "details"}, number + 1))
        assert await process.rows.take_due(now + later + SETTLING_SECONDS + 2) == ()
    if renewed:
        assert not await process.rows.renew("bps_a", now, now)
    else:
        await process.rows.note(known, now)
    (again,) = await process.rows.take_due(now + SETTLING_SECONDS)
    assert done(again.actions, "through") == ["card_changed", "details_changed"]
