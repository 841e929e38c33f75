"""Conditions of alert rules: Jinja's compiled expressions in its sandbox, about what strangers wrote.

They are bounded: an expression only compares, tests and filters what it is given. What could grow (calls,
powers, texts that are multiplied) or nest without end is refused when it is compiled.
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
                _check_part(part, DEEPEST)


def _check_part(part: nodes.Node, left: int) -> None:
    if not left:
        raise WrongExpressionError("is nested too deeply")
    if isinstance(part, nodes.Call):
        if not (isinstance(part.node, nodes.Getattr) and part.node.attr in _METHODS):
            raise WrongExpressionError(f"can only call {', '.join(sorted(_METHODS))}")
    elif not isinstance(part, _NODES) or isinstance(part, _NEVER):
        raise WrongExpressionError(f"cannot have a {type(part).__name__} in it")
    if isinstance(part, nodes.Mul) and any(_is_no_number(each) for each in (part.left, part.right)):
        raise WrongExpressionError("can multiply numbers only")
    for inner in part.iter_child_nodes():
        _check_part(inner, left - 1)


def _is_no_number(part: nodes.Expr) -> bool:
    known = isinstance(part, nodes.Const) and not isinstance(part.value, int | float)
    return known or isinstance(part, nodes.List | nodes.Tuple | nodes.Dict)


def _listed() -> str:
    return ", ".join(sorted(NAMES))
