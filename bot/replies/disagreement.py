"""Describes a disagreement between the rules and Stripe."""

from bot.use_cases.disagreement import Disagreement
from bot.words import Words


def disagreement_line(words: Words, found: Disagreement | None) -> str:
    """Return one sentence about the disagreement; empty without one."""
    if found is None:
        return ""
    facts = {"rules": words.sentence("verdicts", found.rules.value), "missed": found.missed}
    return words.markup("disagreements", "allowed" if found.stripe_allowed else "refused", facts)
