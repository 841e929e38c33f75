"""Findings of the rules, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.portal.rules import Finding
from bot.replies.price import price_in_sentence
from bot.words import Words

MOST_EVIDENCE = 6
_PRICES = frozenset({"price", "prices", "target"})
_UNNAMED = ("plans", "unnamed")


@dataclass(frozen=True, slots=True)
class FactLine:
    """One piece of evidence: the field and what it held."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as a person reads it. `page` is where Stripe says so, empty when it says so nowhere."""

    rule: str
    mark: str
    status: str
    explanation: str
    remedy: str
    evidence: tuple[FactLine, ...]
    page: str


def explanation(words: Words, finding: Finding) -> tuple[str, str]:
    """Explanation and remedy of a finding, plain text."""
    facts = _facts(words, finding)
    return (
        words.sentence("findings", finding.words, facts, part="explanation"),
        words.sentence("findings", finding.words, facts, part="remedy"),
    )


def finding_lines(words: Words, findings: Iterable[Finding]) -> tuple[FindingLine, ...]:
    """Put findings into words, in their order, each rule once."""
    return tuple(finding_line(words, finding) for finding in {each.rule: each for each in findings}.values())


def finding_line(words: Words, finding: Finding) -> FindingLine:
    """Put one finding into words."""
    facts = _facts(words, finding)
    text = words.markup("findings", finding.words, facts, part="explanation")
    remedy = words.markup("findings", finding.words, facts, part="remedy")
    # What is not there decides nothing here; programs read it in the JSON.
    held = [(name, value) for name, value in finding.evidence.items() if value is not None]
    evidence = tuple(FactLine(name, _written(value)) for name, value in held[:MOST_EVIDENCE])
    page = finding.source if finding.source.startswith("https://") else ""
    mark = words.sentence("marks", finding.severity.value)
    return FindingLine(finding.rule, mark, finding.status.value, text, remedy, evidence, page)


def _facts(words: Words, finding: Finding) -> Mapping[str, object]:
    """The evidence with names where it has the ids of prices and products: ids are for the small print."""
    facts: dict[str, object] = dict(finding.evidence)
    for key in _PRICES.intersection(facts):
        value = facts[key]
        if isinstance(value, str):
            facts[key] = price_in_sentence(words, finding.named.get(value)) or words.sentence(*_UNNAMED)
        elif isinstance(value, list):
            names = [price_in_sentence(words, finding.named.get(each)) for each in value]
            known = list(dict.fromkeys(filter(None, names)))
            facts[key] = known or [words.sentence(*_UNNAMED)]
    if "product" in facts:
        price = finding.named.get(str(facts["product"]))
        facts["product"] = price.product_name if price else None
    return facts


def _written(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_written(each) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
