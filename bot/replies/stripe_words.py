"""Stripe's own words (statuses, reasons, names of fields) as people say them, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from bot.words import Words


def stripe_word(words: Words, group: str, code: str, facts: Mapping[str, Any] | None = None) -> str:
    """Say one of Stripe's codes with a group of sentences; one that is not in it without its underscores."""
    if code in words.keys(group):
        return words.sentence(group, code, facts)
    return code.replace("_", " ")
