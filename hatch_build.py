"""Writes the commit into the wheel, for the `--version` of a portalbot that runs without its repository."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitHook(BuildHookInterface):  # type: ignore[type-arg]  # the builder's own settings are not used
    """Adds `commit.txt` to the package `bot` of a wheel; an editable install reads the checkout instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file, unless neither git nor `SOURCE_VERSION`, which Heroku sets, knows the commit."""
        if version == "editable" or not (commit := self._commit()):
            return
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "commit.txt"
        file.write_text(commit + "\n")
        build_data["force_include"][str(file)] = "portalbot/program/bot/commit.txt"

    def _commit(self) -> str:
        if (Path(self.root) / ".git").exists():
            command = ["git", "rev-parse", "--short=12", "HEAD"]
            asked = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)  # noqa: S603
            return asked.stdout.strip()
        return os.environ.get("SOURCE_VERSION", "")[:12]
