"""`portalbot --version`: the version and the commit."""

import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def read_version() -> str:
    """Return the version of the installed package, such as `0.1.0`."""
    return version("portalbot")


def read_commit(package: Path = PACKAGE) -> str:
    """Return the commit, shortened to twelve digits: of the checkout, or of what the wheel was built from.

    A checkout with changes that are not committed gets `-dirty` behind it. Empty where nobody knows.
    """
    if (package.parent / ".git").exists():
        return _git(package.parent, "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty")
    built_from = package / "commit.txt"
    return built_from.read_text().strip() if built_from.exists() else ""


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
