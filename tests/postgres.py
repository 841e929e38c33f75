"""A private PostgreSQL server for the tests, from Debian's package.

One server for the whole run, also when xdist runs several processes; every test gets a database of its own,
copied from one that is migrated once. A watcher stops the server when the run is over, however it ended.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.store.migrate import migrate

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
TEMPLATE = "migrated"
OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c full_page_writes=off"
    " -c synchronous_commit=off -c shared_buffers=32MB -c max_connections=100"
)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the server without a database name; skips when no server program is installed."""
    if not PROGRAMS:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    under_xdist = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if under_xdist else base
    with (shared / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        address = shared / "postgres.address"
        if not address.exists():
            server = start_server(os.getppid() if under_xdist else os.getpid())
            _execute(server, f"CREATE DATABASE {TEMPLATE}")
            migrate(f"{server}/{TEMPLATE}")
            address.write_text(server)
        return address.read_text()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of this test's own, with the tables."""
    yield from migrated_database(postgres_server)


def migrated_database(server: str) -> Iterator[str]:
    """Make a database with the tables, and drop it at the end."""
    yield from _database(server, f"TEMPLATE {TEMPLATE}")


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of this test's own, with nothing in it."""
    yield from _database(postgres_server, "")


def _database(server: str, how: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name} {how}")
    yield f"{server}/{name}"
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(server: str, statement: str) -> None:
    address = server.replace("+psycopg", "") + "/postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def start_server(run: int, options: str = OPTIONS) -> str:
    """Start a server that ends with the process `run`; its address without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="portalbot-postgres-"))
    folder.chmod(0o755)
    data = folder / "data"
    as_user = _as_user()
    if as_user:
        shutil.chown(folder, "postgres")
    programs = PROGRAMS[-1].parent
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    commands: tuple[list[str | Path], ...] = (
        [programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        [programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", f"{options} -p {port}", "start"],
    )
    for command in commands:
        subprocess.run(
            [*as_user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    stop = f"{programs}/pg_ctl -D {data} -m immediate stop"
    watch = f"while [ -d /proc/{run} ]; do sleep 1; done; {' '.join(as_user)} {stop}; rm -rf {folder}"
    subprocess.run(
        ["sh", "-c", f"({watch}) >/dev/null 2>&1 </dev/null &"], check=True, start_new_session=True
    )
    return f"postgresql+psycopg://tests@127.0.0.1:{port}"


def restart_at_once(server: str) -> None:
    """End a server without letting anybody finish, as a crash does, and start it again. Blocks."""
    with psycopg.connect(server.replace("+psycopg", "") + "/postgres", autocommit=True) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row
    control = [PROGRAMS[-1], "-D", row[0], "-l", f"{row[0]}/../log", "-w", "-m", "immediate", "restart"]
    quiet = subprocess.DEVNULL
    subprocess.run([*_as_user(), *control], check=True, cwd="/", stdout=quiet, stderr=quiet)


def _as_user() -> list[str]:
    # The server refuses to run as root; the package made a user for it.
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
