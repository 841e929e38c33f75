"""Why a customer can or cannot do something in the portal: the rule table, as pure functions.

`explain(Question(...))` answers for one subscription, or for the customer when there is none.
"""

from bot.portal.rules.evaluation import RULES, alternatives, explain
from bot.portal.rules.finding import (
    ACTIONS,
    AROUND,
    ActionVerdict,
    Evidence,
    Fact,
    Finding,
    Scope,
    Severity,
    Status,
    Verdict,
)
from bot.portal.rules.question import (
    Alternative,
    Discount,
    Explanation,
    Question,
    SharedEmail,
    Target,
)
from bot.portal.rules.rule import MISSING_FIELD, Rule
