"""The rules said one thing and Stripe another, in words."""

from bot.use_cases.disagreement import Disagreement
from bot.words import Words


def disagreement_line(words: Words, found: Disagreement | None) -> str:
    """One sentence, empty when there is nothing to say."""
    if found is None:
        return ""
    facts = {"rules": words.sentence("verdicts", found.rules.value), "missed": found.missed}
    return words.markup("disagreements", "allowed" if found.stripe_allowed else "refused", facts)
