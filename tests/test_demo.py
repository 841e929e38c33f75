"""`portalbot demo` that cannot start says why."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow(15)

ROOT = Path(__file__).parent.parent


def refused(port: int, *folders: Path) -> str:
    """What a person reads at last; the demo has ended by itself, with 1."""
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--port", str(port)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*folders, ROOT]))},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stdout == ""
    return ran.stderr.strip().splitlines()[-1]


def test_a_port_that_is_taken_is_said_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert refused(port).startswith(f"Port {port} is in use. Try `portalbot demo --port {port + 1}`")


def test_a_sandbox_that_cannot_start_says_its_own_reason(tmp_path: Path) -> None:
    (tmp_path / "aiosmtpd").mkdir()
    (tmp_path / "aiosmtpd" / "__init__.py").write_text("raise ImportError('there is no mail today')")
    said = refused(0, tmp_path)
    assert "there is no mail today" in said
    assert "in use" not in said


def test_a_sandbox_that_is_killed_while_it_starts_is_not_taken_for_a_taken_port(tmp_path: Path) -> None:
    (tmp_path / "aiosmtpd").mkdir()
    (tmp_path / "aiosmtpd" / "__init__.py").write_text(
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert refused(0, tmp_path) == "The demo cannot start, since its sandbox did not: exit code -9"
