"""While many mails leave, agents are acknowledged as ever."""

import time

import pytest

from benchmarks.soak_mail import one_mail
from bot.mail.rows import Mails
from tests.mail.stand import mails
from tests.stand.person import Person
from tests.stand.stand import Stand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(5)

COUNT = 200
PROMISED_MS = 1000


def test_commands_are_acknowledged_within_a_second_while_mails_drain(agent: Person, stand: Stand) -> None:
    kept = Mails(stand.web.services.database)
    now = int(time.time()) - 10

    async def queue_all() -> None:
        for number in range(COUNT):
            await kept.add(one_mail(number, now))

    stand.loop.run(queue_all())
    until(lambda: mails(stand), "the first mail")
    acks = []
    while len(mails(stand)) < COUNT:
        acks.append(agent.types("/portal help")["ack_ms"])
    assert acks
    assert max(acks) < PROMISED_MS
    assert len({each["message_id"] for each in mails(stand)}) == COUNT
