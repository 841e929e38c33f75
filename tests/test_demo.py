"""`portalbot demo` that cannot start says why."""

import socket
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bot.cli.demo import SANDBOX_NEEDS, run_demo

pytestmark = pytest.mark.slow(3)

ROOT = Path(__file__).parent.parent


async def refused(capsys: pytest.CaptureFixture[str], port: int = 0) -> str:
    """What a person reads at last; the demo has ended by itself, with 1."""
    assert await run_demo(port) == 1
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.strip().splitlines()[-1]


@pytest.fixture
def sandbox_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Have the sandbox do something as it is imported."""

    def does(code: str) -> None:
        (tmp_path / "aiosmtpd").mkdir()
        (tmp_path / "aiosmtpd" / "__init__.py").write_text(code)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return does


async def test_without_the_packages_of_the_sandbox_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "bot.cli.demo.find_spec", lambda name: None if name == "aiosmtpd" else find_spec(name)
    )
    said = await refused(capsys)
    assert said.startswith(
        "The demo needs aiosmtpd. Install what is missing: `pip install 'portalbot[sandbox]'`"
    )


def test_what_is_looked_for_is_what_the_sandbox_is_installed_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {Requirement(each).name for each in project["optional-dependencies"]["sandbox"]}
    assert set(SANDBOX_NEEDS.values()) == wanted
    assert all(find_spec(module) for module in SANDBOX_NEEDS)


async def test_a_port_that_is_taken_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        said = await refused(capsys, port)
    assert said.startswith(f"Port {port} is in use. Try `portalbot demo --port {port + 1}`")


async def test_a_sandbox_that_cannot_start_says_its_own_reason(
    sandbox_does: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox_does("raise ImportError('there is no mail today')")
    said = await refused(capsys)
    assert "there is no mail today" in said
    assert "in use" not in said


async def test_a_sandbox_that_is_killed_while_it_starts_is_not_taken_for_a_taken_port(
    sandbox_does: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox_does("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert await refused(capsys) == "The demo can't start because of its sandbox: exit code -9"
