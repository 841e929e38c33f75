"""From the finding that names a setting to its change: at once, asked for, approved, undone."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.errors import NotAllowed, PortalBlocks
from bot.notify.change_notices import ChangeNotices
from bot.process.changes import make_change_notices
from bot.process.services import Services
from bot.use_cases.person import Person as Asker
from sandbox.slack.model import BOT_USER
from tests.stand.person import AGENT, ALERTS, LEAD, Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(8)

CHANGE, ASK = "Change this setting", "Ask for this change"


@pytest.fixture(autouse=True)
def pause_is_off(stand: Stand) -> Iterator[None]:
    """The default configuration lets nobody pause; afterwards it is as it was seeded."""
    feature = configuration(stand)["features"]["subscription_pause"]
    stand.on_loop(lambda: feature.update({"enabled": False}))
    services(stand).account.drop_remembered()
    yield
    stand.on_loop(lambda: feature.update({"enabled": True}))
    assert stand.violations() == []


def services(stand: Stand) -> Services:
    return stand.web.services


def configuration(stand: Stand) -> dict[str, Any]:
    every = stand.sandbox.stripe.test.every("billing_portal.configuration")
    return next(each for each in every if each["is_default"])


def may_pause(stand: Stand) -> bool:
    return bool(configuration(stand)["features"]["subscription_pause"]["enabled"])


def asks_why(person: Person) -> Shown:
    return person.asks("why jenny@example.com pause")


def window_with(person: Person, part: str) -> Shown:
    def there() -> Shown | None:
        window = person.window() if person.has_window() else None
        return window if window and part in window.words else None

    return until(there, f"a window with {part!r}")


def proposes(person: Person, shown: Shown, label: str) -> Shown:
    """Press the finding's button and wait for the difference."""
    person.clicks(shown, label)
    return window_with(person, "For all customers")


def submits(person: Person, window: Shown) -> Shown:
    """Say yes in the window, and wait for what is told in place."""
    return person.waits_for(lambda: person.submits(window))


def request(stand: Stand, part: str = "") -> Shown:
    """The newest request in the channel, once it says this."""

    def there() -> Shown | None:
        found = [
            Shown(each)
            for each in stand.messages_in(ALERTS)
            if each["user"] == BOT_USER and "asks to change" in each["text"]
        ]
        return found[-1] if found and part in found[-1].words else None

    return until(there, f"a request with {part!r}")


def asked(stand: Stand) -> tuple[Person, Person, Shown]:
    """An agent has asked for the change."""
    agent, lead = stand.person(AGENT), stand.person(LEAD, ALERTS)
    submits(agent, proposes(agent, asks_why(agent), ASK))
    return agent, lead, request(stand)


def answered_already(stand: Stand, posted: Shown) -> str:
    """What a lead is told whose screen still shows the buttons."""
    number = int(posted.button("Approve")[1]["value"])

    async def authorise(_verb: str) -> str:
        return "lead"

    with pytest.raises(PortalBlocks) as refused:
        stand.loop.run(services(stand).change_requests.approve(number, Asker(LEAD, authorise, 0)))
    assert refused.value.code == "change_answered"
    return str(refused.value.facts["state"])


def swept(stand: Stand, notices: ChangeNotices) -> dict[str, None]:
    """What the worker does once a second."""
    stand.loop.run(notices.sweep())
    return {"failure": None}


def test_a_lead_sees_the_difference_and_what_it_means_and_changes_it_at_once(stand: Stand) -> None:
    lead = stand.person(LEAD)
    window = proposes(lead, asks_why(lead), CHANGE)
    assert "*Pause*: off → on" in window.words
    assert "newest subscriptions" in window.words
    assert "could then be paused" in window.words
    assert not may_pause(stand)
    told = submits(lead, window)
    assert may_pause(stand)
    assert "is changed" in told.words
    assert told.labels == ["Undo"]
    assert stand.audit()[0].outcome == "changed"


def test_an_agent_asks_a_lead_approves_and_the_agent_is_told_in_place(stand: Stand) -> None:
    agent, lead, posted = asked(stand)
    assert not may_pause(stand)
    assert f"<@{AGENT}> asks to change" in posted.words
    assert "Pause*: off → on" in posted.words
    assert "*Jenny Rosen*" in posted.words
    assert "could then be paused" in posted.words
    told = agent.waits_for(lambda: lead.clicks(posted, "Approve"))
    assert may_pause(stand)
    assert f"<@{LEAD}> approved it" in told.words
    assert "Undo" in request(stand, "is changed").labels
    outcomes = [(line.actor, line.outcome) for line in stand.audit() if line.verb == "config"]
    assert outcomes[:3] == [(LEAD, "changed"), (LEAD, "approved"), (AGENT, "asked")]


def test_a_lead_declines_and_nothing_is_changed(stand: Stand) -> None:
    agent, lead, posted = asked(stand)
    told = agent.waits_for(lambda: lead.clicks(posted, "Decline"))
    assert f"<@{LEAD}> declined" in told.words
    assert not may_pause(stand)
    assert request(stand, "declined").labels == ["Customer card"]


