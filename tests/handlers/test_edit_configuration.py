"""`config … edit` and `copy:`: pages within Slack's limits, and the difference before the yes."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.portal.configuring.limits import PRODUCTS
from bot.portal.configuring.table import BY_PATH
from bot.replies.config_edit import PAGES, settings_on
from tests.changes.made import made_change
from tests.stand.person import AGENT, LEAD, Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(8)

MODE = "features.subscription_cancel.mode"


@pytest.fixture(autouse=True)
def nothing_refused(stand: Stand) -> Iterator[None]:
    """Slack's stand-in checks every window against Slack's limits."""
    yield
    assert stand.violations() == []


def configurations(stand: Stand) -> list[dict[str, Any]]:
    return list(stand.sandbox.stripe.test.every("billing_portal.configuration"))


def named(stand: Stand, name: str) -> dict[str, Any]:
    return next(each for each in configurations(stand) if each["name"] == name)


def window_with(person: Person, part: str) -> Shown:
    def there() -> Shown | None:
        window = person.window() if person.has_window() else None
        return window if window and part in window.raw else None

    return until(there, f"a window with {part!r}")


def edits(person: Person, which: str) -> Shown:
    person.types(f"/portal config {which} edit")
    return window_with(person, "default_return_url")


def turns(person: Person, window: Shown, page: str, part: str) -> Shown:
    place = {"user": person.user, "view": window.content["id"]}
    outcome = person.stand.control("click", block="pages", action=f"config_page:{page}", **place)
    assert not outcome["failure"], outcome
    return window_with(person, part)


def test_every_setting_stands_on_one_page() -> None:
    shown = [setting.path for page in PAGES for setting in settings_on(page)]
    assert sorted(shown) == sorted(BY_PATH)


def test_a_lead_edits_sees_the_difference_and_changes_it(stand: Stand) -> None:
    lead = stand.person(LEAD)
    window = edits(lead, "Cancel only")
    assert "*Cancel only*" in window.words
    lead.submits(window, **{"business_profile.headline": "Change or cancel here"})
    preview = window_with(lead, "Headline")
    assert "nothing → Change or cancel here" in preview.words
    told = lead.waits_for(lambda: lead.submits(preview))
    assert "is changed" in told.words
    assert named(stand, "Cancel only")["business_profile"]["headline"] == "Change or cancel here"


def test_an_agent_edits_and_it_becomes_a_request(stand: Stand) -> None:
    agent = stand.person(AGENT)
    agent.submits(edits(agent, "Support desk"), default_return_url="https://example.com/elsewhere")
    preview = window_with(agent, "elsewhere")
    told = agent.waits_for(lambda: agent.submits(preview))
    assert "waits for a lead" in told.words
    assert named(stand, "Support desk")["default_return_url"] == "https://example.com/account"


def test_a_wrong_value_is_said_beside_its_input_and_the_window_stays(stand: Stand) -> None:
    lead = stand.person(LEAD)
    window = edits(lead, "Cancel only")
    outcome = lead.submits(window, default_return_url="example.com")
    assert "https://" in outcome["errors"]["default_return_url"]


def test_pages_keep_what_was_filled_in_and_say_that_lists_are_replaced_whole(stand: Stand) -> None:
    lead = stand.person(LEAD)
    window = turns(lead, edits(lead, "default"), "cancel", MODE)
    assert "at period end" in window.words
    assert "Lists are replaced whole" in window.words
    window = turns(lead, window, "products", "quantity:")
    assert "Starter, $10.00 a month" in window.raw
    assert "1-50" in window.raw
    assert sum(block["type"] == "input" for block in window.blocks) == 19
    back = turns(lead, window, "general", "default_return_url")
    lead.submits(back)
    assert "like that already" in window_with(lead, "already").words


def test_ten_products_of_ten_prices_fit_into_a_window(stand: Stand) -> None:
    from bot.changes.change import State
    from bot.portal.configuring.present import settings_of
    from bot.portal.models import Price
    from bot.replies.config_edit import edit_view
    from bot.words import Words

    products: list[dict[str, Any]] = [
        {"product": f"prod_{product}", "prices": [f"price_{product}_{each}" for each in range(10)]}
        for product in range(10)
    ]
    offered = {
        entry["product"]: [Price.of({"id": each, "nickname": "x" * 80}) for each in entry["prices"]]
        for entry in products
    }
    before = {**settings_of({}), PRODUCTS: products}
    draft = made_change(before, {}, State.SHOWN, actor=LEAD)
    view = edit_view(Words(), draft, "products", "{}", offered)
    assert len(view["blocks"]) <= 100
    lead = stand.person(LEAD)
    window = edits(lead, "default")
    stand.loop.run(stand.web.services.slack.views_update(view_id=window.content["id"], view=view))


def test_a_copy_has_the_same_settings_under_a_new_name_and_its_page_off(stand: Stand) -> None:
    lead = stand.person(LEAD)
    shown = lead.asks("config default copy:Annual plans")
    made = named(stand, "Annual plans")
    assert made["id"] in shown.words
    original = next(each for each in configurations(stand) if each["is_default"])
    assert made["features"] == original["features"]
    assert (made["is_default"], made["login_page"]["enabled"]) == (False, False)
    assert "There's a configuration called" in lead.asks("config default copy:Annual plans").words
    assert "Not everybody may" in stand.person(AGENT).asks("config default copy:Mine").words
    assert stand.audit()[0].verb == "config"


def test_switching_one_off_warns_with_who_uses_it(stand: Stand) -> None:
    lead = stand.person(LEAD)
    default = next(each for each in configurations(stand) if each["is_default"])
    lead.asks("home jenny@example.com")
    window = turns(lead, edits(lead, "default"), "general", "login_page.enabled")
    state: dict[str, Any] = {"login_page.enabled": {"flag": []}}
    outcome = stand.control("submit", user=LEAD, view=window.content["id"], state=state)
    assert not outcome["errors"], outcome
    preview = window_with(lead, "Before you switch it off")
    assert "It is the default one" in preview.words
    assert "1 person made" in preview.words
    assert default["login_page"]["enabled"] is True
