"""`[[alert]]` tables: what may stand in them, and what is wrong with one, by number and key.

A table with the name of a default rule changes what it names of it; others come before all defaults.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bot.alerts.alert import Severity
from bot.alerts.expressions import WrongExpressionError, compile_expression
from bot.durations import HOUR, read_span
from bot.setting_texts import CHANNEL, fitting

DEFAULTS = Path(__file__).with_name("default_rules.toml")
_EXPECTED = {
    "missing": "is missing",
    "extra_forbidden": "unknown; a rule has {}",
    "enum": "expected page, notify, digest or ignore",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "greater_than_equal": "expected at least 1",
}


_channel = fitting(CHANNEL, "is not a channel; expected its id (C…) or #name")
_address = fitting(r"https?://[^\s<>|]+", "is not an http(s) address")


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """What is wrong with the table at `position` (from 0) of the file; `key` is empty for all of it."""

    position: int
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What a rule can say: the templates of alerts, and the messages that can be notes in a thread."""

    templates: frozenset[str]
    notes: frozenset[str]


class RuleTable(BaseModel):
    """One `[[alert]]` table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    event: tuple[str, ...]
    when: str | None = None
    severity: Severity
    channel: Annotated[str, AfterValidator(_channel)] | None = None
    group: str | None = None
    template: str
    note: str | None = None
    runbook: Annotated[str, AfterValidator(_address)] | None = None
    joins: str | None = None
    resolves: str | None = None
    counts: bool = Field(default=True, strict=True)
    at_least: int = Field(default=0, ge=1, strict=True)
    within: int = HOUR
    of: tuple[str, ...] = ()
    by_state: bool = Field(default=False, strict=True)
    change: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,39}$")
    follows: bool = Field(default=False, strict=True)

    @field_validator("event", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple) or not value:
            raise ValueError("expected an event type or a list of them")
        if not all(isinstance(each, str) and re.fullmatch(r"[a-z0-9_.*]+", each) for each in value):
            raise ValueError("expected event types as Stripe writes them; * stands for anything")
        return tuple(value)

    @field_validator("of", mode="before")
    @classmethod
    def _rule_names(cls, value: object) -> object:
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
            raise ValueError("expected a list of rules")
        return tuple(value)

    @field_validator("when", "group")
    @classmethod
    def _expression(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                compile_expression(value)
            except WrongExpressionError as error:
                raise ValueError(f"is no expression: {error}") from None
        return value

    @field_validator("template")
    @classmethod
    def _template(cls, value: str, info: ValidationInfo) -> str:
        if info.context is not None and value not in info.context.templates:
            raise ValueError("no such key in messages/alerts.yaml")
        return value

    @field_validator("note")
    @classmethod
    def _note(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.context is not None and value not in info.context.notes:
            raise ValueError("no such message in messages/slack")
        return value

    @field_validator("within", mode="before")
    @classmethod
    def _duration(cls, value: object) -> int:
        seconds = read_span(value, "smhd") if isinstance(value, str) else None
        if seconds is None:
            raise ValueError("expected a duration like 10m, 2h or 1d")
        return seconds


@cache
def default_tables() -> tuple[Mapping[str, Any], ...]:
    """Read the rules of the package."""
    return tuple(tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))["alert"])


def read_tables(
    own: Sequence[Mapping[str, Any]], words: RuleWords | None = None
) -> tuple[list[RuleTable], list[RuleProblem]]:
    """Return the rules in the order they are tried, and everything that is wrong with the own ones.

    Without `words` the names of templates and notes are not checked.
    """
    defaults = {str(table["name"]): table for table in default_tables()}
    merged = [{**defaults.get(str(table.get("name")), {}), **table} for table in own]
    problems: list[RuleProblem] = []
    changed: dict[str, RuleTable] = {}
    first: list[RuleTable] = []
    for position, table in enumerate(merged):
        try:
            rule = RuleTable.model_validate(table, context=words)
        except ValidationError as error:
            problems += _problems(position, error)
            continue
        if rule.name in changed or any(rule.name == each.name for each in first):
            problems.append(RuleProblem(position, "name", "there is another rule of this name in the file"))
        elif rule.name in defaults:
            changed[rule.name] = rule
        else:
            first.append(rule)
    rules = [*first, *(changed.get(name) or RuleTable.model_validate(defaults[name]) for name in defaults)]
    return rules, [*problems, *_wrong_names(own, rules)]


def _problems(position: int, error: ValidationError) -> Iterator[RuleProblem]:
    for problem in error.errors(include_input=False, include_url=False):
        key = str(problem["loc"][0]) if problem["loc"] else ""
        if problem["type"] == "value_error":
            reason = str(problem.get("ctx", {}).get("error", "cannot be read"))
        elif problem["type"] == "string_pattern_mismatch":
            reason = "expected small letters, digits and _, beginning with a letter"
        else:
            reason = _EXPECTED.get(problem["type"], "expected text").format(", ".join(RuleTable.model_fields))
        yield RuleProblem(position, key, reason)


def _wrong_names(own: Sequence[Mapping[str, Any]], rules: Iterable[RuleTable]) -> Iterator[RuleProblem]:
    """Find references to rules that are not there, or that lead on to another one."""
    rules = tuple(rules)
    names = {rule.name for rule in rules}
    grouped = {rule.name for rule in rules if rule.joins is None and rule.resolves is None}
    for position, table in enumerate(own):
        for key in ("joins", "resolves"):
            if key in table and table[key] not in grouped:
                yield RuleProblem(position, key, "no such rule, or it has no group of its own")
        unknown = {*_texts(table.get("of"))} - names
        if unknown:
            yield RuleProblem(position, "of", f"no such rule: {', '.join(sorted(unknown))}")


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def line_of(text: str, problem: RuleProblem) -> int:
    """Find the line of the file (from 1) where the key, or else its table, stands."""
    position, table_line = -1, 1
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*alert\s*\]\]", line):
            position += 1
            if position > problem.position:
                break
            table_line = number
        elif position == problem.position and re.match(rf"\s*{re.escape(problem.key)}\s*=", line):
            return number
    return table_line
