"""An alert that was taken and not resolved is asked about once, and a page opens again."""

import pytest

from bot.alerts.alert import Severity, Status
from bot.alerts.forgotten import ask_about_forgotten
from bot.alerts.rows.alerts import Alerts
from bot.alerts.settings import Escalation
from bot.durations import HOUR
from bot.store.database import Database
from tests.alerts.oncall_parts import NOW, SAM, Clock, notes, raised
from tests.alerts.test_late_notes import Post, send_all


@pytest.mark.parametrize("severity", [Severity.PAGE, Severity.NOTIFY])
async def test_it_is_asked_about_and_a_page_opens_again(database: Database, severity: Severity) -> None:
    clock, store, post = Clock(), Alerts(database), Post()
    alert = await raised(database, severity=severity)
    await store.acknowledge(alert.id, SAM, NOW)
    for hours, asked, status in (
        (7, 0, Status.ACKNOWLEDGED), (8, 1, Status.ACKNOWLEDGED), (9, 1, Status.ACKNOWLEDGED),
        (24, 1, Status.OPEN if severity is Severity.PAGE else Status.ACKNOWLEDGED),
    ):  # fmt: skip
        clock.now = NOW + hours * HOUR
        await ask_about_forgotten(store, Escalation(), clock.whole)
        assert len(await notes(database)) == asked
        assert (await store.get(alert.id)).status is status
        await send_all(database, post)
    (note,) = await notes(database)
    assert note.channel == SAM
    said, *changed = [each for each in post.sent if each.channel == SAM]
    assert "Is this over?" in said.message.text
    assert ("I open it again" in str(said.message.blocks)) is (severity is Severity.PAGE)
    # The question is the alert itself: once it is open again, that is what it shows.
    assert [each.ts is not None for each in changed] == [True] * (severity is Severity.PAGE)
    assert "Is it over?" not in str([each.message.blocks for each in changed])


async def test_what_is_resolved_or_switched_off_is_not_asked_about(database: Database) -> None:
    clock, store = Clock(NOW + 100 * HOUR), Alerts(database)
    alert = await raised(database)
    await store.acknowledge(alert.id, SAM, NOW)
    await ask_about_forgotten(store, Escalation(ask_after=0, reopen_after=0), clock.whole)
    await store.resolve(alert.id, SAM, NOW)
    await ask_about_forgotten(store, Escalation(), clock.whole)
    assert await notes(database) == []
