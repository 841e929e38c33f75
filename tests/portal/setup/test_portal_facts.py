"""Every fact of Stripe's guides to the portal has a place that exists, and the guide here has every step."""

import re
from pathlib import Path

import pytest

from bot.alerts.rules import AlertRules
from bot.commands.verbs import VERBS
from bot.portal.link_request import Flow
from bot.portal.products.rules import PRODUCT_RULES
from bot.portal.rules import RULES
from bot.portal.setup import STEPS
from bot.replies.setup import STATED as BOXES
from bot.words import Words
from docs.rules_page.portal_facts import FACTS, PAGES, PortalFact
from docs.rules_page.stated import STATED

DOCS = Path(__file__).parents[3] / "docs"
WORDS = Words()


def headings(name: str) -> set[str]:
    page = DOCS / name
    return (
        set(re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE))
        if page.exists()
        else set()
    )


PLACES = {
    "step": {each.id for each in STEPS},
    "box": set(BOXES),
    "rule": {each.id for each in RULES} | {each.id for each in PRODUCT_RULES},
    "told": {each.id for each in STATED},
    "verb": {each.name for each in VERBS},
    "flow": {each.value for each in Flow},
    "alert": set(AlertRules().names),
}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.text[:50])
def test_a_fact_is_carried_by_what_exists(fact: PortalFact) -> None:
    assert fact.carried_by
    assert fact.pages
    for place in fact.carried_by:
        kind, _, name = place.partition(":")
        file, _, heading = name.partition("#")
        assert heading in headings(file) if kind == "doc" else name in PLACES[kind], place


def test_every_guide_and_every_box_has_facts() -> None:
    assert {page for fact in FACTS for page in fact.pages} == set(PAGES.values())
    carried = {place for fact in FACTS for place in fact.carried_by}
    of_stripe_alone = {"redesign", "last_method", "domain"}
    assert {name for name in BOXES if f"box:{name}" not in carried} == of_stripe_alone


def test_the_guide_shows_every_step_under_its_title() -> None:
    shown = headings("set-up-the-portal.md")
    assert {WORDS.sentence("setup", each.id, part="title") for each in STEPS} <= shown


def test_every_box_has_words_that_fit_and_none_is_left_over() -> None:
    assert WORDS.keys("setup_stated") == set(BOXES)
    for key in BOXES:
        for part in ("title", "detail"):
            said = WORDS.sentence("setup_stated", key, part=part)
            assert len(said) <= 75, (key, part)
            assert "`" not in said, "Slack shows these as plain text"
