"""The list of alerts begins with what needs somebody most, however many are open."""

from sqlalchemy import update

from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.tables import alerts
from bot.store.database import Database
from tests.alerts.rows.test_retention import raised

NOW = 1_000_000


async def test_pages_come_first_then_ones_own_then_what_is_open_and_snoozed_ones_last(
    database: Database,
) -> None:
    store = Alerts(database)
    snoozed, others, opened, mine, assigned, over, page = [
        await raised(database, key, NOW + number) for number, key in enumerate("abcdefg")
    ]
    await store.snooze(snoozed, "U1", NOW + 100, NOW)
    await store.acknowledge(others, "U2", NOW)
    await store.acknowledge(mine, "U1", NOW)
    await store.assign(assigned, "U1", NOW)
    await store.resolve(over, "U1", NOW)
    paging = update(alerts).where(alerts.c.id == page).values(severity="page")
    await database.write(lambda connection: connection.execute(paging))
    order = [page, mine, assigned, opened, others, snoozed]
    found = await store.urgent("U1", 0, 10)
    assert [each.id for each in found.alerts] == order
    assert (found.skipped, found.total, found.waiting) == (0, 6, 3)
    for skipped in range(6):
        part = await store.urgent("U1", skipped, 2)
        assert ([each.id for each in part.alerts], part.skipped) == (order[skipped : skipped + 2], skipped)
    assert (await store.urgent("U1", 6, 10)).skipped == 0
