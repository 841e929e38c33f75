"""`docs/portal-rules.md`, made from the rules."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from bot.portal.locales import DOCUMENTED_AS, SESSION_LOCALES
from bot.portal.products.rule import ProductRule
from bot.portal.products.rules import PRODUCT_RULES
from bot.portal.rules.agreement import PRECEDENCES, Precedence
from bot.portal.rules.evaluation import RULES
from bot.portal.rules.finding import Scope
from bot.portal.rules.payment_methods import SUPPORTED
from bot.portal.rules.rule import Rule
from docs.rules_page.portal_facts import FACTS, PortalFact
from docs.rules_page.stated import STATED, StatedRow
from docs.rules_page.stripe_documents import LANGUAGES, STATEMENTS

PAGE: Final = Path(__file__).parents[1] / "portal-rules.md"

INTRODUCTION: Final = """# What the portal cannot do, and how we know

This page is written by `python -m docs.rules_page` from the rules themselves; do not edit it.

The bot explains with these rules before it makes a link. *Block* means the portal will not do it, *maybe*
that Stripe's behavior is not documented or contradictory, *warn* and *info* name what a change leads to.
A rule is *documented* (Stripe says so), *observed* (others saw it in real accounts), *inferred* (it follows
from what is documented) or *unverified* (nobody knows; the bot says "may"). When a field that decides a rule
is not in Stripe's answer, the finding is *maybe*, never a block.

Findings are told in this order: identity, configuration, status, shape, target, consequence. What is about
`update` also counts for `switch` and `quantity`.
"""

AGREEMENT: Final = """## What is told together

Several findings may say when something happens or what it costs. Only those that hold together are told:
beside the finding on the left the others are left out, or lose the amount or date that would contradict it.
"""


FACTS_INTRODUCTION: Final = """## Stripe's guides, fact by fact

A *step* is one of [the set-up](set-up-the-portal.md), a *box* is ticked there by hand, *told* is a row of the
table above, an *alert* is a default rule.
"""


def document() -> str:
    """The page as text."""
    parts = [
        INTRODUCTION,
        "## Rules\n",
        _table(("Rule", "Fires when", "About", "Status", "Source"), map(_rule_row, RULES)),
        AGREEMENT,
        _table(("Beside", "Not told", "Told in part", "Because"), map(_precedence_row, PRECEDENCES)),
        "## Rules about products\n",
        _table(("Rule", "Fires when", "Severity", "Status", "Source"), map(_product_row, PRODUCT_RULES)),
        "## Told, never found\n\nNo field of the API shows these, so they are never a finding.\n",
        _table(("Row", "What holds", "About", "Status", "Source"), map(_stated_row, STATED)),
        "## Stripe's pages, sentence by sentence\n",
        _table(
            ("Sentence", "Carried by", "Page"),
            (
                (each.text, ", ".join(f"`{name}`" for name in each.carried_by), each.page)
                for each in STATEMENTS
            ),
        ),
        FACTS_INTRODUCTION,
        _table(("Fact", "Carried by", "Guides"), map(_fact_row, FACTS)),
        "## Payment methods the portal supports\n\nEvery other type fires `SUB_PM_UNSUPPORTED`.\n",
        _table(
            ("Method", "In the documentation", "In the API", "Currencies", "Business location", "Limitation"),
            (
                (
                    method.name,
                    f"`{method.documented_as}`",
                    f"`{method.api_value}`",
                    method.currencies,
                    method.business_location,
                    method.limitation,
                )
                for method in SUPPORTED
            ),
        ),
        _languages(),
    ]
    return "\n".join(parts)


def _languages() -> str:
    listed = {DOCUMENTED_AS.get(tag, tag) for tag in LANGUAGES}
    rows = [(name, f"`{tag}`", f"`{DOCUMENTED_AS.get(tag, tag)}`") for tag, name in LANGUAGES.items()]
    only_api = ", ".join(f"`{tag}`" for tag in sorted(SESSION_LOCALES - listed))
    table = _table(("Language", "In the documentation", "Sent as `locale`"), rows)
    return f"## Languages of the portal\n\n{table}\nThe API also takes {only_api} and `auto`.\n"


def _rule_row(rule: Rule) -> Sequence[str]:
    condition = " ".join(rule.condition.split())
    return f"`{rule.id}`", condition, _about(rule), rule.status.value, _source(rule.source)


def _product_row(rule: ProductRule) -> Sequence[str]:
    condition = " ".join(rule.condition.split())
    return f"`{rule.id}`", condition, rule.severity.value, rule.status.value, _source(rule.source)


def _fact_row(fact: PortalFact) -> Sequence[str]:
    places = ", ".join(
        f"{kind} `{name}`" for kind, _, name in (each.partition(":") for each in fact.carried_by)
    )
    return fact.text, places, " ".join(fact.pages)


def _precedence_row(precedence: Precedence) -> Sequence[str]:
    kept = f"everything but {_rules(precedence.keeps)}" if precedence.keeps is not None else ""
    return (
        f"`{precedence.first}`",
        kept or _rules(precedence.silenced),
        _rules(precedence.shortened),
        precedence.because,
    )


def _rules(identifiers: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in sorted(identifiers))


def _stated_row(row: StatedRow) -> Sequence[str]:
    about = f"{row.severity.value}: {_scopes(row.scopes)}"
    return f"`{row.id}`", row.statement, about, row.status.value, _source(row.source)


def _about(rule: Rule) -> str:
    by_severity: dict[str, list[Scope]] = {}
    for scope, effect in rule.effects.items():
        weaker = "" if effect.status is None else f" ({effect.status.value})"
        by_severity.setdefault(f"{effect.severity.value}{weaker}", []).append(scope)
    return "; ".join(f"{severity}: {_scopes(scopes)}" for severity, scopes in by_severity.items())


def _scopes(scopes: Iterable[Scope]) -> str:
    return ", ".join(scope.value.removesuffix("_findings") for scope in scopes)


def _source(source: str) -> str:
    return source if source.startswith("https://") else f"`{source}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
