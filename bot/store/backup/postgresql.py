"""Backups of PostgreSQL, by its own programs: pg_dump writes them, pg_restore and psql read them.

The address of the database reaches the programs through their environment: a list of processes shows
arguments, and the address holds a password.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from psycopg import pq
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import URL

from bot.errors import BadUsage, Unavailable
from bot.redaction import redact
from bot.store.backup import refuse_newer
from bot.store.sqlite import private_file

PROGRAMS = ("pg_dump", "pg_restore", "psql")
_FUNCTIONS = ("audit_is_append_only()", "audit_only_pruned()")


def write_backup(url: URL, target: Path) -> None:
    """Have pg_dump write the new file `target`, for its owner only: one moment of the whole database.

    Raises Unavailable("postgresql_programs_missing") or Unavailable("backup_failed").
    """
    _programs_or_refuse()
    private_file(target)
    try:
        _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], url)
    except _ProgramError as failed:
        target.unlink()
        raise Unavailable("backup_failed", retry=False, said=failed.said) from None


def read_backup(source: Path, url: URL, *, schema: str, tables: Sequence[str]) -> None:
    """Put a backup in the place of the bot's tables and of the schema of its jobs, in one transaction.

    Raises BadUsage("backup_unreadable"), BadUsage("backup_newer"), or Unavailable as `write_backup` does with
    "restore_failed"; the database is then what it was.
    """
    _programs_or_refuse()
    with tempfile.TemporaryFile() as script:
        try:
            refuse_newer(_revision(source, url))
            script.write(_dropping(schema, tables).encode())
            script.flush()
            _run(["pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--file=-", str(source)],
                 url, out=script)  # fmt: skip
        except _ProgramError:
            raise BadUsage("backup_unreadable", file=str(source)) from None
        script.seek(0)
        try:
            _run(["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"],
                 url, script=script)  # fmt: skip
        except _ProgramError as failed:
            raise Unavailable("restore_failed", retry=False, said=failed.said) from None


class _ProgramError(Exception):
    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def _programs_or_refuse() -> None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        raise Unavailable("postgresql_programs_missing", retry=False, names=", ".join(missing))


def _revision(source: Path, url: URL) -> str:
    command = ["pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(source)]
    with tempfile.TemporaryFile() as out:
        _run(command, url, out=out)
        out.seek(0)
        found = re.search(r"^COPY \S*alembic_version .*\n(\w+)", out.read().decode(), re.MULTILINE)
    if found is None:
        raise _ProgramError("no alembic_version")
    return found[1]


def _dropping(schema: str, tables: Sequence[str]) -> str:
    """Return the statements that make room; what other programs keep in the database is left alone."""
    lines = [f'DROP SCHEMA IF EXISTS "{schema}" CASCADE;']
    lines += [f'DROP TABLE IF EXISTS public."{name}" CASCADE;' for name in tables]
    lines += [f"DROP FUNCTION IF EXISTS public.{name};" for name in _FUNCTIONS]
    return "SET client_min_messages = warning;\n" + "\n".join(lines) + "\n"


def _run(
    command: Sequence[str], url: URL, *, script: IO[bytes] | None = None, out: IO[bytes] | None = None
) -> None:
    """Run one of the programs to its end. Raises _ProgramError with the first line it complained with."""
    ran = subprocess.run(  # noqa: S603 (the names are ours, and the paths are single arguments)
        command,
        env={**os.environ, **_environment(url)},
        stdin=script or subprocess.DEVNULL,
        stdout=out or subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if ran.returncode:
        lines = [line for line in ran.stderr.decode(errors="replace").splitlines() if line.strip()]
        raise _ProgramError(redact(lines[0]) if lines else f"{command[0]} ended with {ran.returncode}")


def _environment(url: URL) -> Mapping[str, str]:
    """Return the address as libpq's variables, such as PGHOST and PGPASSWORD."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    given = conninfo_to_dict(address)
    names = {
        each.keyword.decode(): each.envvar.decode() for each in pq.Conninfo.get_defaults() if each.envvar
    }
    return {names[keyword]: str(value) for keyword, value in given.items() if keyword in names}
