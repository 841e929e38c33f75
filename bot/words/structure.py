"""Slack messages as YAML whose shape is fixed before any value is filled in.

A template is parsed once. Its strings are Jinja texts; its shape can only change through four keys:

    - if: customer.email            - for: card in cards         - include: badge
      then: [ …blocks… ]              do: [ …blocks… ]             with: {livemode: link.livemode}
      else: [ …blocks… ]

and `{number: count}`, which is the number and not its text.
`if`/`then`/`else` also stands where a single value is expected. Since a value never meets YAML or JSON, a
hostile name can be neither a key nor a block. A text object of type `mrkdwn` escapes what is
filled into it, everything else is plain (see `escaping`). What people read is looked up in the reader's
language before it is filled in.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from jinja2 import Environment, Template
from jinja2.environment import TemplateExpression

from bot.words.languages import IN_ENGLISH, Language

Json = Any
Context = Mapping[str, object]
Expression = Callable[[Context], Any]
Notice = Callable[[str, str], None]
"""Is told of each text that people read, and the place it stands in."""

# Slack's limits for plain texts, which may be cut anywhere (reference: Block Kit). A mrkdwn text is kept in
# bounds by the length of its values.
PLAIN_LIMITS = {"header": 150, "button": 75, "option": 75, "modal": 24}
_CHOICES = frozenset({"static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow"})
_TEXTS = frozenset({"plain_text", "mrkdwn", "raw_text", "text"})
_TITLES = frozenset({"title", "label", "alt_text"})
"""Types of objects whose `text` people read, and keys under which they read a text that is no object."""
_NEVER_EMPTY = frozenset({"plain_text", "mrkdwn"})
EMPTY = "–"  # Slack refuses a text object without text; a name may be nothing but invisible characters


class Node(Protocol):
    """A piece of a template, ready to be filled in."""

    def render(self, context: Context, language: Language) -> Json:
        """Fill in the values and return the JSON in a language; DROPPED when the place stays empty."""


class _Dropped:
    """The result of an `if` that is false: the place stays empty."""


DROPPED = _Dropped()


# Jinja's compiler takes a millisecond for each of hundreds: done when one is first filled in, once a process
# and language.
@cache
def _template(environment: Environment, source: str) -> Template:
    return _with_plain_globals(environment.from_string(source))


def _with_plain_globals(template: Template) -> Template:
    """Spare each filling-in the walk through the chain of mappings in which Jinja keeps globals."""
    template.globals = dict(template.globals)
    return template


@cache
def _compiled(source: str) -> TemplateExpression:
    expression = IN_ENGLISH.plain.compile_expression(source, undefined_to_none=False)
    _with_plain_globals(expression._template)
    return expression


class Compiler:
    """Turns parsed YAML into nodes."""

    def __init__(
        self, load: Callable[[str], Node], *, eager: bool = False, notice: Notice | None = None
    ) -> None:
        """Take `load`, which returns the template that an `include` names; `eager` compiles all at once."""
        self._load = load
        self._eager = eager
        self._notice = notice

    def compile(self, source: Json, place: str = "") -> Node:
        """Compile one value; `place` is the name of the object or key it belongs to.

        A text that is given alone is one that nobody reads: an id, an address.
        """
        if isinstance(source, str):
            return self._text(source, place)
        if isinstance(source, list):
            return _List([self.compile(entry, place) for entry in source])
        if isinstance(source, dict):
            return self._mapping(source, place)
        return _Constant(source)

    def template(self, source: Json) -> Node:
        """Compile a file: a message, a modal or a part of them.

        A message's `text` is the notification, which Slack reads as mrkdwn.
        """
        if not isinstance(source, dict) or "blocks" not in source or source.get("type") is not None:
            return self.compile(source)
        return _Object(
            {
                key: self.sentence(value, "mrkdwn") if key == "text" else self.compile(value)
                for key, value in source.items()
            }
        )

    def sentence(self, source: str, place: str = "", empty: str = "") -> Node:
        """Compile a text that people read."""
        if self._notice is not None:
            self._notice(source, place)
        return self._text(source, place, empty, said=True)

    def _mapping(self, source: dict[str, Json], place: str) -> Node:
        if "if" in source:
            branches = (
                self.compile(source.get("then"), place),
                self.compile(source["else"], place) if "else" in source else _Constant(DROPPED),
            )
            return _If(self._expression(source["if"]), *branches)
        if source.keys() == {"number"}:
            return _Number(self._expression(source["number"]))
        if "for" in source:
            name, _, sequence = str(source["for"]).partition(" in ")
            return _For(name.strip(), self._expression(sequence), self.compile(source["do"], place))
        if "include" in source:
            names = {name: self._expression(value) for name, value in source.get("with", {}).items()}
            return _Include(source["include"], names, self._load)
        return self._object(source, place)

    def _object(self, source: dict[str, Json], place: str) -> Node:
        kind = str(source.get("type", ""))
        inner = place if kind in {"", "plain_text", "mrkdwn"} else kind
        inner = "option" if inner in _CHOICES else inner
        # The limits are for text objects: an address or a value that was cut would be a wrong one.
        nodes = {key: self._entry(key, value, kind, inner) for key, value in source.items()}
        if kind == "mrkdwn":
            nodes["verbatim"] = _Constant(True)  # Slack must not turn a customer's text into links
        return _Object(nodes)

    def _entry(self, key: str, value: Json, kind: str, inner: str) -> Node:
        """Compile what stands under a key of an object of this kind."""
        if not isinstance(value, str):
            return self.compile(value, inner)
        if key == "text" and kind in _TEXTS:
            place = "mrkdwn" if kind == "mrkdwn" else inner
            return self.sentence(value, place, EMPTY if kind in _NEVER_EMPTY else "")
        return self.sentence(value) if key in _TITLES else self.compile(value)

    def _text(self, source: str, place: str, empty: str = "", *, said: bool = False) -> Node:
        if "{" not in source:
            return _Said(source) if said else _Constant(source)
        text = _Text(source, place, empty, said=said)
        if self._eager:
            text.template(IN_ENGLISH)
        return text

    def _expression(self, source: str) -> Expression:
        if self._eager:
            _compiled(source)
        return lambda context: _compiled(source)(context)  # noqa: PLW0108 (compiled when it is asked)


class _Constant:
    def __init__(self, value: Json) -> None:
        self._value = value

    def render(self, context: Context, language: Language) -> Json:  # noqa: ARG002 (a constant needs no values)
        return self._value


class _Number:
    def __init__(self, expression: Expression) -> None:
        self._expression = expression

    def render(self, context: Context, language: Language) -> Json:  # noqa: ARG002 (a number has none)
        value = self._expression(context)
        return value if isinstance(value, int | float) else 0


class _Said:
    """A text that people read, with nothing to fill in."""

    def __init__(self, english: str) -> None:
        self._english = english

    def render(self, context: Context, language: Language) -> Json:  # noqa: ARG002 (there are no blanks)
        return language.text(self._english)


class _Text:
    def __init__(self, source: str, place: str, empty: str, *, said: bool) -> None:
        self._source = source
        self._is_mrkdwn = place == "mrkdwn"
        self._limit = PLAIN_LIMITS.get(place)
        self._empty = empty
        self._said = said

    def template(self, language: Language) -> Template:
        source = language.text(self._source) if self._said else self._source
        return _template(language.mrkdwn if self._is_mrkdwn else language.plain, source)

    def render(self, context: Context, language: Language) -> Json:
        text = self.template(language).render(context).strip() or self._empty
        return _cut(text, self._limit) if self._limit else text


def _cut(text: str, limit: int) -> str:
    """Cut a text to so many UTF-16 units, as Slack may count: an emoji is two of them."""
    if len(text.encode("utf-16-le")) // 2 <= limit:
        return text
    return text.encode("utf-16-le")[: (limit - 1) * 2].decode("utf-16-le", "ignore") + "…"


class _List:
    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes

    def render(self, context: Context, language: Language) -> Json:
        rendered: list[Json] = []
        for node in self._nodes:
            value = node.render(context, language)
            if value is DROPPED:
                continue
            if isinstance(node, _If | _For | _Include) and isinstance(value, list):
                rendered.extend(value)
            else:
                rendered.append(value)
        return rendered


class _Object:
    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes

    def render(self, context: Context, language: Language) -> Json:
        values = {key: node.render(context, language) for key, node in self._nodes.items()}
        return {key: value for key, value in values.items() if value is not DROPPED}


class _If:
    def __init__(self, condition: Expression, then: Node, otherwise: Node) -> None:
        self._condition, self._then, self._otherwise = condition, then, otherwise

    def render(self, context: Context, language: Language) -> Json:
        return (self._then if self._condition(context) else self._otherwise).render(context, language)


class _For:
    def __init__(self, name: str, sequence: Expression, body: Node) -> None:
        self._name, self._sequence, self._body = name, sequence, body

    def render(self, context: Context, language: Language) -> Json:
        rendered: list[Json] = []
        for position, value in enumerate(self._sequence(context) or ()):
            piece = self._body.render({**context, self._name: value, "position": position}, language)
            rendered.extend(piece if isinstance(piece, list) else [piece])
        return rendered


class _Include:
    def __init__(self, name: str, names: Mapping[str, Expression], load: Callable[[str], Node]) -> None:
        self._name, self._names, self._load = name, names, load

    def render(self, context: Context, language: Language) -> Json:
        inner = {name: expression(context) for name, expression in self._names.items()}
        return self._load(self._name).render({**context, **inner}, language)
