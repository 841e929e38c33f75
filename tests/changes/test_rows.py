"""Rows of changes: each step once, one change of a configuration at a time, and nothing waits for ever."""

import asyncio

import pytest

from bot.changes.change import ANSWERED_WITHIN, ChangePlace, Proposed, State
from bot.changes.owner import own_name
from bot.changes.rows import LEASE_SECONDS, ChangeRows
from bot.errors import NotFound, PortalBlocks
from bot.process.changes import who_changed
from bot.store.audit import AuditEntry
from bot.store.database import Database


def proposed(state: State = State.APPROVED, configuration: str = "bpc_1", **more: object) -> Proposed:
    return Proposed(
        livemode=False, configuration=configuration, name="Portal", actor="U1", version="5-a",
        before={"active": True}, after={"active": False}, state=state, **more,  # type: ignore[arg-type]
    )  # fmt: skip


async def test_what_was_kept_is_read_back_and_a_repeated_request_has_one_row(database: Database) -> None:
    rows = ChangeRows(database)
    first = await rows.add(proposed(request_key="k", place=ChangePlace("U1", "C1")), 100)
    second = await rows.add(proposed(request_key="k"), 200)
    assert first == second == await rows.get(first.id)
    assert (first.expires_at, first.place) == (100 + ANSWERED_WITHIN, ChangePlace("U1", "C1"))
    with pytest.raises(NotFound):
        await rows.get(first.id + 1)


async def test_of_several_who_take_a_change_one_does_it(database: Database) -> None:
    rows = ChangeRows(database)
    change = await rows.add(proposed(), 100)
    taken = await asyncio.gather(*(rows.take(change.id, 100) for _ in range(4)))
    assert sum(each is not None for each in taken) == 1


async def test_changes_of_one_configuration_are_made_one_after_the_other(
    database: Database,
) -> None:
    rows = ChangeRows(database)
    first, second = await rows.add(proposed(), 100), await rows.add(proposed(), 100)
    other = await rows.add(proposed(configuration="bpc_2"), 100)
    await rows.take(first.id, 100)
    with pytest.raises(PortalBlocks, match="change_in_progress"):
        await rows.take(second.id, 101)
    assert await rows.take(other.id, 101) is not None
    assert await rows.take(second.id, 101 + LEASE_SECONDS) is not None


async def test_a_lease_from_a_clock_that_was_set_back_holds_nobody_up(database: Database) -> None:
    rows = ChangeRows(database)
    change = await rows.add(proposed(), 100)
    await rows.take(change.id, 10_000)
    assert [each.id for each in await rows.waiting(100)] == [change.id]


async def test_undo_ends_with_the_next_change_of_the_configuration_and_after_a_day(
    database: Database,
) -> None:
    rows = ChangeRows(database)
    line = AuditEntry(at=1, actor="U1", role="lead", verb="config", outcome="changed", livemode=False)
    first, second = await rows.add(proposed(), 100), await rows.add(proposed(), 100)
    other = await rows.add(proposed(configuration="bpc_2"), 100)
    for each in (first, other):
        await rows.applied(each.id, 100, "v", each.after, line)
    await rows.note(first.id, told=State.APPLIED, shown=State.APPLIED)
    await rows.applied(second.id, 101, "w", second.after, line)
    assert not (await rows.get(first.id)).can_be_undone(101)
    assert [each.id for each in await rows.untold(101)] == [first.id], "its buttons, and nobody twice"
    assert (await rows.get(first.id)).told == State.SETTLED
    assert (await rows.get(other.id)).can_be_undone(101)
    await rows.settle(100 + ANSWERED_WITHIN)
    states = [(await rows.get(each.id)).state for each in (second, other)]
    assert states == [State.APPLIED, State.SETTLED]


async def test_a_request_is_answered_once(database: Database) -> None:
    rows = ChangeRows(database)
    asked = await rows.add(proposed(State.ASKED), 100)
    assert await rows.overdue(100 + ANSWERED_WITHIN - 1) == ()
    assert [each.id for each in await rows.overdue(100 + ANSWERED_WITHIN)] == [asked.id]
    await rows.end(asked.id, State.ASKED, State.DECLINED, None, decided_by="U2")
    with pytest.raises(PortalBlocks) as refused:
        await rows.end(asked.id, State.ASKED, State.APPROVED, None)
    assert refused.value.facts == {"state": "declined", "by": "U2"}


async def test_who_is_told_is_told_by_one_process_at_a_time(database: Database) -> None:
    rows = ChangeRows(database)
    change = await rows.add(proposed(State.DECLINED, told=State.ASKED), 100)
    assert [each.id for each in await rows.untold(100)] == [change.id]
    assert await rows.begin_telling(change.id, 100)
    assert not await rows.begin_telling(change.id, 101)
    assert await rows.untold(101) == ()
    await rows.note(change.id, told=State.DECLINED, told_at=None)
    assert await rows.untold(200) == ()


async def test_an_alert_is_told_who_changed_it_by_the_key_and_nothing_by_another(database: Database) -> None:
    rows = ChangeRows(database)
    asked = await rows.add(proposed(State.ASKED), 100)
    await rows.end(asked.id, State.ASKED, State.APPROVED, None, decided_by="U2")
    tell = who_changed(database)
    assert await tell(asked.key) == {"by": "U2", "asked_by": "U1"}
    assert await tell("somebody-elses-key") is None


async def test_forgetting_takes_the_customer_out_and_pruning_leaves_what_waits(database: Database) -> None:
    rows = ChangeRows(database)
    kept = await rows.add(proposed(State.ASKED, customer="cus_1", place=ChangePlace("U1")), 100)
    await rows.add(proposed(State.APPLIED), 100)
    draft = await rows.add(proposed(State.SHOWN), 150)
    assert await rows.forget("cus_1") == 1
    assert (await rows.get(kept.id)).customer is None
    assert await rows.prune(120, 140) == 1
    assert (await rows.get(draft.id)).state is State.SHOWN
    assert await rows.prune(0, 151) == 1


@pytest.mark.parametrize(("state", "place"), [
    (State.ASKED, ChangePlace("U1")), (State.APPROVED, ChangePlace("U1")), (State.APPLIED, None),
])  # fmt: skip
async def test_forgetting_leaves_where_an_open_request_is_answered(
    database: Database, state: State, place: ChangePlace | None
) -> None:
    rows = ChangeRows(database)
    change = await rows.add(proposed(state, customer="cus_1", place=ChangePlace("U1")), 100)
    await rows.forget("cus_1")
    assert (await rows.get(change.id)).place == place


async def test_nobody_waits_for_a_process_of_this_machine_that_was_killed(database: Database) -> None:
    rows = ChangeRows(database)
    first, second = await rows.add(proposed(), 100), await rows.add(proposed(), 100)
    await rows.take(first.id, 100)
    ended = await asyncio.create_subprocess_exec("true")
    await ended.wait()
    mine = own_name().split(" ", 2)
    await rows.note(first.id, begun_by=f"another {ended.pid} {mine[2]}")
    assert [each.id for each in await rows.waiting(101)] == [first.id, second.id]
    assert await rows.take(second.id, 101) is not None
    await rows.note(second.id, begun_by=f"another {ended.pid} another machine")
    with pytest.raises(PortalBlocks, match="change_in_progress"):
        await rows.take(first.id, 102)
