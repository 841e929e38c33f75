"""Stripe and the rules disagree only where one of them said something that the other did not."""

import pytest

from bot.errors import Refused
from bot.portal.rules import ActionVerdict, Finding, Severity, Verdict
from bot.portal.rules.finding import Status
from bot.use_cases.disagreement import Disagreement, compared


def ruled(severity: Severity, rule: str = "SUB_MULTI_ITEM") -> ActionVerdict:
    return ActionVerdict.of([Finding(rule, severity, Status.DOCUMENTED, {}, "https://docs.example", rule)])


BLOCKED, MAY, WARNED = ruled(Severity.BLOCK), ruled(Severity.MAYBE), ruled(Severity.WARN)
NOTHING = ActionVerdict.of([])
UNNAMED = Refused("portal_refused")
NAMED = Refused("portal_refused", rule="SUB_MULTI_ITEM")
OTHER = Refused("portal_refused", rule="CFG_UPDATE_OFF")


@pytest.mark.parametrize(("verdict", "refused", "expected"), [
    (NOTHING, None, None), (MAY, None, None), (WARNED, None, None),
    (BLOCKED, None, Disagreement(Verdict.BLOCKED, stripe_allowed=True)),
    (BLOCKED, UNNAMED, None), (BLOCKED, NAMED, None), (MAY, UNNAMED, None), (MAY, NAMED, None),
    (BLOCKED, OTHER, Disagreement(Verdict.BLOCKED, stripe_allowed=False, missed="CFG_UPDATE_OFF")),
    (NOTHING, UNNAMED, Disagreement(Verdict.ALLOWED, stripe_allowed=False)),
    (WARNED, NAMED, Disagreement(Verdict.ALLOWED, stripe_allowed=False, missed="SUB_MULTI_ITEM")),
])  # fmt: skip
def test_they_disagree_where_one_said_what_the_other_did_not(
    verdict: ActionVerdict, refused: Refused | None, expected: Disagreement | None
) -> None:
    assert compared(verdict, refused) == expected
