"""`/portal alerts` and the App Home: what is open, whose it is, and taking it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select

from bot.alerts.alert import Occurrence, Severity
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.tables import alert_events, alert_mutes, alert_notes, alerts
from tests.stand.person import AGENT, LEAD, ONCALL, STRANGER
from tests.stand.stand import Stand, open_stand

NOW = 1_795_000_000


@pytest.fixture(autouse=True)
def no_alerts(stand: Stand) -> Iterator[None]:
    """Slack is new every morning; the database is not."""

    def clear(connection: Connection) -> None:
        for table in (alerts, alert_events, alert_mutes, alert_notes):
            connection.execute(delete(table))

    stand.loop.run(stand.web.services.database.write(clear))
    yield
    assert stand.violations() == []


def store(stand: Stand) -> Alerts:
    return Alerts(stand.web.services.database)


def raised(stand: Stand, key: str, severity: Severity = Severity.NOTIFY, rule: str = "payout_failed") -> int:
    occurrence = Occurrence(
        key=key, type="payout.failed", at=NOW, rule=rule, severity=severity, group_key=key,
        template="payout_failed", livemode=False, channel="C0ALERTS", amount=100_00, currency="usd",
    )  # fmt: skip
    outcome = stand.loop.run(store(stand).raise_or_count(occurrence, NOW))
    assert outcome
    assert outcome.alert
    return outcome.alert.id


def numbers(words: str) -> list[str]:
    return [word.strip("`") for word in words.split() if word.startswith("`#")]


def test_nothing_open_is_said(stand: Stand) -> None:
    assert "No open alerts" in stand.person().asks("alerts").words


def test_open_pages_come_first_then_mine_then_what_is_open_then_others_then_snoozed(stand: Stand) -> None:
    snoozed, others, old = (raised(stand, key, Severity.PAGE) for key in ("s", "o", "m"))
    waiting, page, mine = raised(stand, "a"), raised(stand, "b", Severity.PAGE), old
    run, now = stand.loop.run, int(time.time())
    run(store(stand).snooze(snoozed, LEAD, now + 3600, now))
    run(store(stand).acknowledge(others, LEAD, NOW))
    run(store(stand).acknowledge(mine, AGENT, NOW))
    answer = stand.person().asks("alerts")
    assert numbers(answer.words) == [f"#{each}" for each in (page, mine, waiting, others, snoozed)]
    assert "5 open alerts" in answer.words
    assert "2 waiting for somebody" in answer.words
    assert answer.words.count("Yours") == 1
    lead = stand.person(LEAD).asks("alerts")
    assert numbers(lead.words) == [f"#{each}" for each in (page, others, waiting, mine, snoozed)]


def test_taking_over_asks_first_and_tells_who_had_it(stand: Stand) -> None:
    number, alex = raised(stand, "a"), stand.person()
    stand.loop.run(store(stand).acknowledge(number, LEAD, NOW))
    refused = alex.asks(f"alerts ack:{number}")
    assert f"<@{LEAD}> took alert {number}" in refused.words
    for shown in (refused, alex.asks("alerts")):
        _, element = shown.button("Take over")
        assert element["confirm"]["text"]["text"].startswith("Somebody has this already.")
    assert "It's yours now" in alex.presses(refused, "Take over").words
    assert stand.loop.run(store(stand).get(number)).acknowledged_by == AGENT
    query = select(alert_notes.c.template, alert_notes.c.facts).where(alert_notes.c.alert_id == number)
    database = stand.web.services.database
    (told,) = stand.loop.run(database.read(lambda connection: connection.execute(query).all()))
    assert tuple(told) == ("alert_taken", {"by": AGENT, "former": LEAD})


def test_acknowledging_and_resolving_from_the_list(stand: Stand) -> None:
    number, alex = raised(stand, "a"), stand.person()
    taken = alex.presses(alex.asks("alerts"), "Acknowledge")
    assert "1 alert acknowledged" in taken.words
    assert "all in hand" in taken.words
    done = alex.presses(taken, "Resolve")
    assert "Resolved." in done.words
    assert "No open alerts" in done.words
    assert [line.reason for line in stand.audit(2)] == [f"resolve {number}", f"ack {number}"]


def test_acknowledging_all_asks_first_and_takes_every_channel(stand: Stand) -> None:
    for key in "abc":
        raised(stand, key)
    alex = stand.person()
    shown = alex.asks("alerts")
    _, element = shown.button("Acknowledge all")
    assert "confirm" in element
    assert "3 alerts acknowledged" in alex.presses(shown, "Acknowledge all").words
    assert "0 alerts acknowledged" in alex.asks("alerts ack all").words


def test_a_rule_is_muted_and_speaks_again(stand: Stand) -> None:
    raised(stand, "a")
    alex = stand.person()
    shown = alex.asks("alerts")
    ((block, element),) = shown.elements("static_select")
    muted = alex.waits_for(
        lambda: stand.control(
            "click", user=AGENT, channel=str(shown.content["channel"]), ts=shown.ts, block=block,
            action=element["action_id"], values=[element["options"][0]["value"]],
        )
    )  # fmt: skip
    assert "`payout_failed` is silent until" in muted.words
    assert "speaks again" in alex.presses(muted, "Unmute").words
    assert "is silent until" in alex.asks("alerts mute:dispute until:2h").words


def test_a_test_page_is_an_alert_like_others(stand: Stand) -> None:
    assert "test page is on its way" in stand.person(ONCALL).asks("alerts test").words
    line = stand.audit()[0]
    assert (line.verb, line.actor, line.reason, line.outcome) == ("alerts", ONCALL, "test page", "answered")
    assert "1 open alert" in stand.person(ONCALL).asks("alerts").words


def test_without_an_alert_channel_a_test_page_does_not_claim_to_be_there(tmp_path: Path) -> None:
    with open_stand(tmp_path, ALERT_CHANNEL="") as stand:
        answer = stand.person(ONCALL).asks("alerts test")
        assert "ALERT_CHANNEL isn't set" in answer.words
        assert numbers(answer.words) == ["#1"]


def test_a_test_page_can_be_sent_from_the_list_and_from_the_home_tab(stand: Stand) -> None:
    sam = stand.person(ONCALL)
    shown = sam.asks("alerts")
    _, element = shown.button("Send a test page")
    assert "confirm" in element
    assert "1 open alert" in sam.presses(shown, "Send a test page").words
    assert "test page is on its way" in sam.presses_at_home(sam.home(), "Send a test page").words
    assert "2 open alerts" in sam.asks("alerts").words
    assert "Send a test page" not in stand.person(STRANGER).home().labels


def test_what_cannot_be_done_is_said(stand: Stand) -> None:
    for typed, says in (
        ("ack:twelve", "is no alert"),
        ("ack:12", "There's no alert 12"),
        ("resolve:99999999999999999999", "is no alert"),
        ("mute:nonsense", "no rule called"),
        ("mute:dispute until:soon", "no duration"),
        ("mute:dispute until:0h", "no duration"),
        ("unmute:nonsense", "no rule called"),
    ):
        assert says in stand.person().asks(f"alerts {typed}").words, typed


def test_people_on_call_may_work_on_alerts_and_strangers_may_not_even_see_them(stand: Stand) -> None:
    raised(stand, "a")
    assert "1 open alert" in stand.person(ONCALL).asks("alerts").words
    assert "Payout" not in stand.person(STRANGER).asks("alerts").words
    assert "Payout" not in stand.person(STRANGER).home().words
    home = stand.person(ONCALL).home()
    assert "1 waiting for somebody" in home.words


def test_the_home_tab_shows_open_alerts_which_can_be_taken_there(stand: Stand) -> None:
    raised(stand, "a", Severity.PAGE)
    alex = stand.person()
    home = alex.home()
    assert "Payout of $100.00 failed" in home.words
    assert "1 alert acknowledged" in alex.presses_at_home(home, "Acknowledge").words


def test_many_alerts_come_in_pages(stand: Stand) -> None:
    for number in range(23):
        raised(stand, f"evt_{number}", rule=f"rule_{number}")
    alex = stand.person()
    first = alex.asks("alerts")
    assert "23 open alerts" in first.words
    second = alex.presses(first, "Next alerts")
    last = alex.presses(second, "Next alerts")
    seen = [number for page in (first, second, last) for number in numbers(page.words)]
    assert len(seen) == len(set(seen)) == 23
    assert "21 to 23" in last.words
    assert "Next alerts" not in last.labels
    assert numbers(alex.presses(last, "Previous alerts").words) == numbers(second.words)
    assert "Next alerts" in stand.person().home().labels
    assert "is no alert" in alex.asks("alerts skip:soon").words
