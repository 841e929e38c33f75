"""A process that sends mails and nothing else, to be killed; started by `benchmarks.soak_mail`."""

import asyncio
import sys
import time

from bot.engine import Every, JobQueue, Timing
from bot.engine.client import open_queue
from bot.engine.running import running_engine
from bot.logs import configure_logs
from bot.mail.addresses import read_address
from bot.mail.delivery import Delivery, RetryPolicy
from bot.mail.mail import Mail
from bot.mail.message import Sender
from bot.mail.rows import Mails
from bot.mail.smtp import MailServer
from bot.portal.secret import Secret
from bot.store.database import Database

TIMING = Timing(poll=0.1, beat=0.3, dead_after=10, finish=5)
PATIENCE = RetryPolicy(
    first_retry=0.2, longest_retry=1, longest_send=5, grace=0, enqueue_again=1, write_again=0.1
)


async def work(url: str, port: int) -> None:
    """Send until killed."""
    async with Database(url) as database, open_queue(url) as queue:
        delivery = make_delivery(database, queue, port)
        every = [Every("mail", 0.2, delivery.sweep)]
        async with running_engine(database, [delivery.job()], every, TIMING):
            sys.stdout.write("working\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


def make_delivery(database: Database, queue: JobQueue, port: int) -> Delivery:
    """What `bot.process.mail_jobs` makes, without Slack and Stripe."""

    async def sender() -> Sender:
        return Sender("Merchant", read_address("billing@merchant.example"))

    async def no_link(mail: Mail) -> Secret:  # noqa: ARG001 (the protocol names it)
        raise AssertionError("these mails carry their link")

    async def nobody(_mail: Mail) -> None:
        return

    return Delivery(
        mails=Mails(database),
        queue=queue,
        server=MailServer.read(f"smtp://127.0.0.1:{port}", answer_seconds=3),
        sender=sender,
        make_link=no_link,
        count=lambda _what: None,
        tell=nobody,
        clock=lambda: int(time.time()),
        patience=PATIENCE,
    )


if __name__ == "__main__":
    configure_logs("ERROR", "console")
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
