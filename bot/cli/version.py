"""`portalbot --version`: the version and the commit."""

import os
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
PLATFORM_COMMITS = ("HEROKU_BUILD_COMMIT", "HEROKU_SLUG_COMMIT")
"""Set where a platform runs the repository without its history, once its dyno metadata is switched on
(https://devcenter.heroku.com/articles/dyno-metadata)."""


def read_version(package: Path = PACKAGE) -> str:
    """Return the version, such as `0.1.0`: of the project around the package, else as installed."""
    project = package.parent / "pyproject.toml"
    if project.exists():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return version("portalbot")


def read_commit(package: Path = PACKAGE) -> str:
    """Return the commit, shortened to twelve digits; empty where nobody knows it.

    A checkout asks git, and has `-dirty` behind the commit while something is not committed. A wheel carries
    what it was built from; a platform may say what it runs.
    """
    if (package.parent / ".git").exists():
        return _git(package.parent, "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty")
    built_from = package / "commit.txt"
    if built_from.exists():
        return built_from.read_text(encoding="utf-8").strip()
    return next((os.environ[name][:12] for name in PLATFORM_COMMITS if os.environ.get(name)), "")


def _git(folder: Path, *arguments: str) -> str:
    try:
        asked = subprocess.run(  # noqa: S603 (nothing of it comes from outside)
            ["git", *arguments],  # noqa: S607 (git is where the machine has it)
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:  # a machine without git
        return ""
    return asked.stdout.strip()
