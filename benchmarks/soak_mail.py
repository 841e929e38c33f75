"""Mails, a process that is killed again and again, and a mail server that refuses and hangs up.

    python -m benchmarks.soak_mail [<database url>] [--mails 300] [--kills 20]

Counts what arrived by Message-ID. Nothing may be lost, nothing may arrive twice; what is in doubt must be
parked.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.databases import databases
from bot.mail.addresses import read_address
from bot.mail.mail import Mail, State
from bot.mail.message import message_id
from bot.mail.rows import Mails
from bot.store.database import Database
from bot.store.migrate import migrate

DAY = 86_400


@dataclass  # without slots: aiosmtpd reads every attribute, which before Python 3.11.5 fails with them
class Server:
    """A mail server that fails at random: refuses for now, hangs up before it has the mail, or after."""

    seed: int
    trouble: bool = True
    arrived: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    cut: int = 0
    port: int = 0
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """Called by aiosmtpd at the end of each message."""
        await asyncio.sleep(self._random.uniform(0, 0.03) if self.trouble else 0)
        luck = self._random.random() if self.trouble else 1
        if luck < 0.15:
            self.refused += 1
            return "451 Try again later"
        if luck >= 0.18:
            self._keep(envelope)
        if luck < 0.20 and isinstance(server.transport, asyncio.Transport):
            self.cut += 1
            server.transport.abort()
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        self.arrived[str(message_from_bytes(raw)["Message-ID"])] += 1


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[Server]:
    """Listen on a free loopback port."""
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(server, hostname="soak", loop=loop), "127.0.0.1", 0)
    server.port = int(listening.sockets[0].getsockname()[1])
    try:
        yield server
    finally:
        listening.close()


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it."""

    mails: int
    kills: int
    states: dict[str, int]
    lost: list[str]
    twice: list[str]
    refused: int
    cut: int
    seconds: float

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        over = self.states["sent"] + self.states["parked"] == self.mails
        return over and not self.lost and not self.twice


def one_mail(number: int, now: int) -> Mail:
    """A mail that is due."""
    return Mail(
        id=f"mail_soak{number:05}", request_key=f"soak {number}", created_at=now, actor="U0SOAK",
        customer=f"cus_soak{number}", livemode=False, template="login_link", locale="en",
        recipient=f"customer{number}@example.com", subject=f"Your billing page {number}",
        text=f"Number {number}\n" * 20, html=f"<p>Number {number}</p>" * 20, session=None,
        state=State.QUEUED, attempt=0, due_at=now, give_up_at=now + DAY,
    )  # fmt: skip


async def soak(url: str, mails: int, kills: int, seed: int = 1, patience_seconds: float = 300) -> Report:
    """Queue the mails, kill the process at random moments, and wait until everything has come to an end."""
    started = time.monotonic()
    chance = random.Random(seed)
    async with Database(url) as database, serving(Server(seed)) as server:
        kept = Mails(database)
        for number in range(mails):
            await kept.add(one_mail(number, int(time.time())))
        for _ in range(kills):
            process = await _start(url, server.port)
            await asyncio.sleep(chance.uniform(0.05, 0.6))
            process.kill()
            await process.wait()
        process = await _start(url, server.port)
        try:
            await _finished(kept, mails, time.monotonic() + patience_seconds)
        finally:
            process.kill()
            await process.wait()
        lost, twice = await _compare(kept, server, mails)
        states = dict(await kept.counts())
    seconds = time.monotonic() - started
    return Report(mails, kills, states, lost, twice, server.refused, server.cut, seconds)


async def _start(url: str, port: int) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.mail_worker", url, str(port),
        stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"working\n"
    return process


async def _finished(kept: Mails, mails: int, deadline: float) -> None:
    while True:
        states = await kept.counts()
        if states["sent"] + states["parked"] + states["failed"] == mails:
            return
        assert time.monotonic() < deadline, f"not finished: {dict(states)}"
        await asyncio.sleep(0.1)


async def _compare(kept: Mails, server: Server, mails: int) -> tuple[list[str], list[str]]:
    """Mails that count as sent (or as nothing) and never arrived, and those that arrived twice."""
    sender = read_address("billing@merchant.example")
    lost = []
    for number in range(mails):
        mail = await kept.get(one_mail(number, 0).id)
        arrived = server.arrived[message_id(mail.id, sender)] if mail else 0
        if mail is None or (mail.state is not State.PARKED and not arrived):
            lost.append(f"mail {number}: {mail.state if mail else 'gone'}")
    return lost, [each for each, count in server.arrived.items() if count > 1]


def main() -> int:
    """Run it once on each kind of database, or on the one whose address is given."""
    parser = argparse.ArgumentParser(description="Kill a process that sends mails, and count what arrives.")
    parser.add_argument("url", nargs="?", help="default: SQLite, and PostgreSQL if it is installed")
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for url in [chosen.url] if chosen.url else databases(Path(folder), "soak"):
            migrate(url)
            report = asyncio.run(soak(url, chosen.mails, chosen.kills, chosen.seed))
            print(f"{url.partition(':')[0]}, seed {chosen.seed}: {report}")
            print("kept every promise" if report.good else "BROKEN")
            good = good and report.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
