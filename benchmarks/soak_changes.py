"""`make soak`: SIGKILL while a change of the portal's settings is made; then the next process settles it.

    python -m benchmarks.soak_changes [--times 50] [<database url>]

Whatever the moment: the approval that was answered is kept, Stripe was asked once or not at all, and what the
database and the audit trail say is what Stripe has.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.databases import databases
from benchmarks.forked_bot import ForkedBot
from benchmarks.promise import table
from benchmarks.soak_clicks import environment_of_bot, send
from benchmarks.soak_stage import free_port, open_sandbox
from bot.changes.change import Change, Proposed, State
from bot.changes.rows import ChangeRows
from bot.metrics import Metrics
from bot.portal.models import Configuration
from bot.store.audit import AuditTrail
from bot.store.database import Database
from bot.store.migrate import migrate
from tests.stand import clicks
from tests.stand.person import AGENT, LEAD

LATEST_KILL = 0.08
"""Seconds after the answer; the change itself takes a third of that."""
PATIENCE = 30.0
"""Seconds that the next process may take."""
MODE = "features.subscription_cancel.mode"
LIST = "/v1/billing_portal/configurations"
UPDATED = "billing_portal.configuration.updated"


@dataclass(frozen=True, slots=True)
class Settled:
    """How a change ended whose process was killed, and whether everything agrees on it."""

    state: State
    agrees: bool


class Merchant:
    """Reads what Stripe has."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def configuration(self) -> Configuration:
        """Return the default configuration."""
        (one,) = await self._list(
            LIST, is_default="true", **{"expand[]": "data.features.subscription_update.products"}
        )
        return Configuration.of(one)

    async def updates(self) -> int:
        """Return how often configurations were changed so far."""
        return len(await self._list("/v1/events", type=UPDATED, limit="100"))

    async def _list(self, path: str, **asked: str) -> list[Any]:
        answer = await self._http.get(path, params=asked, headers={"Authorization": "Bearer rk_test_sandbox"})
        return list(answer.raise_for_status().json()["data"])


async def soak(environment: Mapping[str, str], moments: Sequence[float], folder: Path) -> list[Settled]:
    """Kill once at each of the moments, in seconds after the answer; `environment` is that of the bot."""
    bot, base = ForkedBot(environment, folder), environment["STRIPE_API_BASE"]
    worker = ForkedBot(environment, folder, "worker")
    async with (
        Database(environment["DATABASE_URL"], patience_seconds=30) as database,
        httpx.AsyncClient(base_url=base) as http,
    ):
        try:
            if not database.is_sqlite:  # where `serve` runs no jobs
                worker.begin()
            return [await _settled(bot, database, Merchant(http), moment) for moment in moments]
        finally:
            await bot.kill()
            await worker.kill()


async def _settled(bot: ForkedBot, database: Database, merchant: Merchant, moment: float) -> Settled:
    rows, before, updates = ChangeRows(database), await merchant.configuration(), await merchant.updates()
    asked = await rows.add(_request(before), int(time.time()))
    await bot.start()
    button = {"action_id": "change:approve", "block_id": "any", "value": str(asked.id)}
    await send(bot, clicks.click(button, LEAD))
    await asyncio.sleep(moment)
    await bot.kill()
    await bot.start()
    ended = await _ended(rows, asked.id)
    await bot.kill()
    made = (await merchant.configuration()).settings[MODE] == asked.after[MODE]
    lines = await AuditTrail(database, Metrics()).history(limit=2)
    outcomes = [each.outcome for each in lines if MODE in str(each.reason)]
    told = ["changed" if made else "refused", "approved"]
    once = await merchant.updates() == updates + made
    return Settled(ended.state, once and outcomes == told and (ended.state is State.APPLIED) is made)


def _request(present: Configuration) -> Proposed:
    """A request of an agent that waits for an answer."""
    mode = present.settings[MODE]
    other = "immediately" if mode == "at_period_end" else "at_period_end"
    return Proposed(
        livemode=False, configuration=present.id, name=present.name, actor=AGENT, version=present.version,
        before={MODE: mode}, after={MODE: other}, state=State.ASKED,
    )  # fmt: skip


async def _ended(rows: ChangeRows, number: int) -> Change:
    async with asyncio.timeout(PATIENCE):
        while (change := await rows.get(number)).state is State.APPROVED:  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.05)
    return change


async def _run(url: str, times: int, folder: Path) -> list[Settled]:
    chance = random.Random(1)
    async with open_sandbox(free_port(), 0) as sandbox:
        environment = environment_of_bot(url, sandbox.options.base_url, folder)
        return await soak(environment, [chance.uniform(0, LATEST_KILL) for _ in range(times)], folder)


def _row(url: str, state: State, found: Sequence[Settled]) -> tuple[str, str, str, str]:
    ended = [each for each in found if each.state is state]
    wrong = sum(not each.agrees for each in ended)
    return url.partition(":")[0].partition("+")[0], state.value, str(len(ended)), str(wrong)


def main() -> int:
    """Run it on each kind of database, or on the one whose address is given."""
    parser = argparse.ArgumentParser(description="Kill the process that makes a change; look what is so.")
    parser.add_argument("url", nargs="?", help="default: SQLite, and PostgreSQL if it is installed")
    parser.add_argument("--times", type=int, default=50)
    chosen, rows, good = parser.parse_args(), [], True
    with tempfile.TemporaryDirectory(prefix="portalbot-changes-") as name:
        for url in [chosen.url] if chosen.url else databases(Path(name), "changes"):
            migrate(url)
            found = asyncio.run(_run(url, chosen.times, Path(name)))
            rows += [_row(url, state, found) for state in sorted({each.state for each in found})]
            good = good and all(each.agrees for each in found)
    print(table(("database", "ended as", "times", "in disagreement"), rows))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
