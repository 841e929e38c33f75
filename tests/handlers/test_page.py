"""`page <text>` and its shortcut: an alert to whoever is on call, from a person."""

import pytest

from bot.alerts.alert import Alert, Severity
from bot.alerts.rows.alerts import Alerts
from bot.replies.alert import alert_message
from bot.words import Words
from tests.handlers.test_shortcut import say
from tests.stand.person import AGENT, STRANGER, SUPPORT, Person
from tests.stand.stand import Stand


def pages(stand: Stand) -> list[Alert]:
    """Every open alert that a person raised."""
    found = stand.loop.run(Alerts(stand.web.services.database).unresolved(1000))
    return [alert for alert in found if alert.rule == "page"]


def test_a_page_is_an_alert_that_escalates_and_says_where_it_was_typed(agent: Person, stand: Stand) -> None:
    answer = agent.asks("page checkout is down for <!channel> & *everybody*")
    assert "Paging <@U0SAM> now" in answer.markup
    alert = pages(stand)[-1]
    assert (alert.severity, alert.channel, alert.facts["by"]) == (Severity.PAGE, "C0ALERTS", AGENT)
    shown = alert_message(Words(), alert)
    assert "<!channel>" not in str(shown.blocks) + shown.text
    assert f"https://sandbox-workspace.slack.com/archives/{SUPPORT}|Go there" in str(shown.blocks)
    entry = stand.audit()[0]
    assert (entry.verb, entry.actor, entry.outcome) == ("page", AGENT, "answered")


def test_pages_of_a_bad_hour_stay_alerts_of_their_own(agent: Person, stand: Stand) -> None:
    told = {f"shop {number} is down" for number in range(12)}
    for text in told:
        agent.asks(f"page {text}")
    assert told <= {alert.facts.get("text") for alert in pages(stand)}


@pytest.mark.parametrize(("typed", "says"), [
    ("page", "Say what is wrong"), ("page " + "x" * 301, "at most 300 characters"),
    ("page https://billing.stripe.com/p/session/live_abc", "private portal link"),
])  # fmt: skip
def test_what_cannot_be_paged_is_said_and_wakes_nobody(
    agent: Person, stand: Stand, typed: str, says: str
) -> None:
    before = len(pages(stand))
    assert says in agent.asks(typed).words
    assert len(pages(stand)) == before


def test_a_stranger_pages_nobody(stand: Stand) -> None:
    before = len(pages(stand))
    assert "customer support" in stand.person(STRANGER).asks("page hello").words
    assert len(pages(stand)) == before


def test_a_page_while_pages_are_muted_says_so(agent: Person, stand: Stand) -> None:
    agent.asks("alerts mute:page until:1h")
    assert "nobody was told" in agent.asks("page checkout is down").words
    agent.asks("alerts unmute:page")


def test_the_shortcut_pages_about_a_message_with_its_address(agent: Person, stand: Stand) -> None:
    ts = say(agent, "the checkout is down since noon")
    window = agent.uses_shortcut(ts, "page_on_call")
    assert "since noon" in str(window.content)
    assert "Paging" in agent.answers(window, text="checkout is down").words
    alert = pages(stand)[-1]
    assert alert.facts["text"] == "checkout is down"
    assert str(alert.facts["link"]).endswith(f"/archives/{SUPPORT}/p{ts.replace('.', '')}")


def test_the_window_of_a_page_refuses_what_opens_a_door(agent: Person, stand: Stand) -> None:
    window = agent.uses_shortcut(say(agent, "x"), "page_on_call")
    secret = "see https://billing.stripe.com/p/session/live_abc"
    assert "private portal link" in agent.submits(window, text=secret)["errors"]["text"]
