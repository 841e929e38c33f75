"""Requests and drafts: who may not ask reaches nothing, and an undo puts everything back or is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.changes.change import Change, ChangePlace, State
from bot.errors import NotAllowed, PortalBlocks
from bot.portal.configuring.repairs import Repair
from bot.use_cases.change_drafts import ChangeDrafts
from bot.use_cases.change_requests import ChangeRequests
from bot.use_cases.person import Person
from tests.changes.made import made_change

UNREACHED: Any = None
PLACE = ChangePlace("U1")


class OneChange:
    """Rows with one change, to be undone."""

    def __init__(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.change = made_change(before, after, State.APPLIED, finished_at=1_000)
        self.added: list[Any] = []

    async def get(self, _number: int) -> Change:
        return self.change

    async def add(self, row: Any, _now: int) -> Change:
        self.added.append(row)
        return self.change


def requests(rows: Any = UNREACHED, now: int = 1_000) -> ChangeRequests:
    return ChangeRequests(
        UNREACHED, UNREACHED, rows, lambda: now, channel="C1", four_eyes=False, usage=UNREACHED
    )


def drafts() -> ChangeDrafts:
    return ChangeDrafts(UNREACHED, UNREACHED, requests(), UNREACHED, lambda: 1_000)


@pytest.mark.parametrize("ask", [
    lambda person: requests().repair(Repair("bpc_1"), person, PLACE),
    lambda person: requests().withdraw(1, person),
    lambda person: drafts().draft(1, person),
    lambda person: drafts().keep(1, person, {}),
    lambda person: drafts().check(1, person, {}),
], ids=["repair", "withdraw", "draft", "keep", "check"])  # fmt: skip
async def test_who_may_not_ask_reaches_neither_stripe_nor_the_database(
    ask: Callable[[Person], Awaitable[object]],
) -> None:
    async def nobody(verb: str) -> str:
        raise NotAllowed("not_lead", verb=verb, who_may=None)

    with pytest.raises(NotAllowed):
        await ask(Person("U1", nobody, 0))


@pytest.mark.parametrize(("path", "before", "refused"), [
    ("features.subscription_pause.enabled", None, True), ("features.subscription_cancel.mode", None, True),
    ("features.subscription_pause.enabled", False, False), ("name", None, False),
])  # fmt: skip
async def test_an_undo_that_cannot_put_everything_back_is_refused(
    path: str, before: Any, refused: bool
) -> None:
    async def lead(_verb: str) -> str:
        return "lead"

    rows = OneChange({path: before, "active": True}, {path: "new", "active": False})
    person = Person("U1", lead, 0, request_key="r")
    if refused:
        with pytest.raises(PortalBlocks, match="undo_not_possible"):
            await requests(rows).undo(1, person, PLACE)
        assert rows.added == []
    else:
        await requests(rows).undo(1, person, PLACE)
        assert rows.added[0].after == {path: before, "active": True}


@pytest.mark.parametrize(("now", "code"), [(1_001, "undo_changed_since"), (90_000, "undo_too_late")])
async def test_a_button_that_is_late_says_why_nothing_is_undone(now: int, code: str) -> None:
    async def lead(_verb: str) -> str:
        return "lead"

    rows = OneChange({"active": False}, {"active": True})
    rows.change = replace(rows.change, state=State.SETTLED)
    with pytest.raises(PortalBlocks, match=code):
        await requests(rows, now).undo(1, Person("U1", lead, 0), PLACE)
    assert rows.added == []
