"""`portalbot --version` says what runs here: the version, and the commit it was made of."""

import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.cli.version import read_commit, read_version

ROOT = Path(__file__).parents[2]
BUILT_FROM = (
    "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "bot", "sandbox", "messages", "installed",
    ".env.example", "docs",
)  # fmt: skip
INSIDE = "portalbot/program/"


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Jenny", "-c", "user.email=jenny@example.com"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one commit, and in it the package `bot`."""
    package = tmp_path / "checkout" / "bot"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    git(package.parent, "init", "--quiet")
    git(package.parent, "add", ".")
    git(package.parent, "commit", "--quiet", "--message=first")
    return package


def test_it_prints_the_version_and_a_commit() -> None:
    ran = CliRunner().invoke(cli, ["--version"])
    assert ran.exit_code == 0
    assert ran.stdout.startswith(f"portalbot {read_version()} (commit ")
    assert f'version = "{read_version()}"' in (ROOT / "pyproject.toml").read_text()


def test_a_checkout_has_its_commit_and_says_when_something_is_not_committed(checkout: Path) -> None:
    head = git(checkout, "rev-parse", "--short=12", "HEAD")
    git(checkout, "tag", "v1")
    assert read_commit(checkout) == head
    (checkout / "__init__.py").write_text("changed = True")
    assert read_commit(checkout) == f"{head}-dirty"


def test_an_installed_package_has_the_commit_it_was_built_from(tmp_path: Path) -> None:
    assert read_commit(tmp_path) == ""
    (tmp_path / "commit.txt").write_text("0123456789ab\n")
    assert read_commit(tmp_path) == "0123456789ab"


def test_a_platform_that_runs_the_repository_without_its_history_says_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEROKU_SLUG_COMMIT", "0123456789abcdef0123")
    assert read_commit(tmp_path) == "0123456789ab"


def test_the_version_is_that_of_the_project_also_when_nothing_is_installed(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "7.8.9"\n')
    assert read_version(tmp_path / "bot") == "7.8.9"
    assert read_version(tmp_path / "site-packages" / "bot") == version("portalbot")


def test_a_package_inside_another_repository_does_not_claim_its_commit(checkout: Path) -> None:
    installed = checkout.parent / "site-packages" / "bot"
    installed.mkdir(parents=True)
    assert read_commit(installed) == ""


def test_without_git_the_commit_is_unknown(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert read_commit(checkout) == ""


@pytest.mark.parametrize("known", [True, False])
def test_a_wheel_carries_the_commit_when_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in BUILT_FROM:
        (source / name).symlink_to(ROOT / name)
    monkeypatch.setenv("SOURCE_VERSION", "0123456789abcdef" if known else "")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=source, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
        assert (f"{INSIDE}bot/commit.txt" in names) is known
        assert not known or files.read(f"{INSIDE}bot/commit.txt") == b"0123456789ab\n"
        assert {name.partition("/")[0].partition("-")[0] for name in names} == {"portalbot"}
        if known:
            files.extractall(tmp_path / "installed")
            _runs_from_the_wheel(tmp_path / "installed")


def _runs_from_the_wheel(folder: Path) -> None:
    """The program, its words and what `init` writes are all found inside the one package."""
    ask = "import portalbot, bot, sandbox; print(bot.__file__, sandbox.__file__)"
    asked = subprocess.run(
        [sys.executable, "-c", ask], cwd=folder, capture_output=True, text=True, check=True
    )
    assert asked.stdout.split() == [
        str(folder / INSIDE / name / "__init__.py") for name in ("bot", "sandbox")
    ]
    run = [sys.executable, "-m", "portalbot", "init", "--no-input"]
    subprocess.run(run, cwd=folder, capture_output=True, check=True)
    assert "[escalation]" in (folder / "portalbot.toml").read_text()
    said = subprocess.run([*run[:3], "--version"], cwd=folder, capture_output=True, text=True, check=True)
    assert said.stdout == f"portalbot {version('portalbot')} (commit 0123456789ab)\n"
