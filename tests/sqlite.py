"""SQLite files with the tables. A new one is a copy of one that was migrated once, which is quicker."""

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.store.migrate import migrate


def with_tables(url: str) -> str:
    """Do as `migrate` does; gives the address back."""
    file = Path(str(make_url(url).database))
    if file.exists():
        migrate(url)
    else:
        file.touch(0o600)
        file.write_bytes(_migrated())
    return url


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.db"
        migrate(f"sqlite:///{file}")
        assert [*Path(folder).iterdir()] == [file], "something is left outside the file"
        return file.read_bytes()
