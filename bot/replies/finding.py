"""Findings of the rules, in words and as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.portal.rules import ActionVerdict, Finding
from bot.replies.details import Detail
from bot.replies.price import price_in_sentence
from bot.words import Words

MOST_EVIDENCE = 6
_TIMES = ("_at", "_end")
_AMOUNTS = {"amount": "currency", "minimum": "minimum_currency"}
"""Evidence that is money, and where its currency stands."""
_PRICES = frozenset({"price", "prices", "target"})
_UNNAMED = ("plans", "unnamed")


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as a person reads it; `remedy` is empty where nothing is to be done.

    `rule` is its code and `detail` what stands behind the message's Details button. `page` is where Stripe
    says so, empty when it says so nowhere.
    """

    rule: str
    mark: str
    explanation: str
    remedy: str
    page: str
    detail: Detail


def explanation(words: Words, finding: Finding) -> tuple[str, str]:
    """Explanation and remedy of a finding, plain text."""
    facts = _facts(words, finding)
    return (
        words.sentence("findings", finding.words, facts, part="explanation"),
        words.sentence("findings", finding.words, facts, part="remedy"),
    )


def verdict_report(words: Words, verdict: ActionVerdict) -> dict[str, Any]:
    """Write out what the findings come to, and the findings, as every `--json` does."""
    return {"verdict": verdict.verdict.value, "findings": finding_reports(words, verdict.findings)}


def finding_reports(words: Words, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Write out findings, with the keys of the contract."""
    reports = []
    for finding in findings:
        said, remedy = explanation(words, finding)
        reports.append(
            {
                "rule": finding.rule,
                "severity": finding.severity.value,
                "status": finding.status.value,
                "evidence": dict(finding.evidence),
                "explanation": said,
                "remedy": remedy,
                "source": finding.source,
            }
        )
    return reports


def finding_lines(words: Words, findings: Iterable[Finding]) -> tuple[FindingLine, ...]:
    """Put findings into words, in their order, each rule once."""
    return tuple(finding_line(words, finding) for finding in {each.rule: each for each in findings}.values())


def finding_line(words: Words, finding: Finding) -> FindingLine:
    """Put one finding into words."""
    facts = _facts(words, finding)
    text = words.markup("findings", finding.words, facts, part="explanation")
    remedy = words.markup("findings", finding.words, facts, part="remedy")
    page = finding.source if finding.source.startswith("https://") else ""
    mark = words.sentence("marks", finding.severity.value)
    return FindingLine(finding.rule, mark, text, remedy, page, _detail(words, finding, page))


def _detail(words: Words, finding: Finding, page: str) -> Detail:
    """Code, how sure we are, and the evidence; what is not there decides nothing here."""
    held = [(name, value) for name, value in finding.evidence.items() if value is not None]
    facts = (
        (words.sentence("details", "code"), finding.rule),
        (words.sentence("details", "how_sure"), words.sentence("details", finding.status.value)),
        *(
            (name.replace("_", " "), _written(words, name, value, finding))
            for name, value in held[:MOST_EVIDENCE]
        ),
    )
    return Detail(explanation(words, finding)[0], facts, page)


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


def _written(words: Words, name: str, value: object, finding: Finding) -> str:
    """A value as people read it: dates as dates and amounts as amounts."""
    if isinstance(value, bool):
        return words.sentence("details", "yes" if value else "no")
    if isinstance(value, int) and name.endswith(_TIMES):
        return words.writing.time(value)
    if isinstance(value, int) and name in _AMOUNTS:
        currency = finding.evidence.get(_AMOUNTS[name])
        return words.writing.money(value, currency if isinstance(currency, str) else None) or str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_written(words, name, each, finding) for each in value)
    return str(value)
