"""The site's pages are put together without a dead link, and say what the code knows."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from typer.main import get_command

from bot.cli import cli
from bot.commands.verbs import VERBS
from bot.settings import Settings
from docs.site.assemble import ROOT, DeadLink, _turned, assemble, llms_txt

LINK = re.compile(r"\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]*))?\)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assemble(folder)
    return folder


def anchors(page: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_no_link_is_dead(site: Path) -> None:
    dead = []
    for page in site.rglob("*.md"):
        for target, anchor in LINK.findall(page.read_text()):
            file = page.parent / target if target else page
            if not file.is_file() or (anchor and anchor not in anchors(file.read_text())):
                dead.append(f"{page.relative_to(site)}: {target}#{anchor}")
    assert dead == []


def test_a_dead_link_stops_it(tmp_path: Path) -> None:
    with pytest.raises(DeadLink, match="nowhere"):
        _turned("[x](nowhere.md)", "docs/setup.md", {"docs/setup.md": "setup.md"}, tmp_path)


def test_every_page_of_the_navigation_is_there_and_in_the_list_for_machines(site: Path) -> None:
    def pages(entry: Any) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        values = entry.values() if isinstance(entry, dict) else entry
        return [page for value in values for page in pages(value)]

    named = pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])
    assert [name for name in named if not (site / name).is_file()] == []
    assert all(f"({name})" in llms_txt() for name in named)
    assert (site / "llms.txt").read_text() == llms_txt()


def test_every_command_and_every_setting_has_its_row(site: Path) -> None:
    commands, settings = (site / "commands.md").read_text(), (site / "settings-reference.md").read_text()
    for name in get_command(cli).commands:  # type: ignore[attr-defined]
        assert f"`portalbot {name}" in commands
    for verb in VERBS:
        assert f"`/portal {verb.name}".rstrip() in commands
    for name in Settings.model_fields:
        assert f"| `{name.upper()}` |" in settings
    assert "| `links_per_hour` | `30` |" in settings


def test_what_each_dependency_is_for_is_said() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    page = (ROOT / "docs" / "run" / "contents.md").read_text()
    rows = re.findall(r"^\| `([\w.-]+)` \|", page, re.MULTILINE)
    assert rows == sorted(Requirement(each).name for each in project["dependencies"])
    assert [
        n for each in project["optional-dependencies"]["sandbox"] if (n := Requirement(each).name) not in page
    ] == []


def test_every_secret_says_how_it_is_rotated() -> None:
    page = (ROOT / "docs" / "run" / "rotate.md").read_text()
    hidden = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    assert [name for name in hidden if f"`{name.upper()}`" not in page] == []
