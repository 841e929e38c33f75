"""Backups of SQLite. SQLite's own online copy makes them, so nobody who writes has to wait or stop.

The backup is the bot's database, plus two tables: `backup_made` and `backup_parts`. The second holds the
file of the jobs in pieces, so that one file is all there is to carry away.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import BadUsage, Unavailable
from bot.store.backup import refuse_newer
from bot.store.sqlite import private_file

PIECE = 1_000_000
"""Bytes of the jobs' file in each row of `backup_parts`."""
_MADE = "CREATE TABLE backup_made (at INTEGER NOT NULL)"
_PARTS = "CREATE TABLE backup_parts (part INTEGER PRIMARY KEY, content BLOB NOT NULL)"

# SQLite's names of errors that lie with the disk or with other programs (https://www.sqlite.org/rescode.html).
_NOT_THE_BACKUP = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_BUSY")


def write_backup(database: Path, jobs: Path, target: Path, now: int) -> None:
    """Copy both databases into the new file `target`, for its owner only. `now` is in Unix seconds.

    The jobs are copied last: a job whose alert or mail is not there ends by itself, the reverse would not.

    Raises:
        Unavailable: "backup_failed", and nothing is left of the file.
    """
    try:
        with _unfinished(target) as file:
            _copy(database, file)
            with _unfinished(target.with_name(f"{target.name}.jobs")) as copied_jobs:
                if jobs.exists():
                    _copy(jobs, copied_jobs)
                _put_in(file, copied_jobs, now)
            file.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise Unavailable("backup_failed", retry=False, said=str(error)) from None


def read_backup(source: Path, database: Path, jobs: Path) -> int:
    """Put the databases of a backup in the place of both files; when it was made, in Unix seconds.

    Nobody may have them open. Both copies are complete before the first takes its place.

    Raises:
        BadUsage: "backup_unreadable" for anything but a whole backup of SQLite, "backup_newer".
        Unavailable: "restore_failed"; the files are what they were.
    """
    try:
        with _unfinished(database) as new_database, _unfinished(jobs) as new_jobs:
            made_at = _take_out(source, new_database, new_jobs)
            for new, old in ((new_jobs, jobs), (new_database, database)):
                for left in (old.with_name(f"{old.name}{end}") for end in ("-wal", "-shm")):
                    left.unlink(missing_ok=True)
                new.replace(old)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "").startswith(_NOT_THE_BACKUP):
            raise Unavailable("restore_failed", retry=False, said=str(error)) from None
        raise BadUsage("backup_unreadable", file=str(source)) from None
    except OSError as error:
        raise Unavailable("restore_failed", retry=False, said=error.strerror) from None
    return made_at


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Give a new file beside the target, for its owner only, which is gone afterwards unless it was moved."""
    file = target.with_name(f"{target.name}.unfinished")
    file.unlink(missing_ok=True)
    private_file(file)
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as from_here, closing(sqlite3.connect(target)) as to_there:
        from_here.backup(to_there)
        # The copy stays one file: WAL is switched on again by whoever opens it to work.
        to_there.execute("PRAGMA journal_mode = DELETE")


def _put_in(file: Path, jobs: Path, now: int) -> None:
    with closing(sqlite3.connect(file)) as backup, jobs.open("rb") as content:
        backup.execute(_MADE)
        backup.execute(_PARTS)
        backup.execute("INSERT INTO backup_made VALUES (?)", (now,))
        while piece := content.read(PIECE):
            backup.execute("INSERT INTO backup_parts (content) VALUES (?)", (piece,))
        backup.commit()


def _take_out(source: Path, database: Path, jobs: Path) -> int:
    _copy(source, database)
    with closing(sqlite3.connect(database)) as backup:
        (fine,) = backup.execute("PRAGMA quick_check").fetchone()
        if fine != "ok":
            raise sqlite3.DatabaseError
        (made_at,) = backup.execute("SELECT at FROM backup_made").fetchone()
        (revision,) = backup.execute("SELECT version_num FROM alembic_version").fetchone()
        refuse_newer(revision)
        with jobs.open("wb") as content:
            for (piece,) in backup.execute("SELECT content FROM backup_parts ORDER BY part"):
                content.write(piece)
        backup.execute("DROP TABLE backup_parts")
        backup.execute("DROP TABLE backup_made")
        backup.commit()
        backup.execute("VACUUM")
    return int(made_at)
