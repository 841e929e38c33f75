"""What is installed where: the lock files, and what a platform finds when the checkout is pushed to it."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.main import get_command

from bot.cli import cli

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNNING, DEVELOPING, DEMO = "requirements.txt", "requirements-dev.txt", "requirements-demo.txt"
TOOLS = "requirements-tools.txt"


def pins(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes by package of a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for line in text.splitlines():
        requirement, *hashes = line.split("--hash=")
        pinned = Requirement(requirement)
        (version,) = pinned.specifier
        assert version.operator == "==", line
        found[canonicalize_name(pinned.name)] = (version.version, frozenset(map(str.strip, hashes)))
    return found


def wanted(*extras: str) -> list[Requirement]:
    """The project's own requirements; of those for developing, only what comes from elsewhere."""
    optional = PROJECT["optional-dependencies"]
    texts = [*PROJECT["dependencies"], *(text for extra in extras for text in optional[extra])]
    return [each for each in map(Requirement, texts) if each.name != PROJECT["name"]]


@pytest.mark.parametrize(
    ("file", "requirements"),
    [
        (RUNNING, wanted()),
        (DEVELOPING, wanted("sandbox", "dev")),
        (DEMO, wanted("sandbox")),
        (TOOLS, wanted("tools")),
    ],
)
def test_a_lock_file_holds_everything_the_project_asks_for(
    file: str, requirements: list[Requirement]
) -> None:
    locked = pins(file)
    for each in requirements:
        version, _ = locked[canonicalize_name(each.name)]
        assert each.specifier.contains(version, prereleases=True), each


def test_nothing_for_developing_is_installed_where_the_bot_runs() -> None:
    running = {canonicalize_name(each.name) for each in wanted()}
    developing = {canonicalize_name(each.name) for each in wanted("sandbox", "dev")} - running
    assert not developing & pins(RUNNING).keys()


@pytest.mark.parametrize("file", [RUNNING, DEMO])
def test_what_runs_is_what_was_tested(file: str) -> None:
    tested = pins(DEVELOPING)
    assert {name: tested.get(name) for name in pins(file)} == pins(file)


@pytest.mark.parametrize("file", [RUNNING, DEVELOPING, DEMO, TOOLS])
def test_a_lock_file_has_hashes_and_names_no_index(file: str) -> None:
    assert all(hashes for _, hashes in pins(file).values())
    assert not re.search(
        r"://|^\s*-{1,2}(i|index|extra|find|trusted)", (ROOT / file).read_text(), re.MULTILINE
    )


def test_the_python_of_the_platform_is_one_we_promise() -> None:
    (version,) = (ROOT / ".python-version").read_text().split()
    assert re.fullmatch(r"3\.\d+", version)  # the platform keeps the patch release current
    assert f">={version}" == PROJECT["requires-python"]


def test_every_process_is_a_command_that_needs_no_installed_package() -> None:
    processes = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert list(processes) == ["release", "web", "worker"]
    commands = get_command(cli).commands  # type: ignore[attr-defined]
    for line in processes.values():
        *program, command = line.split()
        assert program == ["python", "-m", "bot"]
        assert command in commands
