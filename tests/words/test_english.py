"""The English of `messages/`: short sentences, one spelling, one word for each thing, and honest buttons."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.words import messages_folder

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
SHORT, LONGEST = 15, 22
SHARE_OF_SHORT = 0.99
"""So many sentences have to be short; none may be longer than the longest."""
NOT_FOR_READERS = {"phrases", "manifest"}
"""What people type, and names for Slack."""
UNSEEN = frozenset(
    ["if", "for", "include", "with", "type", "action_id", "block_id", "value", "url", "number"]
)
"""Keys of a template that nobody reads."""
BRITISH = re.compile(
    r"\b(?:cancell(?:ed|ing)|colour\w*|behaviour|catalogue|licen[c]es?|recognis\w+|authoris\w+|organis\w+|"
    r"favour\w*|cheque|centre|e-mail)\b",
    re.IGNORECASE,
)

FORMAL = "customer_texts"
"""What customers are told is more formal, and stays as the translators know it."""
UNCONTRACTED = re.compile(
    r"\b(?:(?:can|will|do|does|did|is|are|was|were|has|have|had|could|would|should) not|cannot"
    r"|I am|(?:you|we|they) are|(?:I|you|we|they) will|(?:^|(?<=[.!?:] ))(?:It|That|There) is)\b"
    r"(?! not)(?=\s+\w)",
    re.IGNORECASE,
)
"""Speech contracts these, except at the end of a clause ("what they are")."""


def strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a file with its key; in a template only what is shown."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in UNSEEN:
                yield from strings(inner, f"{key}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, key)


@cache
def texts() -> list[tuple[str, str]]:
    folder = messages_folder()
    found = []
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("slack/*.yaml")]):
        if path.stem not in NOT_FOR_READERS:
            found += list(strings(yaml.safe_load(path.read_text(encoding="utf-8")), path.stem))
    return found


def said(text: str) -> str:
    """A text as it is read: each branch as a sentence of its own, each blank as one word."""
    text = re.sub(r"\{%-?\s*(?:if|elif|else|endif|for|endfor|set)\b.*?%\}", " | ", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "X", text, flags=re.DOTALL)
    return re.sub(r"`[^`]*`", "X", text)


@cache
def sentences() -> list[tuple[str, str]]:
    """Each sentence with its key; a list of names after a colon is no sentence."""
    return [
        (key, " ".join(sentence.split()))
        for key, text in texts()
        for sentence in re.split(r"(?<=[.!?:;])\s|\n| [·|–] ", said(text))
        if len(sentence.split()) > 2
    ]


def words_in(sentence: str) -> int:
    return len(re.findall(r"[A-Za-z0-9][\w'’…/-]*", sentence))


def test_sentences_are_short() -> None:
    long = [(key, sentence) for key, sentence in sentences() if words_in(sentence) > SHORT]
    assert len(long) <= (1 - SHARE_OF_SHORT) * len(sentences()), long


def test_no_sentence_is_out_of_breath() -> None:
    assert [(key, each) for key, each in sentences() if words_in(each) > LONGEST] == []


def test_the_spelling_is_american() -> None:
    assert [(key, found[0]) for key, text in texts() if (found := BRITISH.search(said(text)))] == []


def test_people_are_spoken_to_in_contractions() -> None:
    """Also across a blank or a code: "{{ path | code }} isn't a setting"."""
    found = [(key, each) for key, text in texts() for each in UNCONTRACTED.findall(said(text))]
    assert [(key, each) for key, each in found if not key.startswith(FORMAL)] == []


def avoided() -> list[tuple[str, str]]:
    """The glossary's table: a word to say, and one not to."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)[2:]
    return [(say.strip(), word.strip()) for say, never in rows for word in never.split(",") if word.strip()]


@pytest.mark.parametrize(("say", "never"), avoided())
def test_one_word_stands_for_one_thing(say: str, never: str) -> None:
    wrong = re.compile(rf"(?<![\w-]){re.escape(never)}(?![\w-])", re.IGNORECASE)
    assert [key for key, text in texts() if wrong.search(said(text))] == [], f"say {say!r}"


def test_no_button_reads_as_its_opposite() -> None:
    folder = messages_folder()
    labels = yaml.safe_load((folder / "buttons.yaml").read_text(encoding="utf-8")).values()
    assert not [label for label in labels if re.match(r"(?:Cancel|Pause) link", label)]
    assert "Cancel" not in labels  # beside a reason it reads as: close this
