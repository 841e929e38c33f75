"""Reads docs/architecture.md: its rows, and what it names."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source_tree import ROOT, Program

PAGE = ROOT / "docs" / "architecture.md"

_SPAN = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:bot|sandbox|messages|tests|benchmarks|docs)/[\w./-]*")
_CALL = re.compile(r"(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)\(\)")
_CLASS = re.compile(r"[A-Z][a-z0-9]\w*")


@dataclass(frozen=True, slots=True)
class Named:
    """A file, function or class that the page names; `beside` is the file at the beginning of its step."""

    name: str
    beside: str = ""


def rows(page: str) -> list[str]:
    """List the packages of the bot that have a row in a table, in their order."""
    return re.findall(r"^\| `bot/(\w+)/` \|", page, re.MULTILINE)


def paths(page: str) -> list[str]:
    """List every file and folder that is named."""
    return [span for span in _SPAN.findall(page) if _PATH.fullmatch(span)]


def names(page: str) -> list[Named]:
    """List every function (`make_app()`, `Dispatcher.do()`) and class (`Secret`) that is named."""
    return [
        Named(found, beside)
        for step in re.split(r"\n(?=\n|\d+\. |- |\| )", page)
        for beside in [_beside(step)]
        for found in _names(step)
    ]


def _beside(step: str) -> str:
    found = re.match(r"\d+\. `([^`\n]+\.py)`", step)
    return found[1] if found else ""


def _names(step: str) -> Iterator[str]:
    for span in _SPAN.findall(step):
        called = _CALL.fullmatch(span)
        if called or _CLASS.fullmatch(span):
            yield called["name"] if called else span


def defined(program: Program) -> Mapping[str, frozenset[str]]:
    """Give what each module defines: functions, classes, and methods as `Class.method`."""
    return {module: frozenset(_definitions(tree)) for module, tree in program.items()}


def _definitions(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
            yield from (f"{node.name}.{method.name}" for method in methods)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def unknown(found: Collection[Named], known: Mapping[str, frozenset[str]]) -> list[str]:
    """List the names that no module defines."""
    everything = frozenset().union(*known.values())
    return [each.name for each in found if each.name not in everything]


def elsewhere(found: Collection[Named], known: Mapping[str, frozenset[str]]) -> list[str]:
    """List the files at the beginning of a step that define nothing of what the step names."""
    steps: dict[str, set[str]] = {}
    for each in found:
        if each.beside:
            steps.setdefault(each.beside, set()).add(each.name)
    return [file for file, named in steps.items() if not named & known.get(_module(file), frozenset())]


def _module(file: str) -> str:
    return ".".join(Path(file.removesuffix("/__init__.py")).with_suffix("").parts)
