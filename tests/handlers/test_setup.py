"""`setup` in Slack: a checklist that is drawn again in its place, with repairs and a list to tick."""

from tests.stand.person import LEAD, Person
from tests.stand.stand import Stand


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


def test_an_unknown_configuration_is_said(agent: Person) -> None:
    assert "no such portal configuration" in agent.asks("setup bpc_unknown123").words
