"""Which findings of an answer are shown, and in which order: reasons first, consequences after them."""

from collections.abc import Sequence

from bot.portal.rules import ACTIONS, RULES, Finding, Scope, Severity, Verdict
from bot.use_cases.disagreement import IN_THE_WAY
from bot.use_cases.results import Asked, SubscriptionAnswer

_PLACES = {each.id: place for place, each in enumerate(RULES)}
_KINDS_OF_UPDATE = frozenset({Scope.SWITCH, Scope.QUANTITY})


def reasons(answer: SubscriptionAnswer, asked: Asked) -> tuple[Finding, ...]:
    """What stands or may stand in the way of the asked actions; what is certain comes first."""
    found = [each for each in _merged(answer, _told_apart(answer, asked)) if each.severity in IN_THE_WAY]
    return tuple(sorted(found, key=lambda each: each.severity is not Severity.BLOCK))


def consequences(answer: SubscriptionAnswer, asked: Asked) -> tuple[Finding, ...]:
    """What happens with the asked actions that are possible; of one that is not, it is of no interest."""
    possible = [scope for scope in asked.actions if answer.explanation[scope].verdict is not Verdict.BLOCKED]
    # Mere notes only help with the action that is asked about.
    unwanted = IN_THE_WAY | {Severity.INFO} if asked.everything else IN_THE_WAY
    found = [each for each in _merged(answer, possible) if each.severity not in unwanted]
    return tuple(sorted(found, key=lambda each: each.severity is not Severity.WARN))


def concerned(answer: SubscriptionAnswer, finding: Finding, asked: Asked) -> tuple[Scope, ...]:
    """The asked actions a finding is about; any update stands for its two kinds."""
    about = [scope for scope in asked.actions if finding in answer.explanation[scope].findings]
    if Scope.UPDATE in about:
        about = [scope for scope in about if scope not in _KINDS_OF_UPDATE]
    elif set(about) >= _KINDS_OF_UPDATE:
        about = [Scope.UPDATE, *(scope for scope in about if scope not in _KINDS_OF_UPDATE)]
    return tuple(about)


def _told_apart(answer: SubscriptionAnswer, asked: Asked) -> tuple[Scope, ...]:
    """When no update is possible at all, what else is wrong with its two kinds adds nothing."""
    if Scope.UPDATE in asked.actions and answer.explanation[Scope.UPDATE].verdict is Verdict.BLOCKED:
        return tuple(scope for scope in asked.actions if scope not in _KINDS_OF_UPDATE)
    return asked.actions


def _merged(answer: SubscriptionAnswer, scopes: Sequence[Scope]) -> list[Finding]:
    """The findings of several actions, each once, in the order of the rules."""
    found: list[Finding] = []
    for scope in ACTIONS:
        if scope in scopes:
            found.extend(each for each in answer.explanation[scope].findings if each not in found)
    return sorted(found, key=lambda each: _PLACES[each.rule])
