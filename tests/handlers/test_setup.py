"""`setup` in Slack: a checklist that is drawn again in its place, with repairs and a list to tick."""

from collections.abc import Iterator

import pytest

from bot.process.changes import make_change_notices
from tests.stand.person import ALERTS, LEAD, Person
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


def redrawn(person: Person, shown: Shown, part: str) -> Shown:
    """The message of the list once it says this."""

    def there() -> Shown | None:
        return next((each for each in person.messages() if each.ts == shown.ts and part in each.words), None)

    return until(there, f"the list with {part!r}")


@pytest.fixture
def bare(stand: Stand) -> Iterator[None]:
    """The default configuration has no policies; afterwards it is as it was."""
    every = list(stand.sandbox.stripe.test.every("billing_portal.configuration"))
    before = [dict(each["business_profile"]) for each in every]
    bare = [{**each, "privacy_policy_url": None} for each in before]
    stand.on_loop(
        lambda: [each.update(business_profile=dict(own)) for each, own in zip(every, bare, strict=True)]
    )
    yield
    stand.on_loop(
        lambda: [each.update(business_profile=own) for each, own in zip(every, before, strict=True)]
    )
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
    drawn = redrawn(lead, shown, "The policies are there")
    _, kept = drawn.elements("checkboxes")[0]
    assert [each["value"] for each in kept["initial_options"]] == [boxes["options"][0]["value"]]
    told = next(each for each in reversed(lead.messages()) if each.labels == ["Undo"])
    lead.clicks(told, "Undo")
    redrawn(lead, shown, "Not given: privacy policy")


def test_the_list_of_who_asked_is_redrawn_when_a_lead_approves(stand: Stand) -> None:
    world = stand.sandbox.stripe.test
    configuration = world.get(world.labels["configuration.default"])
    page = dict(configuration["login_page"])
    stand.on_loop(lambda: configuration["login_page"].update(enabled=False, url=None))
    agent, lead = stand.person(), stand.person(LEAD, ALERTS)
    shown = agent.asks("setup")
    action = "setting:checklist-login_page"
    (block,) = (block for block, each in shown.elements("button") if each["action_id"] == action)
    agent.clicks_on(shown, block, action)
    window = window_with(agent, "For all customers")
    agent.waits_for(lambda: agent.submits(window))
    asked = until(
        lambda: next(
            (each for each in map(Shown, stand.messages_in(ALERTS)) if "Approve" in each.labels), None
        ),
        "a request",
    )
    lead.clicks(asked, "Approve")
    notices = make_change_notices(stand.web.services)
    # What is told while the request is still being told waits for the worker, which looks once a second.

    def told() -> bool:
        stand.loop.run(notices.sweep())
        return "approved it" in agent.messages()[-1].words

    until(told, "the news")
    assert action not in redrawn(agent, shown, "It's on").raw
    stand.on_loop(lambda: configuration["login_page"].update(page))
    assert stand.violations() == []


def test_an_unknown_configuration_is_said(agent: Person) -> None:
    assert "no such portal configuration" in agent.asks("setup bpc_unknown123").words
