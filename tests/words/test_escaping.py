import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError, UndefinedError

from bot.words import Words
from bot.words.filters import mention

TEMPLATE = """
text: "For {{ name }}"
blocks:
  - {type: header, text: {type: plain_text, text: "{{ name }}"}}
  - {type: section, text: {type: mrkdwn, text: "*For* {{ name }} {{ name | code }} {{ name | whole }}"}}
  - for: each in names
    do:
      - type: context
        elements: [{type: mrkdwn, text: "{{ each }}"}, {type: plain_text, text: "{{ each }}"}]
  - if: name
    then: [{type: section, text: {type: mrkdwn, text: "{{ address | link(name) }}"}}]
"""
HOSTILE = [
    "<!channel>",
    "<!subteam^S123>",
    "<@U123>",
    "<https://evil.example|Open billing portal>",
    '"}]}, "channel": "C1"',
    "{{ 7 * 7 }}{% raw %}",
    "line\n> quoted",
    "back`tick",
    "\u202egnp.exe",
    "&lt;!here&gt;",
    "x" * 10_000,
]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Words:
    folder: Path = tmp_path_factory.mktemp("messages")
    (folder / "slack").mkdir()
    (folder / "slack" / "sample.yaml").write_text(TEMPLATE)
    return Words(folder)


def shape(value: object) -> object:
    """The keys and lengths of a message, without its texts."""
    if isinstance(value, dict):
        return {key: shape(entry) for key, entry in value.items()}
    return [shape(entry) for entry in value] if isinstance(value, list) else type(value).__name__


def mrkdwn_texts(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for entry in value.values() for text in mrkdwn_texts(entry)]
    return [text for entry in value for text in mrkdwn_texts(entry)] if isinstance(value, list) else []


def sample(words: Words, name: str) -> tuple[str, list[dict[str, object]]]:
    message = words.message("sample", name=name, names=[name, name], address="https://docs.example/x?a=1&b=2")
    return message.text, message.blocks


def assert_harmless(words: Words, name: str) -> None:
    text, blocks = sample(words, name)
    ordinary = sample(words, "Jenny")[1]
    assert shape(blocks) == shape(ordinary)
    for written in [text, *mrkdwn_texts(blocks)]:
        bare = written.replace("<https://docs.example/x?a=1&amp;b=2|", "")
        assert not re.search(r"<[!@#h]", bare), written
        assert "\n" not in written
    json.dumps(blocks)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_cannot_ping_link_or_break_a_message(words: Words, name: str) -> None:
    assert_harmless(words, name)


@given(st.text(min_size=1))
def test_no_text_at_all_changes_the_shape_or_becomes_markup(words: Words, name: str) -> None:
    assert_harmless(words, name)
    assert all(text.strip() for text in mrkdwn_texts(sample(words, name)[1]))


@given(st.text())
@example("S")
@example("U1>")
@example("S1|<!channel>")
@example("Uber GmbH")
@example("Ué")
def test_only_an_id_of_slack_becomes_a_mention(text: str) -> None:
    written = str(mention(text))
    assert written in {f"<@{text}>", f"<!subteam^{text}>"} or not re.search("<[!@#]", written)
    assert not written.startswith("<") or re.fullmatch("[UWS][A-Z0-9]+", text)


@pytest.mark.parametrize(
    ("person", "written"),
    [("U0ALEX", "<@U0ALEX>"), ("S0LEADS", "<!subteam^S0LEADS>"), ("cli:alex", "cli:alex")],
)
def test_a_person_and_a_group_are_mentioned_and_somebody_at_a_terminal_is_named(
    person: str, written: str
) -> None:
    assert str(mention(person)) == written


def test_a_value_is_cut_before_it_can_exceed_a_block(words: Words) -> None:
    text, blocks = sample(words, "y" * 100_000)
    assert len(text) < 400
    assert len(blocks[0]["text"]["text"]) == 150  # type: ignore[index]


@pytest.mark.parametrize("name", ["🎉" * 100, "é🎉" * 80, "👩‍👩‍👧‍👦" * 40])
def test_a_header_keeps_to_its_limit_however_slack_counts(words: Words, name: str) -> None:
    _, blocks = sample(words, name)
    header = str(blocks[0]["text"]["text"])  # type: ignore[index]
    assert len(header.encode("utf-16-le")) // 2 <= 150
    assert header.endswith("…")


def test_everything_the_bot_says_can_be_read() -> None:
    Words(eager=True)


@pytest.mark.parametrize(
    "broken", ["text: '{{ name'\nblocks: []", "text: ''\nblocks: [{if: 'a +', then: []}]"]
)
def test_a_broken_text_is_found_when_all_are_read(tmp_path: Path, broken: str) -> None:
    (tmp_path / "slack").mkdir()
    (tmp_path / "slack" / "broken.yaml").write_text(broken)
    with pytest.raises(TemplateSyntaxError):
        Words(tmp_path, eager=True)


def test_a_template_with_a_misspelt_value_fails_instead_of_showing_nothing(words: Words) -> None:
    with pytest.raises(UndefinedError):
        words.message("sample", nam="x", names=[])


def test_a_name_of_nothing_visible_does_not_leave_a_text_empty(words: Words) -> None:
    _, blocks = sample(words, "\u200b \n")
    assert blocks[0]["text"]["text"] == "–"  # type: ignore[index]


def test_every_mrkdwn_text_forbids_slack_to_make_links_of_its_own(words: Words) -> None:
    _, blocks = sample(words, "evil.example")
    assert blocks[1]["text"]["verbatim"] is True  # type: ignore[index]
