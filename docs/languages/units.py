"""The texts of `messages/` that are translated for the merchant's own team, as the bot compiles them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml
from jinja2 import nodes

from bot.words import messages_folder
from bot.words.languages import IN_ENGLISH
from bot.words.structure import PLAIN_LIMITS, Compiler, Json, Node

APART: Final = frozenset({"check_mends", "customer_texts", "init", "manifest", "phrases", "terminal"})
"""Names of settings and pages; texts for customers, who have other catalogs; what a terminal says."""
AS_THEY_ARE: Final = re.compile(r"`[^`]*`|:[a-z_]+:|\b(?:LIVE|TEST)\b|\b[A-Z]+(?:_[A-Z]+)+\b|https?://\S+")
"""Code, emoji, the modes, settings and addresses: the same in every language."""


@dataclass(slots=True)
class Unit:
    """A text, where it stands, and how many characters Slack takes there (None: nobody comes near it)."""

    text: str
    places: list[str] = field(default_factory=list)
    longest: int | None = None


def units(folder: Path | None = None) -> list[Unit]:
    """Return the units of every file, each text once, in the order of the files."""
    found: dict[str, Unit] = {}
    for text, place, longest in _texts(folder or messages_folder()):
        if has_words(text):
            unit = found.setdefault(text, Unit(text))
            unit.longest = min(filter(None, (unit.longest, longest)), default=None)
            if place not in unit.places:
                unit.places.append(place)
    return list(found.values())


def has_words(text: str) -> bool:
    """Tell whether there is something to translate, between the blanks or inside them."""
    return any(char.isalpha() for char in AS_THEY_ARE.sub("", spoken_text(text)))


def spoken_text(text: str) -> str:
    """Return what is said of a text, between the blanks and inside them, without the blanks themselves."""
    tree = IN_ENGLISH.plain.parse(text)
    between = (each.data for each in tree.find_all(nodes.TemplateData))
    return "\n".join((*between, *inside(tree)))


def inside(tree: nodes.Template) -> Iterator[str]:
    """Return the words inside blanks: `{{ who or 'a customer' }}`. What is compared is a code."""
    codes = {id(each) for each in code_words(tree)}
    for output in tree.find_all(nodes.Output):
        for each in output.find_all(nodes.Const):
            if isinstance(each.value, str) and id(each) not in codes:
                yield each.value


def code_words(tree: nodes.Template) -> Iterator[nodes.Const]:
    """Return what blanks compare with or look up: `{% if reason == 'duplicate' %}`, `replace('_', ' ')`."""
    for kind in (nodes.Compare, nodes.Call, nodes.Getitem):
        for found in tree.find_all(kind):
            yield from found.find_all(nodes.Const)


def _noticed(path: Path) -> list[tuple[str, str]]:
    """Return the texts of a template, each with its place."""
    noticed: list[tuple[str, str]] = []
    Compiler(_none, notice=lambda text, place: noticed.append((text, place))).template(_read(path))
    return noticed


def _texts(folder: Path) -> Iterator[tuple[str, str, int | None]]:
    """Return each text that people read, its place (`alerts.yaml:dispute.title`), and Slack's limit."""
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in APART:
            for key, value in _read(path).items():
                for part, text in value.items() if isinstance(value, dict) else [("", value)]:
                    yield text, f"{path.name}:{key}{'.' if part else ''}{part}", None
    for path in sorted(folder.glob("slack/*.yaml")):
        for text, place in _noticed(path):
            yield text, f"slack/{path.name}:{place or 'text'}", PLAIN_LIMITS.get(place)


def _read(path: Path) -> Json:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _none(name: str) -> Node:
    raise LookupError(name)  # texts are taken out and never rendered
