"""Markup that one text made goes through every other text unharmed: escaped once, never twice."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from jinja2 import Environment, meta

from bot.words import Words, messages_folder
from bot.words.escaping import Mrkdwn, without_markup
from bot.words.filters import date, mention
from bot.words.languages import IN_ENGLISH

MARKUP = date(1_785_600_000)
# These are for numbers, or build markup out of an id, an address or a name of Stripe's: no markup goes in.
FOR_PLAIN_VALUES = (
    *("capitalize", "channel", "clock", "code", "date", "format", "hour", "join", "link", "mention"),
    *("money", "plural", "replace", "string", "time", "upper"),
)
TRIES = 12
"""How often each text is filled in, with other branches taken each time."""


class Anything:
    """Whatever a template asks for: it has every field, is a list of one, and is shown as markup."""

    random: ClassVar = random.Random(0)
    unsafe_callable = alters_data = False  # Jinja's sandbox asks before it calls anything

    def __getattr__(self, name: str) -> "Anything":
        if name.startswith("_"):
            raise AttributeError(name)
        return Anything()

    def __getitem__(self, _key: object) -> "Anything":
        return Anything()

    def __iter__(self) -> Iterator["Anything"]:
        return iter([Anything()])

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return self.random.random() < 0.7

    def __eq__(self, _other: object) -> bool:
        return self.random.random() < 0.5

    def __hash__(self) -> int:
        return 0

    def _compare(self, _other: object) -> bool:
        return self.random.random() < 0.5

    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _compare

    def _itself(self, *_others: object) -> "Anything":
        return Anything()

    __call__ = __add__ = __sub__ = __rsub__ = __mul__ = __truediv__ = __radd__ = _itself

    def __str__(self) -> str:
        return "plain"


def shown_as_markup(environment: Environment) -> Environment:
    """The bot's own way to fill in a mrkdwn text, in which everything that is filled in is markup."""
    own = environment.finalize
    assert own is not None
    filters: dict[str, Callable[..., Any]] = dict.fromkeys(FOR_PLAIN_VALUES, lambda *_: "plain")
    filters["whole"] = lambda value: environment.filters["whole"](as_markup(value))
    made = environment.overlay(finalize=lambda value: own(as_markup(value)))
    made.filters = {**environment.filters, **filters}
    return made


def as_markup(value: object) -> object:
    return MARKUP if isinstance(value, Anything) else value


def texts(value: object) -> Iterator[str]:
    """Every text that is filled in, out of parsed YAML."""
    if isinstance(value, str):
        yield from [value] if "{" in value else []
    elif isinstance(value, dict):
        yield from (text for entry in value.values() for text in texts(entry))
    elif isinstance(value, list):
        yield from (text for entry in value for text in texts(entry))


def files() -> list[Path]:
    folder = messages_folder()
    return sorted([*folder.glob("*.yaml"), *folder.glob("slack/*.yaml")])


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_no_text_escapes_markup_that_is_filled_into_it(path: Path) -> None:
    environment = shown_as_markup(IN_ENGLISH.mrkdwn)
    Anything.random = random.Random(1)
    for source in texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
        names = meta.find_undeclared_variables(environment.parse(source))
        template = environment.from_string(source)
        for _ in range(TRIES):
            shown = template.render(dict.fromkeys(names, Anything()))
            assert "&lt;!" not in shown, source


SAID = """
text: "{{ said }}"
blocks:
  - {type: section, text: {type: mrkdwn, text: "{{ said }} {{ said | whole }} {{ said | code }}"}}
  - {type: header, text: {type: plain_text, text: "{{ said }}, {{ said | whole }}, {{ said | code }}"}}
"""


def test_a_sentence_with_a_date_keeps_it_in_every_way_of_filling_it_in(tmp_path: Path) -> None:
    (tmp_path / "slack").mkdir()
    (tmp_path / "slack" / "said.yaml").write_text(SAID)
    (tmp_path / "parts.yaml").write_text("inner: '{{ who | mention }} {{ at | date }} & {{ name | code }}'")
    words = Words(tmp_path)
    said = words.markup("parts", "inner", {"at": 1_785_600_000, "who": "U0ALEX", "name": "<b>"})
    message = words.message("said", said=said)
    assert message.text == str(said)
    assert message.blocks[0]["text"]["text"] == f"{said} {said} {said}"
    plain = "@U0ALEX 1 August 2026 & <b>"
    assert message.blocks[1]["text"]["text"] == f"{plain}, {plain}, {plain}"


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        (MARKUP, "1 August 2026"),
        (mention("U0ALEX"), "@U0ALEX"),
        (Mrkdwn("`cus_1` &amp; <https://a.example|docs>"), "cus_1 & docs"),
        ("<!not markup|of ours>", "<!not markup|of ours>"),
    ],
)
def test_where_slack_reads_no_markup_people_see_none(markup: str, plain: str) -> None:
    assert without_markup(markup) == plain
