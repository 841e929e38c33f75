"""Every word the bot says, read from `messages/` once at start.

`messages/slack/*.yaml` are messages and modals, `messages/*.yaml` are catalogues of sentences by key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Refused
from bot.words.escaping import Mrkdwn, Whole
from bot.words.structure import Compiler, Node

__all__ = ["Message", "Words", "messages_folder"]


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message: the notification text and the blocks. A `private` one may never stay anywhere."""

    text: str
    blocks: list[dict[str, Any]]
    private: bool = False


class _Sentence:
    """One sentence, for a plain text and for a mrkdwn text."""

    def __init__(self, compiler: Compiler, source: str) -> None:
        self.plain = compiler.compile(source)
        self.mrkdwn = compiler.compile(source, "mrkdwn")


@cache
def messages_folder() -> Path:
    """Find `messages/`: inside the package when installed from a wheel, beside it in a checkout."""
    packaged = Path(__file__).parent.parent / "messages"
    return packaged if packaged.is_dir() else packaged.parent.parent / "messages"


class Words:
    """Renders messages, modals and sentences. Reads every file at construction, none later."""

    def __init__(self, folder: Path | None = None, *, eager: bool = False) -> None:
        """Read every file.

        What stands in it is compiled when it is first said, or at once when `eager`: then a text that cannot
        be read raises jinja2.TemplateSyntaxError here.
        """
        folder = folder or messages_folder()
        self._compiler = Compiler(self._template, eager=eager)
        self._templates: dict[str, Node] = {}
        self._catalogues: dict[str, dict[str, dict[str, _Sentence]]] = {}
        for path in sorted(folder.glob("slack/*.yaml")):
            source = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            is_message = isinstance(source, dict) and "blocks" in source and source.get("type") is None
            compiled = self._compiler.message(source) if is_message else self._compiler.compile(source)
            self._templates[path.stem] = compiled
        for path in sorted(folder.glob("*.yaml")):
            entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            self._catalogues[path.stem] = {
                key: {part: self._sentence(text) for part, text in _parts(value).items()}
                for key, value in entries.items()
            }

    def _template(self, name: str) -> Node:
        return self._templates[name]

    def _sentence(self, source: str) -> _Sentence:
        return _Sentence(self._compiler, source)

    def message(self, name: str, /, **context: object) -> Message:
        """Render `messages/slack/<name>.yaml`."""
        rendered = self._templates[name].render(context)
        return Message(rendered["text"], rendered["blocks"])

    def view(self, name: str, /, **context: object) -> dict[str, Any]:
        """Render a modal or the App Home from `messages/slack/<name>.yaml`."""
        view: dict[str, Any] = self._templates[name].render(context)
        return view

    def sentence(
        self, catalogue: str, key: str, facts: Mapping[str, object] | None = None, part: str = ""
    ) -> Whole:
        """Say one sentence of `messages/<catalogue>.yaml` in plain text; `part` names a field of an entry."""
        return Whole(self._catalogues[catalogue][key][part].plain.render(facts or {}))

    def markup(
        self, catalogue: str, key: str, facts: Mapping[str, object] | None = None, part: str = ""
    ) -> Mrkdwn:
        """Say the same for a mrkdwn text: dates in the reader's zone, people as mentions, facts escaped."""
        return Mrkdwn(self._catalogues[catalogue][key][part].mrkdwn.render(facts or {}))

    def keys(self, catalogue: str) -> frozenset[str]:
        """Return the keys of a catalogue, for tests that compare them with the code."""
        return frozenset(self._catalogues[catalogue])

    def refusal(self, refused: Refused) -> Whole:
        """Say why something was refused, in one plain sentence."""
        return self.sentence("refusals", refused.code, refused.facts)


def _parts(entry: str | dict[str, str]) -> dict[str, str]:
    return entry if isinstance(entry, dict) else {"": entry}
