"""Who reaches a limit on links again and again is told about once in ten minutes."""

from bot.alerts.rows.alerts import Alerts
from bot.durations import DAY
from bot.errors import NotAllowed
from bot.notify.limit_notice import QUIET_SECONDS, LimitNotice
from bot.store.database import Database
from tests.alerts.oncall_parts import CHANNEL, NOW, Clock, notes

REFUSED = NotAllowed("too_many_links", limit=3)


async def test_a_clock_that_is_set_back_silences_nobody_for_longer_than_ten_minutes(
    database: Database,
) -> None:
    clock, timer = Clock(NOW), Clock(0)
    notice = LimitNotice(Alerts(database), CHANNEL, clock.whole, timer)
    for passed, told in ((0, 1), (QUIET_SECONDS - 1, 1), (1, 2)):
        timer.now += passed
        await notice.tell("U1", REFUSED)
        assert len(await notes(database)) == told
        clock.now -= DAY
