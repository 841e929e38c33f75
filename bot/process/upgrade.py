"""`portalbot upgrade --check`: what a deploy of this version would meet. It only reads."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.check import Check, Checkup
from bot.process.services import open_services
from bot.settings import Purpose, Settings, SettingsError, load_settings
from bot.store.migrate import open_engine, read_revision, steps_after
from bot.store.migrations import HEAD

PROBES = frozenset({"settings", "stripe", "slack"})
"""What a new version may ask more of: names of settings, the key's permissions, the app's scopes."""


async def check_upgrade() -> Checkup:
    """Check settings, tables, the key's permissions and the app's scopes against this version."""
    try:
        settings = load_settings(require=Purpose.SERVE)
    except SettingsError as wrong:
        return Checkup((*_wrong(wrong.lines), *_tables_all_the_same()))
    async with open_services(settings, remembers=False) as services:
        asked = await services.doctor.examine(PROBES)
    return Checkup((check_tables(settings), *asked.checks))


def _wrong(lines: Iterable[str]) -> Iterable[Check]:
    return (Check("settings", "broken", "wrong", {"line": line}) for line in lines)


def _tables_all_the_same() -> tuple[Check, ...]:
    try:
        return (check_tables(load_settings(require=Purpose.USE_DATABASE)),)
    except SettingsError:  # among the lines that are told already
        return ()


def check_tables(settings: Settings) -> Check:
    """Compare the revision of the tables with this version's. Blocks for some seconds at most."""
    url = make_url(settings.database_url.get_secret_value())
    if settings.uses_sqlite and not Path(str(url.database)).exists():  # to look into it would make it
        return Check("tables", "warn", "none", {"program": HEAD})
    engine = open_engine(url, "portalbot upgrade", writing=False)
    try:
        with engine.begin() as connection:
            revision = read_revision(connection)
    except (SQLAlchemyError, OSError):
        return Check("tables", "broken", "unreachable")
    finally:
        engine.dispose()
    facts: dict[str, str | int | None] = {"revision": revision, "program": HEAD}
    if revision == HEAD:
        return Check("tables", "ok", "current", facts)
    if revision > HEAD:
        return Check("tables", "warn", "newer", facts)
    if not revision:
        return Check("tables", "warn", "none", facts)
    return Check("tables", "warn", "behind", facts | {"steps": "; ".join(steps_after(revision))})
