"""Copies the Markdown of the repository into one folder, with every link turned to its target there."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import yaml

from docs.site.reference import commands_page, settings_page

ROOT: Final = Path(__file__).parents[2]
ELSEWHERE: Final = {
    "README.md": "readme.md",
    "CHANGES.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "benchmarks/RESULTS.md": "benchmarks.md",
    "sandbox/README.md": "sandbox.md",
}
"""Pages outside of docs/, and what they are called on the site."""
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")


class DeadLink(Exception):  # noqa: N818 (it is said as it is)
    """A page links to what is not there."""


def assemble(folder: Path) -> None:
    """Write every page, picture and linked file into a folder. Raises DeadLink."""
    pages = _pages()
    for source, name in pages.items():
        text = _turned((ROOT / source).read_text(encoding="utf-8"), source, pages, folder)
        _write(folder / name, text)
    _write(folder / "commands.md", commands_page())
    _write(folder / "settings-reference.md", settings_page())
    _write(folder / "llms.txt", llms_txt())


def llms_txt() -> str:
    """Return the list of pages as https://llmstxt.org has it, in the order of the site's navigation."""
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    lines = [f"# {site['site_name']}", "", f"> {site['site_description']}"]
    for section in site["nav"]:
        ((title, pages),) = section.items()
        entries = [{title: pages}] if isinstance(pages, str) else pages
        lines += ["", f"## {title}", ""]
        lines += [f"- [{name}]({page})" for entry in entries for name, page in entry.items()]
    return "\n".join(lines) + "\n"


def _pages() -> Mapping[str, str]:
    """Return the path on the site of every page, by its path in the repository."""
    documents = sorted(ROOT.glob("docs/**/*.md"))
    own = {
        each.relative_to(ROOT).as_posix(): each.relative_to(ROOT / "docs").as_posix() for each in documents
    }
    return own | {source: name for source, name in ELSEWHERE.items() if (ROOT / source).exists()}


def _turned(text: str, source: str, pages: Mapping[str, str], folder: Path) -> str:
    def turn(link: re.Match[str]) -> str:
        path = os.path.normpath(PurePosixPath(source).parent / link[1])
        if path in pages:
            target = pages[path]
        elif (ROOT / path).is_file():
            target = path.removeprefix("docs/") if path.startswith("docs/") else f"files/{path}"
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, folder / target)
        else:
            raise DeadLink(f"{source}: {link[1]}")
        return os.path.relpath(target, PurePosixPath(pages[source]).parent) + (link[2] or "")

    return _LINK.sub(turn, text)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
