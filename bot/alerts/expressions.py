"""Conditions of alert rules: Jinja's compiled expressions in its sandbox, about what strangers wrote."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, TemplateError, TemplateSyntaxError, meta
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

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=ChainableUndefined)

Expression = Callable[[Mapping[str, Any]], Any]


class WrongExpressionError(ValueError):
    """The text is no expression, or speaks of something there is not."""


@cache
def compile_expression(source: str) -> Expression:
    """Compile an expression. What it cannot evaluate for an event reads as None; nothing is raised.

    Raises WrongExpressionError.
    """
    try:
        unknown = meta.find_undeclared_variables(_ENVIRONMENT.parse(f"{{{{ {source} }}}}")) - NAMES
        compiled = _ENVIRONMENT.compile_expression(source)
    except TemplateSyntaxError as error:
        raise WrongExpressionError(error.message or "cannot be parsed") from None
    if unknown:
        raise WrongExpressionError(f"there is no {', '.join(sorted(unknown))}; there are {_listed()}")

    def evaluate(names: Mapping[str, Any]) -> Any:
        try:
            return compiled(**names)
        except _FAILURES:
            return None

    return evaluate


def _listed() -> str:
    return ", ".join(sorted(NAMES))
