"""Every word the bot says, read from `messages/` once at start.

`messages/slack/*.yaml` are messages and modals, `messages/*.yaml` are groups of sentences by key. They
are English; `messages/locales/` has the translations (see `languages`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Refused
from bot.words.escaping import Mrkdwn, Whole
from bot.words.languages import Language, Languages, spoken_tag
from bot.words.speaking import spoken_now
from bot.words.structure import Compiler, Node
from bot.words.writing import ENGLISH, Writing

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
        self.plain = compiler.sentence(source)
        self.mrkdwn = compiler.sentence(source, "mrkdwn")


@cache
def messages_folder() -> Path:
    """Find `messages/`: inside the package when installed from a wheel, beside it in a checkout."""
    packaged = Path(__file__).parent.parent / "messages"
    return packaged if packaged.is_dir() else packaged.parent.parent / "messages"


class _Folder:
    """What stands in a `messages/` folder."""

    def __init__(self, folder: Path, *, eager: bool) -> None:
        self.languages = Languages(folder)
        self.templates: dict[str, Node] = {}
        compiler = Compiler(self.templates.__getitem__, eager=eager)
        for path in folder.glob("slack/*.yaml"):
            self.templates[path.stem] = compiler.template(_read(path))
        self.groups = {
            path.stem: {
                key: {part: _Sentence(compiler, text) for part, text in _parts(value).items()}
                for key, value in _read(path).items()
            }
            for path in folder.glob("*.yaml")
        }


# A process may have several `Words`, and the files take a twentieth of a second.
_folder = cache(_Folder)


class Words:
    """Renders messages, modals and sentences, each in the language of who reads it (see `speaking`).

    A folder is read once a process, at the first construction; a language's texts when somebody reads it.
    """

    def __init__(self, folder: Path | None = None, *, language: str = ENGLISH, eager: bool = False) -> None:
        """Read every file. `language` is the tag of the one in which channels are spoken to.

        What stands in a file is compiled when it is first said, or at once when `eager`: then a text that
        cannot be read raises jinja2.TemplateSyntaxError here.
        """
        held = _folder(folder or messages_folder(), eager=eager)
        self._languages, self._templates, self._groups = held.languages, held.templates, held.groups
        self._of_channels = language

    @property
    def spoken(self) -> tuple[str, ...]:
        """The tags of the languages there are, English first."""
        return self._languages.tags

    @property
    def language(self) -> Language:
        """The language of who reads it: of the person who is spoken to, else of channels."""
        return self._languages.get(spoken_now() or self._of_channels)

    def learn(self, locale: str) -> str:
        """Return the tag of the language to speak to somebody with this locale, and have it at hand.

        English where there is no better one. Reads a file: done beforehand, so that no answer waits for it.
        """
        return self._languages.get(spoken_tag(locale, self.spoken) or ENGLISH).tag

    @property
    def writing(self) -> Writing:
        """How that language writes days and amounts."""
        return self.language.writing

    def message(self, name: str, /, **context: object) -> Message:
        """Render `messages/slack/<name>.yaml`."""
        rendered = self._templates[name].render(context, self.language)
        return Message(rendered["text"], rendered["blocks"])

    def view(self, name: str, /, **context: object) -> dict[str, Any]:
        """Render a modal or the App Home from `messages/slack/<name>.yaml`."""
        view: dict[str, Any] = self._templates[name].render(context, self.language)
        return view

    def sentence(
        self, group: str, key: str, facts: Mapping[str, object] | None = None, part: str = ""
    ) -> Whole:
        """Say one sentence of `messages/<group>.yaml` in plain text; `part` names a field of an entry."""
        return Whole(self._groups[group][key][part].plain.render(facts or {}, self.language))

    def markup(
        self, group: str, key: str, facts: Mapping[str, object] | None = None, part: str = ""
    ) -> Mrkdwn:
        """Say the same for a mrkdwn text: dates in the reader's zone, people as mentions, facts escaped."""
        return Mrkdwn(self._groups[group][key][part].mrkdwn.render(facts or {}, self.language))

    def keys(self, group: str) -> frozenset[str]:
        """Return the keys of a group, for tests that compare them with the code."""
        return frozenset(self._groups[group])

    def refusal(self, refused: Refused) -> Whole:
        """Say why something was refused, in one plain sentence."""
        return self.sentence("refusals", refused.code, refused.facts)


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _parts(entry: str | dict[str, str]) -> dict[str, str]:
    return entry if isinstance(entry, dict) else {"": entry}
