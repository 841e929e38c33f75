"""The engine's own tables. `portalbot migrate` makes them; a process that runs jobs brings them
up to date."""

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from bot.engine.databases import SCHEMA, JobsDatabase, jobs_file
from bot.errors import Unavailable
from bot.logs import get_log
from bot.store.database import describe

_log = get_log(__name__)


def migrate_jobs(database_url: str) -> None:
    """Create or upgrade them. Blocks. Raises Unavailable("database_unavailable")."""
    file = jobs_file(database_url)
    try:
        if file:
            # Our connections make the file private and put it into WAL mode, which it keeps.
            database = JobsDatabase(database_url)
            with database.engine.connect():
                pass
            database.close()
        DBOS.migrate(f"sqlite:///{file}" if file else database_url, schema=SCHEMA)
    except (SQLAlchemyError, dbos_error.DBOSException, OSError) as error:
        _log.error("jobs_migration_failed", **describe(error))
        raise Unavailable("database_unavailable", retry=False) from None
