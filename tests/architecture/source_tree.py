"""Reads programs as syntax trees and says what is wrong with how they hang together.

A program is its modules by dotted name. Only `read_program` looks at files, so that each check can be tried
on a few made-up lines.
"""

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]

Program = Mapping[str, ast.Module]


@dataclass(frozen=True, order=True, slots=True)
class Import:
    """One module that imports another, both by dotted name: `bot.portal.links`, `stripe`."""

    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.importer} imports {self.imported}"


@dataclass(frozen=True, slots=True)
class Rule:
    """What some packages must not import, and why."""

    packages: Sequence[str]
    never: Sequence[str]
    why: str


@cache
def read_program(package: str, root: Path = ROOT) -> Program:
    """Parse every module of a package below `root`."""
    files = sorted((root / package).rglob("*.py"))
    return {_dotted(path.relative_to(root)): ast.parse(path.read_text()) for path in files}


@cache
def read_imports(package: str) -> list[Import]:
    """List every import of a package in this repository."""
    return imports(read_program(package))


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(program: Program) -> list[Import]:
    """List every import, also those inside functions; of a package, the module that is meant."""
    found = {
        Import(importer, imported)
        for importer, tree in program.items()
        for node in ast.walk(tree)
        for imported in _imported(node, program)
    }
    return sorted(found)


def _imported(node: ast.AST, program: Program) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = node.module or ""
        for alias in node.names:
            whole = f"{module}.{alias.name}"
            yield whole if whole in program else module


def part(module: str) -> str:
    """Name what a module belongs to: `portal` of `bot.portal.links`, `errors` of `bot.errors`."""
    return ".".join(module.split(".")[1:2])


def _between_parts(found: Collection[Import]) -> Iterator[Import]:
    for each in found:
        inside = each.importer.partition(".")[0] == each.imported.partition(".")[0]
        if inside and part(each.importer) != part(each.imported):
            yield each


def cycle(found: Collection[Import]) -> list[str]:
    """Return a circle in which the parts of a program import each other; empty when there is none."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for each in _between_parts(found):
        sorter.add(part(each.importer), part(each.imported))
    try:
        sorter.prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def upward(found: Collection[Import], layers: Sequence[str]) -> list[Import]:
    """List the imports of a part that stands above the importer, the lowest layer being the first."""
    rank = {layer: number for number, layer in enumerate(layers)}
    return [
        each
        for each in _between_parts(found)
        if part(each.importer) in rank
        and rank[part(each.importer)] < rank.get(part(each.imported), len(rank))
    ]


def forbidden(found: Collection[Import], rule: Rule) -> list[Import]:
    """List the imports that break a rule. Names without a dot in front are parts of `bot` or libraries."""
    never = {*rule.never, *(f"bot.{name}" for name in rule.never)}
    return [
        each
        for each in found
        if part(each.importer) in rule.packages
        and any(each.imported == name or each.imported.startswith(f"{name}.") for name in never)
    ]


def verb_lists(program: Program, verbs: Collection[str]) -> list[str]:
    """List where verbs are named again: `module:line` of each literal that holds nothing but names of verbs.

    A constant of a module counts from two names on, since what it says of them is a property of the verb.
    Any other literal counts when it names more than a third of the verbs: a few buttons are a choice.
    """
    return [
        f"{module}:{literal.lineno}"
        for module, tree in program.items()
        for literal, least in _literals(tree, len(verbs) // 3 + 1)
        if len(names := _strings(literal)) >= least and names <= set(verbs)
    ]


Literal = ast.List | ast.Tuple | ast.Set | ast.Dict


def _literals(tree: ast.Module, many: int) -> Iterator[tuple[Literal, int]]:
    constants = {
        id(node)
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield node, many
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield node, 2 if id(node) in constants else many


def _strings(literal: Literal) -> set[str]:
    elements = literal.keys if isinstance(literal, ast.Dict) else literal.elts
    values = [each.value if isinstance(each, ast.Constant) else None for each in elements]
    return {value for value in values if isinstance(value, str)} if None not in values else set()


def loose_modules(program: Program, package: str) -> list[str]:
    """List the modules that stand beside the packages, `__main__` left out."""
    packages = {module.rpartition(".")[0] for module in program}
    return [
        module
        for module in program
        if module.count(".") == 1 and module not in packages and module != f"{package}.__main__"
    ]


def packages(program: Program) -> set[str]:
    """Name the packages of a program: the parts that hold modules."""
    return {part(module) for module in program if module.count(".") > 1}
