"""`setup` in Slack: a checklist that is drawn again in its place, with repairs and a list to tick."""

from collections.abc import Iterator

import pytest

from tests.stand.person import LEAD, Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand
from tests.stand.waiting import until


def test_every_step_is_listed_with_its_mark(agent: Person) -> None:
    shown = agent.asks("setup")
    for title in ("Stripe account", "Branding", "Login page", "Webhook endpoint", "A first try"):
        assert title in shown.words
    assert "Look again" in shown.labels


def test_looking_again_redraws_in_place_and_keeps_what_was_ticked(agent: Person, stand: Stand) -> None:
    shown = agent.asks("setup")
    block, boxes = shown.elements("checkboxes")[0]
    value = boxes["options"][0]["value"]
    place = {"user": agent.user, "channel": str(shown.content["channel"]), "ts": shown.ts}
    state = {block: {boxes["action_id"]: [value]}}
    stand.control("click", block=block, action=boxes["action_id"], state=state, **place)
    again, button = shown.button("Look again")
    drawn = agent.waits_for(
        lambda: stand.control("click", block=again, action=button["action_id"], state=state, **place)
    )
    assert drawn.ts == shown.ts
    _, kept = drawn.elements("checkboxes")[0]
    assert [each["value"] for each in kept["initial_options"]] == [value]


def test_a_lead_may_change_what_an_agent_asks_for(stand: Stand) -> None:
    world = stand.sandbox.stripe.test
    configuration = world.get(world.labels["configuration.default"])
    page = dict(configuration["login_page"])
    stand.on_loop(lambda: configuration["login_page"].update(enabled=False, url=None))
    try:
        asked, changed = stand.person().asks("setup"), stand.person(LEAD).asks("setup")
    finally:
        stand.on_loop(lambda: configuration["login_page"].update(page))
    assert "Ask for this change" in asked.labels
    assert "Change this setting" in changed.labels
    assert stand.violations() == []


def window_with(person: Person, part: str) -> Shown:
    def there() -> Shown | None:
        window = person.window() if person.has_window() else None
        return window if window and part in window.raw else None

    return until(there, f"a window with {part!r}")


def checklist(person: Person, part: str) -> Shown:
    """The list once it says this; there is one message of it, which is drawn in its place."""

    def there() -> Shown | None:
        found = [each for each in person.messages() if "Set-up" in each.words]
        return found[-1] if len(found) == 1 and part in found[0].words else None

    return until(there, f"one list with {part!r}")


@pytest.fixture
def bare(stand: Stand) -> Iterator[None]:
    """The default configuration has no policies; afterwards it is as it was."""
    world = stand.sandbox.stripe.test
    profile = world.get(world.labels["configuration.default"])["business_profile"]
    others = [
        each["business_profile"]
        for each in world.every("billing_portal.configuration")
        if each["business_profile"] is not profile
    ]
    every = [(each, dict(each)) for each in (profile, *others)]
    stand.on_loop(lambda: [each.update(privacy_policy_url=None) for each, _ in every])
    yield
    stand.on_loop(lambda: [each.update(before) for each, before in every])
    assert stand.violations() == []


def test_what_only_people_know_is_filled_in_and_the_list_is_redrawn_with_its_ticks(
    stand: Stand, bare: None
) -> None:
    lead = stand.person(LEAD)
    shown = lead.asks("setup")
    block, boxes = shown.elements("checkboxes")[0]
    ticked = {block: {boxes["action_id"]: [boxes["options"][0]["value"]]}}
    step, button = shown.button("Fill in")
    place = {"user": lead.user, "channel": str(shown.content["channel"]), "ts": shown.ts}
    stand.control("click", block=step, action=button["action_id"], state=ticked, **place)
    window = window_with(lead, "privacy_policy_url")
    assert "pages" not in {each.get("block_id") for each in window.blocks}
    wrong = lead.submits(window, **{"business_profile.privacy_policy_url": "example.com"})
    assert list(wrong["errors"]) == ["business_profile.privacy_policy_url"]
    assert wrong["errors"]["business_profile.privacy_policy_url"].startswith("Privacy policy takes")
    lead.submits(window, **{"business_profile.privacy_policy_url": "https://example.com/p"})
    lead.submits(window_with(lead, "For all customers"))
    drawn = checklist(lead, "The policies are there")
    _, kept = drawn.elements("checkboxes")[0]
    assert [each["value"] for each in kept["initial_options"]] == [boxes["options"][0]["value"]]
    told = next(each for each in lead.messages() if each.labels == ["Undo"])
    lead.clicks(told, "Undo")
    checklist(lead, "Not given: privacy policy")


def test_an_unknown_configuration_is_said(agent: Person) -> None:
    assert "no such portal configuration" in agent.asks("setup bpc_unknown123").words
