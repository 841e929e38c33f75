"""What a process with all jobs costs while nothing happens: `python -m benchmarks.idle SECONDS` prints JSON.

The settings are those of the environment. Statements are counted where they are sent, those that only begin
transactions aside.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.engine.migrate import migrate_jobs
from bot.process.services import open_services
from bot.process.worker import working
from bot.settings import Purpose, load_settings
from bot.store.migrate import migrate

SECONDS_TO_SETTLE = 6
_BOOKKEEPING = ("BEGIN", "PRAGMA", "COMMIT")


async def idle(seconds: float) -> dict[str, float]:
    """Do nothing for so long; percent of a core, and queries a second: ours and the engine's."""
    asked: Counter[str] = Counter()

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(_BOOKKEEPING):
            engines = any(name in statement for name in ("workflow_", "queues", "pg_try_advisory"))
            asked["engine" if engines or "version_id" in statement else "ours"] += 1

    event.listen(Engine, "before_cursor_execute", count)
    settings = load_settings(require=Purpose.SERVE)
    url = settings.database_url.get_secret_value()
    migrate(url)
    migrate_jobs(url)
    async with open_services(settings, remembers=True) as services, working(services):
        await asyncio.sleep(SECONDS_TO_SETTLE)
        asked.clear()
        used, began = time.process_time(), time.monotonic()
        await asyncio.sleep(seconds)
        took = time.monotonic() - began
        percent = 100 * (time.process_time() - used) / took
        return {"percent": percent, "ours": asked["ours"] / took, "engine": asked["engine"] / took}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(idle(float(sys.argv[1])))))
