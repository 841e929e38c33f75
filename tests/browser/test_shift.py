"""Twenty tickets of a shift and ten times in the night, played in the demo as docs/a-shift.md shows them."""

import pytest
from playwright.sync_api import Page, expect

from docs.shift import PAGE, PICTURES, SHIFTS, become, cases, leave, page_of, play

pytestmark = [pytest.mark.browser, pytest.mark.slow(20)]

MOST_STEPS = 2


def test_two_steps_are_enough_and_each_has_its_picture_in_the_docs() -> None:
    parts = {part: cases(part) for part, *_ in SHIFTS}
    assert [len(each) for each in parts.values()] == [20, 10]
    assert all(len(case.steps) <= MOST_STEPS for each in parts.values() for case in each)
    assert PAGE.read_text(encoding="utf-8") == page_of(parts)
    shown = {case.name for each in parts.values() for case in each}
    assert {picture.stem for picture in PICTURES.glob("*.webp")} == shown


def test_a_shift_and_the_nights_go_as_they_are_shown(page: Page, demo: str) -> None:
    for part, user, channel in SHIFTS:
        become(page, user, channel)
        for case in cases(part):
            play(page, demo, case)
            leave(page)
    expect(page.locator("#alarm")).to_be_hidden()
