"""Asks every rule, in the order that helps, and adds up what they say. Pure: no clock, no network."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from bot.portal.models import Price
from bot.portal.rules import (
    catalog,
    changes,
    configuration,
    discounts,
    identity,
    limitations,
    money_and_identity,
    status,
    trials,
)
from bot.portal.rules.agreement import Told, agree
from bot.portal.rules.facts import Facts
from bot.portal.rules.finding import (
    ACTIONS,
    AROUND,
    ActionVerdict,
    Evidence,
    Finding,
    Scope,
    Severity,
    Verdict,
)
from bot.portal.rules.question import Alternative, Explanation, Question, Target
from bot.portal.rules.rule import Effect, Hit, Rule, Stage, rules_in

MODULES: Final = (
    identity,
    configuration,
    catalog,
    status,
    limitations,
    trials,
    money_and_identity,
    discounts,
    changes,
)

RULES: Final = tuple(
    # Sorting is stable: within a stage the order is that of the modules.
    sorted((each for module in MODULES for each in rules_in(module)), key=lambda each: each.stage)
)
"""Every rule that can be read off the API, in the order in which findings are told."""

_TARGET_RULES: Final = tuple(each for each in RULES if each.stage is Stage.TARGET)


def _reach(each: Rule) -> tuple[tuple[Effect, tuple[Scope, ...]], ...]:
    """The scopes of each effect; what stands in the way of any update does so for its two kinds as well."""
    reached: dict[Effect, list[Scope]] = {}
    for scope, effect in each.effects.items():
        scopes = reached.setdefault(effect, [])
        scopes.append(scope)
        if scope is Scope.UPDATE:
            scopes.extend(kind for kind in (Scope.SWITCH, Scope.QUANTITY) if kind not in each.effects)
    return tuple((effect, tuple(scopes)) for effect, scopes in reached.items())


_REACH: Final = {each.id: _reach(each) for each in RULES}
_PLACES: Final = {each.id: place for place, each in enumerate(RULES)}
_NAMED: Final = frozenset({"price", "prices", "target", "product"})
"""Evidence that is the id of a price or a product and stands in a sentence."""


def explain(question: Question) -> Explanation:
    """Give every reason for and against each action, and what it leads to.

    Findings are in a stable order: mode and identity, configuration, status, shape, target, consequences.
    Those that would contradict another one are left out or shortened, see `agreement`.
    """
    told = _ask(Facts.of(question, question.target), RULES)
    if question.subscription is None:
        for scope in ACTIONS:
            told[scope].clear()
    else:
        if question.target.price is None:
            _tell_when_no_listed_price_works(question, told)
        _tell_update_when_both_ways_are_blocked(told)
        agree(told)
    scopes = AROUND if question.subscription is None else (*ACTIONS, *AROUND)
    return Explanation(_livemode(question), {scope: ActionVerdict.of(told[scope]) for scope in scopes})


def alternatives(question: Question, limit: int = 5) -> tuple[Alternative, ...]:
    """Name listed prices that a switch would work with, sure ones first, at most `limit`.

    Only prices in `question.prices` can be named; none while something blocks every switch.
    """
    facts = Facts.of(question, Target())
    if facts.subscription is None or facts.listed is None:
        return ()
    anyway = _ask(facts, RULES)[Scope.SWITCH]
    if _worst(anyway) is Verdict.BLOCKED:
        return ()
    wanted = question.target.price.id if question.target.price else None
    current = facts.price.id if facts.price else None
    found = []
    for price in _known_listed(facts, question):
        if price.id in {wanted, current}:
            continue
        verdict = _worst([*anyway, *_ask_about(facts, price)])
        if verdict is not Verdict.BLOCKED:
            found.append(Alternative(price, verdict))
    return tuple(sorted(found, key=lambda each: each.verdict is Verdict.MAYBE)[:limit])


def _known_listed(facts: Facts, question: Question) -> list[Price]:
    return [question.prices[name] for name in facts.listed or () if name in question.prices]


def _ask(facts: Facts, rules: Iterable[Rule]) -> Told:
    told: Told = {scope: [] for scope in Scope}
    for each in rules:
        hit = each.check(facts)
        if hit is not None:
            _tell(told, each, hit, _named(hit.evidence, facts))
    return told


def _named(evidence: Evidence, facts: Facts) -> Mapping[str, Price]:
    """Look up the prices and products that the evidence names by id, as far as they are known."""
    named: dict[str, Price] = {}
    for key in _NAMED.intersection(evidence):
        value = evidence[key]
        identifiers = value if isinstance(value, list) else [value]
        for identifier in identifiers:
            price = facts.known_price(identifier) if isinstance(identifier, str) else None
            if price is not None:
                named[str(identifier)] = price
    return named


def _tell(told: Told, each: Rule, hit: Hit, named: Mapping[str, Price]) -> None:
    for effect, reached in _REACH[each.id]:
        scopes = reached if hit.only is None else [scope for scope in reached if scope in hit.only]
        if not scopes:
            continue
        finding = _finding(each, effect, hit, named)
        for scope in scopes:
            told[scope].append(finding)


def _finding(each: Rule, effect: Effect, hit: Hit, named: Mapping[str, Price]) -> Finding:
    severity = hit.severity or effect.severity
    words = hit.words or effect.words or each.id
    status = hit.status or effect.status or each.status
    return Finding(each.id, severity, status, hit.evidence, each.source, words, named)


def _worst(findings: Iterable[Finding]) -> Verdict:
    return ActionVerdict.of(findings).verdict


def _ask_about(facts: Facts, price: Price) -> list[Finding]:
    aimed = replace(facts, target=Target(price))
    return _ask(aimed, _TARGET_RULES)[Scope.SWITCH]


def _tell_when_no_listed_price_works(question: Question, told: Told) -> None:
    """Without a target the question is whether any switch works: the list may offer only what cannot."""
    if not question.prices or _worst(told[Scope.SWITCH]) is Verdict.BLOCKED:
        return
    facts = Facts.of(question, Target())
    current = facts.price.id if facts.price else None
    others = [name for name in facts.listed or () if name != current]
    if not others or any(name not in question.prices for name in others):
        return
    reasons: list[Finding] = []
    for name in others:
        found = _ask_about(facts, question.prices[name])
        blocks = [finding for finding in found if finding.severity is Severity.BLOCK]
        if not blocks:
            return
        reasons.append(blocks[0])
    told[Scope.SWITCH] = _with_blocks(told[Scope.SWITCH], reasons)


def _tell_update_when_both_ways_are_blocked(told: Told) -> None:
    """An update is a switch or a quantity change: when neither works, it is told what stops both."""
    if _worst(told[Scope.UPDATE]) is Verdict.BLOCKED:
        return
    stops = [
        [finding for finding in told[kind] if finding.severity is Severity.BLOCK]
        for kind in (Scope.SWITCH, Scope.QUANTITY)
    ]
    if all(stops):
        told[Scope.UPDATE] = _with_blocks(told[Scope.UPDATE], [*stops[0], *stops[1]])


def _with_blocks(findings: list[Finding], blocks: list[Finding]) -> list[Finding]:
    """Add blocks in their place in the order, each once."""
    fresh = [block for place, block in enumerate(blocks) if block not in (*findings, *blocks[:place])]
    return sorted([*findings, *fresh], key=lambda finding: _PLACES[finding.rule])


def _livemode(question: Question) -> bool | None:
    known = (question.customer.livemode, question.subscription and question.subscription.livemode)
    return next((mode for mode in known if isinstance(mode, bool)), question.key_livemode)
