"""Conditions of alert rules: Jinja's compiled expressions in its sandbox, about what strangers wrote.

They are bounded: an expression only compares, tests and filters what it is given. What could grow (calls,
powers, texts that are multiplied, a text of a list of texts again and again) or nest without end is refused
when it is compiled.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.exceptions import TemplateAssertionError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

NAMES = frozenset({"changed", "event", "facts", "object", "previous", "state", "type"})
"""What an expression may speak of; see docs/alerts.md."""
_FAILURES = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
)

LONGEST = 2_000
"""Characters of an expression."""
DEEPEST = 40
"""Steps from an expression to its innermost part."""
_FILTERS = frozenset(
    {"abs", "count", "d", "default", "first", "float", "int", "items", "last", "length", "list", "lower"}
    | {"map", "max", "min", "reject", "rejectattr", "select", "selectattr", "sort", "string", "sum", "trim"}
    | {"unique", "upper"}
)
_MAPPED = frozenset({"abs", "first", "float", "int", "last", "length", "lower", "string", "trim", "upper"})
"""Filters that `map` can put on each element; without arguments, which each element would repeat."""
_MAKES_TEXT = frozenset({"lower", "string", "trim", "upper"})
_MAKES_LIST = frozenset(
    {"items", "list", "map", "reject", "rejectattr", "select", "selectattr", "sort", "unique"}
)
_NODES = (
    nodes.BinExpr,
    nodes.UnaryExpr,
    nodes.Literal,
    nodes.Compare,
    nodes.Operand,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Pair,
    nodes.Keyword,
    nodes.Filter,
    nodes.Test,
    nodes.CondExpr,
    nodes.Concat,
)
_NEVER = (nodes.Pow, nodes.TemplateData)
"""Subclasses of those that stay forbidden: powers, which can be huge, and text outside an expression."""
_METHODS = frozenset({"endswith", "get", "lower", "startswith", "strip", "upper"})


class _Numbers(ImmutableSandboxedEnvironment):
    """Multiplies and divides nothing but numbers: a text times a number could have any size."""

    intercepted_binops = frozenset({"*", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate. Raises TypeError for anything that is no number."""
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise TypeError(operator)
        return super().call_binop(context, operator, left, right)


def _environment() -> ImmutableSandboxedEnvironment:
    made = _Numbers(undefined=ChainableUndefined)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _FILTERS}
    return made


_ENVIRONMENT = _environment()

Expression = Callable[[Mapping[str, Any]], Any]


class WrongExpressionError(ValueError):
    """The text is no expression, or speaks of something there is not."""


@cache
def compile_expression(source: str) -> Expression:
    """Compile an expression. What it cannot evaluate for an event reads as None; nothing is raised.

    Raises WrongExpressionError.
    """
    if len(source) > LONGEST:
        raise WrongExpressionError(f"has more than {LONGEST} characters")
    try:
        parsed = _ENVIRONMENT.parse(f"{{{{ {source} }}}}")
        unknown = meta.find_undeclared_variables(parsed) - NAMES
        if unknown:
            raise WrongExpressionError(f"there is no {', '.join(sorted(unknown))}; there are {_listed()}")
        _check(parsed)
        compiled = _ENVIRONMENT.compile_expression(source)
    except (TemplateSyntaxError, TemplateAssertionError) as error:
        raise WrongExpressionError(error.message or "cannot be parsed") from None
    except (RecursionError, MemoryError, SyntaxError):
        raise WrongExpressionError("is nested too deeply") from None

    def evaluate(names: Mapping[str, Any]) -> Any:
        try:
            return compiled(**names)
        except _FAILURES:
            return None

    return evaluate


def _check(template: nodes.Template) -> None:
    """Raise WrongExpressionError for what an expression may not hold."""
    for output in template.body:
        for part in output.iter_child_nodes():
            if not isinstance(part, nodes.TemplateData):
                _check_part(part, DEEPEST, "")


def _check_part(part: nodes.Node, left: int, becomes: str) -> None:
    """Check a part and what is in it; `becomes` says what is made of it: a text, a list in a text, or ''."""
    if not left:
        raise WrongExpressionError("is nested too deeply")
    if isinstance(part, nodes.Call):
        if not (isinstance(part.node, nodes.Getattr) and part.node.attr in _METHODS):
            raise WrongExpressionError(f"can only call {', '.join(sorted(_METHODS))}")
    elif not isinstance(part, _NODES) or isinstance(part, _NEVER):
        raise WrongExpressionError(f"cannot have a {type(part).__name__} in it")
    if isinstance(part, nodes.Mul) and any(_is_no_number(each) for each in (part.left, part.right)):
        raise WrongExpressionError("can multiply numbers only")
    if isinstance(part, nodes.Filter):
        _check_arguments(part)
    becomes = _becomes(part, becomes)
    for inner in part.iter_child_nodes():
        _check_part(inner, left - 1, becomes)


def _check_arguments(part: nodes.Filter) -> None:
    """Refuse what would repeat an argument for each element, or add up anything but numbers."""
    given: list[nodes.Node] = [*part.args, *part.kwargs]
    is_plain = part.dyn_args is None and part.dyn_kwargs is None
    match part.name, given:
        case "map", [nodes.Const(value=str(name))] if is_plain and name in _MAPPED:
            return
        case (("map" | "sum"), [nodes.Keyword(key="attribute", value=nodes.Const())]) if is_plain:
            return
        case "sum", [] | [nodes.Const()] if is_plain:
            return
        case "map", _:
            raise WrongExpressionError(f"can map attribute='…' or one of {', '.join(sorted(_MAPPED))} only")
        case "sum", _:
            raise WrongExpressionError("can sum numbers or attribute='…' only")


def _becomes(part: nodes.Node, becomes: str) -> str:
    """Return what is made of the parts of this one. A list gets longer as a text: that is allowed once.

    Raises WrongExpressionError for a text of a list of texts that were made here.
    """
    makes = {part.name} if isinstance(part, nodes.Filter) else set()
    if isinstance(part, nodes.Filter) and part.name == "map":
        makes |= {each.value for each in part.args if isinstance(each, nodes.Const)}
    if becomes and (makes & _MAKES_LIST or isinstance(part, nodes.List | nodes.Tuple | nodes.Dict)):
        becomes = "list in a text"
    if makes & _MAKES_TEXT or isinstance(part, nodes.Concat):
        if becomes == "list in a text":
            raise WrongExpressionError("cannot make a text of a list of such texts")
        becomes = "text"
    return becomes


def _is_no_number(part: nodes.Expr) -> bool:
    known = isinstance(part, nodes.Const) and not isinstance(part.value, int | float)
    return known or isinstance(part, nodes.List | nodes.Tuple | nodes.Dict)


def _listed() -> str:
    return ", ".join(sorted(NAMES))
