"""What a translation shares with its English text: blanks, conditions, markup, emoji, code, addresses."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from jinja2 import TemplateSyntaxError, nodes

from bot.words.languages import IN_ENGLISH
from docs.languages.units import AS_THEY_ARE, Unit, code_words, spoken_text

OWN_WAY: Final = frozenset({"capitalize", "join", "lower", "plural", "replace", "select", "upper"})
"""Filters that a language uses where it needs them."""
_ENGLISH: Final = re.compile(
    r"\b(?:the|and|are|this|that|with|from|your|you|not|for|is|of|to|it|has|have|customer|customers)\b"
)


def problems(unit: Unit, said: str) -> list[str]:
    """Return what is wrong with a translation, in words; an empty list when nothing is."""
    try:
        ours, theirs = IN_ENGLISH.plain.parse(unit.text), IN_ENGLISH.plain.parse(said)
    except TemplateSyntaxError as error:
        return [f"cannot be read: {error.message}"]
    return [
        *_differences("blanks", _names(ours), _names(theirs)),
        *_differences("filters", _filters(ours), _filters(theirs)),
        *_missing("what is compared", _codes(ours), _codes(theirs)),
        *_differences("code, emoji and addresses", _literal(unit.text), _literal(said)),
        *_markup(unit.text, said),
        *_outside(unit, said),
        *_left_english(said),
    ]


def _names(tree: nodes.Template) -> set[str]:
    """Return the values a text is filled with: `who`, `facts.amount`."""
    made = {each.name for kind in (nodes.Name,) for each in tree.find_all(kind) if each.ctx == "store"}
    attributes = {_dotted(each) for each in tree.find_all(nodes.Getattr)}
    names = {each.name for each in tree.find_all(nodes.Name) if each.ctx == "load"}
    return {each for each in attributes | names if each.partition(".")[0] not in {*made, "loop"}}


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


def _filters(tree: nodes.Template) -> set[str]:
    return {each.name for each in tree.find_all(nodes.Filter)} - OWN_WAY


def _codes(tree: nodes.Template) -> set[str]:
    return {str(each.value) for each in code_words(tree) if isinstance(each.value, str)}


def _literal(text: str) -> set[str]:
    return set(AS_THEY_ARE.findall(spoken_text(text)))


def _markup(english: str, said: str) -> Iterator[str]:
    stars = [Counter(AS_THEY_ARE.sub("", spoken_text(text)))["*"] for text in (english, said)]
    if stars[0] != stars[1]:
        yield f"bold: {stars[0]} stars in English, {stars[1]} here"
    bare = re.sub(r"\{[{%#].*?[}%#]\}", "\0", AS_THEY_ARE.sub("", said), flags=re.DOTALL)
    for place, star in enumerate(re.finditer(r"\*", bare)):
        beside = (
            bare[star.start() - 1 : star.start()] if place % 2 == 0 else bare[star.end() : star.end() + 1]
        )
        if beside.isalnum():
            yield "bold: Slack shows it only with a space or a punctuation mark around it"
            return


def _outside(unit: Unit, said: str) -> Iterator[str]:
    if unit.text.count("\n\n") != said.count("\n\n"):
        yield f"{unit.text.count(chr(10) * 2)} empty lines in English, {said.count(chr(10) * 2)} here"
    for end, name in ((0, "begins"), (-1, "ends")):
        if unit.text[end].isspace() != said[end].isspace():
            yield f"the English text {name} {'' if unit.text[end].isspace() else 'not '}with a space"
    if unit.longest is not None and "{" not in said and len(said) > unit.longest:
        yield f"{len(said)} characters where Slack takes {unit.longest}"


def _left_english(said: str) -> Iterator[str]:
    left = sorted(set(_ENGLISH.findall(AS_THEY_ARE.sub("", spoken_text(said)))))
    if left:
        yield f"still English: {', '.join(left)}"


def _differences(what: str, ours: set[str], theirs: set[str]) -> Iterator[str]:
    yield from _missing(what, ours, theirs)
    if theirs - ours:
        yield f"{what}: not in the English text: {', '.join(sorted(theirs - ours))}"


def _missing(what: str, ours: set[str], theirs: set[str]) -> Iterator[str]:
    if ours - theirs:
        yield f"{what}: missing: {', '.join(sorted(ours - theirs))}"