def test_who_asked_withdraws_and_nobody_else_can(stand: Stand) -> None:
    agent, lead, posted = asked(stand)
    assert "Only who asked" in lead.presses(posted, "Withdraw").words
    agent.clicks(posted, "Withdraw")
    assert request(stand, "withdrew").labels == ["Customer card"]
    assert answered_already(stand, posted) == "withdrawn"
    assert not may_pause(stand)


def test_an_agent_cannot_approve(stand: Stand) -> None:
    agent, _, posted = asked(stand)
    agent.channel = ALERTS
    assert "Not everybody may change portal settings" in agent.presses(posted, "Approve").words
    assert not may_pause(stand)
    line = stand.audit()[0]
    assert (line.actor, line.outcome, line.code) == (AGENT, "refused", "not_lead")
    assert "features.subscription_pause.enabled: false → true" in str(line.reason)


def test_a_request_is_refused_when_somebody_changed_the_settings_meanwhile(stand: Stand) -> None:
    agent, lead, posted = asked(stand)
    stand.on_loop(lambda: configuration(stand).update({"name": "Renamed"}))
    told = agent.waits_for(lambda: lead.clicks(posted, "Approve"))
    stand.on_loop(lambda: configuration(stand).update({"name": "Everything on"}))
    assert "changed it since" in told.words
    assert not may_pause(stand)


def test_undo_puts_it_back_and_is_refused_once_something_else_changed(stand: Stand) -> None:
    _, lead, posted = asked(stand)
    lead.clicks(posted, "Approve")
    done = request(stand, "is changed")
    stand.on_loop(lambda: configuration(stand).update({"name": "Renamed"}))
    assert "changed again since" in lead.presses(done, "Undo").words
    assert may_pause(stand)
    stand.on_loop(lambda: configuration(stand).update({"name": "Everything on"}))
    lead.clicks(done, "Undo")
    assert request(stand, "undid").labels == ["Customer card"]
    assert not may_pause(stand)


def test_a_request_waits_over_a_restart_and_expires_after_a_day(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, _, posted = asked(stand)
    own = services(stand)
    notices = make_change_notices(own)
    stand.loop.run(own.change_requests.sweep())
    stand.loop.run(notices.sweep())
    assert "Approve" in request(stand).labels
    clock = own.change_requests.clock
    monkeypatch.setattr(own.change_requests, "clock", lambda: clock() + 86_401)
    stand.loop.run(own.change_requests.sweep())
    told = agent.waits_for(lambda: swept(stand, notices))
    assert "within a day" in told.words
    assert request(stand, "within a day").labels == ["Customer card"]
    assert answered_already(stand, posted) == "expired"
    assert not may_pause(stand)


def test_what_was_approved_by_a_process_that_was_killed_is_done_and_told_by_the_next(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, lead, posted = asked(stand)
    own = services(stand)

    async def killed(_number: int) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(own.change_requests.changes._rows, "take", killed, raising=False)
        lead.clicks(posted, "Approve")
        until(lambda: stand.audit()[0].outcome == "approved", "the approval")
    assert not may_pause(stand)
    stand.loop.run(own.change_requests.sweep())
    assert may_pause(stand)
    told = agent.waits_for(lambda: swept(stand, make_change_notices(own)))
    assert "approved it" in told.words


def test_a_channel_that_refuses_the_request_does_not_lose_it(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = stand.person(AGENT)
    own = make_change_notices(services(stand))
    window = proposes(agent, asks_why(agent), ASK)
    number = int(str(window.content["private_metadata"]).split('"references":["')[1].split('"')[0])

    async def authorise(verb: str) -> str:
        if verb == "config_edit":
            raise NotAllowed("not_lead", verb=verb, who_may=None)
        return "agent"

    requests = services(stand).change_requests
    stand.loop.run(requests.say_yes(number, Asker(AGENT, authorise, 0)))
    monkeypatch.setattr(own, "channels", ("C0NOWHERE", ALERTS))
    stand.loop.run(own.tell(number))
    assert "Approve" in request(stand).labels


def test_untouched_settings_get_the_plans_that_customers_have_and_then_one_can_switch(
    stand: Stand,
) -> None:
    lead = stand.person(LEAD)
    every = stand.sandbox.stripe.test.every("billing_portal.configuration")
    untouched = next(each for each in every if each["name"] == "Cancel only")
    before = {**untouched["features"]}
    shown = lead.asks(f"why jenny@example.com update config:{untouched['id']}")
    window = proposes(lead, shown, CHANGE)
    assert "*Change the subscription*: off → on" in window.words
    assert "+ Starter, $100.00 a year, Starter, $10.00 a month" in window.words
    assert "in packs" not in window.words
    assert "could then switch plans" in window.words
    submits(lead, window)
    after = lead.asks(f"why jenny@example.com update config:{untouched['id']}")
    assert "✓ Yes" in after.words
    stand.on_loop(lambda: untouched.update(features=before))
