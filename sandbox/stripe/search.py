"""Stripe's search language: `email:"a@b.c" AND created>1700000000`, `name~"jen"`, `metadata["k"]:"v"`,
`-status:"paid"`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import StripeError, invalid_request

MOST_CLAUSES = 10
SHORTEST_SUBSTRING = 3

FIELDS = {
    "customer": {"created", "email", "name", "phone"},
    "invoice": {
        "created",
        "currency",
        "customer",
        "number",
        "receipt_number",
        "status",
        "subscription",
        "total",
    },
    "subscription": {"created", "status", "canceled_at"},
    "charge": {"amount", "created", "currency", "customer", "refunded", "status"},
    "payment_intent": {"amount", "created", "currency", "customer", "status"},
    "price": {"active", "currency", "lookup_key", "product", "type"},
    "product": {"active", "description", "name", "shippable", "url"},
}
"""What can be searched, besides metadata and a charge's `payment_method_details.…`."""

CLAUSE = re.compile(
    r"""\s*(?P<negated>-)?(?P<field>[a-z_0-9.]+)(?:\[(?P<quote>["'])(?P<key>(?:[^"'\\]|\\.)*)(?P=quote)\])?
        (?P<operator>:|~|>=|<=|>|<)
        (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[^\s"']+))""",
    re.VERBOSE,
)
JOINT = re.compile(r"\s+(AND|OR|and|or)\s+|\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison."""

    field: str
    key: str | None
    operator: str
    value: str
    negated: bool

    def matches(self, searched: StripeObject) -> bool:
        """Return whether the object satisfies this comparison; text is compared without regard to case."""
        return self._compare(_read(searched, self.field, self.key)) != self.negated

    def _compare(self, found: Any) -> bool:
        if self.value == "null":
            return found is None
        if found is None:
            return False
        if self.operator == ":":
            return _text(found) == self.value.casefold()
        if self.operator == "~":
            return self.value.casefold() in _text(found)
        if not isinstance(found, int | float):
            return False
        comparisons: dict[str, Callable[[float, float], bool]] = {
            ">": lambda a, b: a > b,
            "<": lambda a, b: a < b,
            ">=": lambda a, b: a >= b,
            "<=": lambda a, b: a <= b,
        }
        return comparisons[self.operator](float(found), float(self.value))


def matcher(query: str, kind: str) -> Callable[[StripeObject], bool]:
    """Return a predicate for the query. Raises `StripeError` on what Stripe's search would not understand."""
    clauses, joints = _parse(query)
    if len(clauses) > MOST_CLAUSES:
        raise _invalid(f"Search queries can have at most {MOST_CLAUSES} clauses.")
    if len(joints) > 1:
        raise _invalid("Search queries cannot mix AND and OR.")
    for clause in clauses:
        _check(clause, kind)
    combine = any if joints == {"OR"} else all
    return lambda searched: combine(clause.matches(searched) for clause in clauses)


def _parse(query: str) -> tuple[list[Clause], set[str]]:
    clauses: list[Clause] = []
    joints: set[str] = set()
    position = 0
    while position < len(query.rstrip()):
        found = CLAUSE.match(query, position)
        if found is None:
            raise _invalid(f"We were unable to parse your search query at `{query[position:]}`.")
        clauses.append(_clause(found))
        position = found.end()
        joint = JOINT.match(query, position)
        if joint is not None:
            joints.add((joint.group(1) or "AND").upper())
            position = joint.end()
    if not clauses:
        raise _invalid("The search query is empty.")
    return clauses, joints


def _clause(found: re.Match[str]) -> Clause:
    value = next(part for part in (found["double"], found["single"], found["bare"]) if part is not None)
    key = None if found["key"] is None else _unescape(found["key"])
    return Clause(found["field"], key, found["operator"], _unescape(value), found["negated"] is not None)


def _check(clause: Clause, kind: str) -> None:
    allowed = FIELDS.get(kind, set())
    special = clause.field == "metadata" or (
        kind == "charge" and clause.field.startswith("payment_method_details.")
    )
    if clause.field not in allowed and not special:
        raise _invalid(f"Field `{clause.field}` is an unsupported search field for resource `{kind}s`.")
    if clause.operator == "~" and len(clause.value) < SHORTEST_SUBSTRING:
        raise _invalid(f"Substring search needs at least {SHORTEST_SUBSTRING} characters.")
    if clause.operator not in {":", "~"} and not re.fullmatch(r"-?\d+(\.\d+)?", clause.value):
        raise _invalid(f"`{clause.value}` is not a number.")


def _read(searched: StripeObject, field: str, key: str | None) -> Any:
    if field == "subscription" and searched.get("parent"):
        return (searched["parent"].get("subscription_details") or {}).get("subscription")
    found: Any = searched
    for step in [*field.split("."), *([key] if key is not None else [])]:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _text(found: Any) -> str:
    return str(found).casefold()


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _invalid(message: str) -> StripeError:
    return invalid_request(message, param="query")
