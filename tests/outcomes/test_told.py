"""What came of a link is told where it was asked for, later by one direct message; the history has it too."""

import json
import re
from collections.abc import Sequence

import pytest

from bot.alerts.read_events import read_event
from bot.alerts.rows.retention import PostedMessage
from bot.notify.outcome_notices import OutcomeNotices
from bot.outcomes.link_actions import Action, Change, LinkActions
from bot.outcomes.links import IssuedLink, KnownLink
from bot.outcomes.rows import LEASE_SECONDS, OutcomeRows
from bot.process.services import now
from bot.replies.outcome import outcome_message
from bot.store.audit import history_json
from bot.use_cases.customer_names import CustomerNames
from bot.use_cases.erasure import CustomerEraser
from bot.words import Words
from tests.stand.fixtures import agent, module_stand, stand
from tests.stand.links import address
from tests.stand.person import Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand

__all__ = ["agent", "module_stand", "stand"]

SETTLED, HALF_HOUR, OVER = 15, 31 * 60, 66 * 60


def use(stand: Stand, link: Shown, page: str, **form: str) -> None:
    """Be the customer: open the link, and submit a form of the portal."""
    opened = address(link)
    stand.sandbox_http.get(opened, follow_redirects=True)
    answer = stand.sandbox_http.post(f"{opened}/{page}", data=form, follow_redirects=True)
    assert answer.status_code == 200, answer.text


def deliver(stand: Stand) -> None:
    """Deliver what Stripe has recorded; the stand's Stripe knows no address to send it to."""
    events = stand.on_loop(
        lambda: [json.loads(json.dumps(each)) for each in stand.sandbox.stripe.events.recorded]
    )
    for each in events:
        event = read_event(each, now())
        assert event is not None
        stand.loop.run(stand.web.services.events.add(event))


def unheard(stand: Stand, patch: pytest.MonkeyPatch) -> None:
    """Let Stripe have no address for events until the test delivers them."""
    patch.setattr(stand.sandbox.stripe.events, "webhook_url", None)


def look(stand: Stand, later: int) -> None:
    """Do what a process that runs jobs does, so many seconds later."""
    services = stand.web.services
    notices = OutcomeNotices(
        OutcomeRows(services.database),
        services.response_urls,
        services.account.gateway,
        services.post,
        services.session,
        services.words,
        lambda: now() + later,
        services.readers,
        CustomerNames(services.account.gateway),
    )
    stand.loop.run(notices.look())


def told(agent: Person) -> list[Shown]:
    return [
        each for each in agent.messages() if re.search("used your|Since your|Nothing has changed", each.words)
    ]


def test_a_changed_card_is_told_where_the_link_was_asked_for(agent: Person, stand: Stand) -> None:
    link = agent.asks("payment jenny@example.com")
    use(stand, link, "payment", card="visa")
    deliver(stand)
    look(stand, 0)
    assert told(agent) == [], "events that belong together are told together"
    look(stand, SETTLED)
    (message,) = told(agent)
    assert "Jenny Rosen used your payment link: card changed to Visa ···· " in message.words
    assert message.content["only_for"] == agent.user
    assert message.content["channel"] == agent.channel
    assert message.content["text"].startswith("Jenny Rosen used your payment link")
    look(stand, OVER)
    assert len(told(agent)) == 1
    newest = next(each for each in stand.audit() if each.session)
    assert newest.outcome_of_link == "card_changed"
    assert history_json([newest])[0]["outcome_of_link"] == "card_changed"
    assert "through the link: card changed to Visa" in agent.asks("history jenny@example.com").words
    assert (
        "sent a payment link just now; through the link: card changed"
        in agent.asks("jenny@example.com").words
    )


def test_a_cancellation_is_told_with_its_end_and_reason(agent: Person, stand: Stand) -> None:
    link = agent.asks("cancel noah@example.com")
    subscription = stand.audit()[0].subscription
    use(stand, link, f"subscriptions/{subscription}/cancel")
    use(stand, link, f"subscriptions/{subscription}/reason", feedback="too_expensive")
    deliver(stand)
    look(stand, SETTLED)
    (message,) = told(agent)
    assert "used your cancellation link: canceled, runs until <!date^" in message.words
    assert "reason: too expensive" in message.words


@pytest.mark.parametrize(("who", "is_gone"), [("trialing", False), ("frieda", True)])
def test_what_came_after_slacks_half_hour_is_one_direct_message_that_changes_and_is_forgotten(
    agent: Person, stand: Stand, monkeypatch: pytest.MonkeyPatch, who: str, is_gone: bool
) -> None:
    unheard(stand, monkeypatch)
    link = agent.asks(f"details {who}@example.com")
    look(stand, OVER)
    assert told(agent) == [], "whether something has changed is not known while no event came"
    assert stand.audit()[0].outcome_of_link is None
    deliver(stand)
    look(stand, OVER + SETTLED)
    (message,) = told(agent)
    assert str(message.content["channel"]).startswith("D")
    assert "Nothing has changed" in message.words
    assert stand.audit()[0].outcome_of_link == "expired"
    services = stand.web.services
    if is_gone:
        where = str(message.content["channel"]), str(message.ts)
        stand.loop.run(services.slack.chat_delete(channel=where[0], ts=where[1]))
    use(stand, link, "details", name="Somebody Else")
    deliver(stand)  # late, as Stripe's events can be
    look(stand, OVER + 2 * SETTLED)
    (later,) = told(agent)
    assert (later.ts != message.ts) is is_gone, "a message that is gone is posted anew"
    assert "used your billing details link: billing details changed" in later.words

    deleted: list[PostedMessage] = []

    async def delete(message: PostedMessage) -> bool:
        deleted.append(message)
        return True

    async def drop(_jobs: Sequence[str]) -> None:
        return None

    eraser = CustomerEraser(services.database, services.audit, delete, drop)
    customer = stand.audit()[0].customer
    assert customer
    stand.loop.run(eraser.erase(customer, actor="cli:ops", now=now(), livemode=False))
    assert deleted == [PostedMessage(str(later.content["channel"]), str(later.ts))]


def test_two_links_for_one_customer_are_told_as_since_then(agent: Person, stand: Stand) -> None:
    link = agent.asks(f"payment {stand.customer('twice')}")
    priya = stand.person("U0PRIYA")
    priya.asks(f"home {stand.customer('twice')}")
    use(stand, link, "payment", card="mastercard")
    deliver(stand)
    look(stand, SETTLED)
    for person, name in ((agent, "payment link"), (priya, "portal link")):
        (message,) = told(person)
        assert f"Since your {name} for" in message.words
        assert "I can't tell whether the link was used" in message.words
    lines = [each for each in stand.audit() if each.customer == stand.customer("twice")]
    assert [each.outcome_of_link for each in lines] == [None, None]


@pytest.mark.parametrize("since", [SETTLED, HALF_HOUR])
def test_slack_being_down_only_delays_it(agent: Person, stand: Stand, since: int) -> None:
    who = stand.customer("euro" if since == SETTLED else "metered")
    use(stand, agent.asks(f"payment {who}"), "payment", card="visa")
    deliver(stand)
    stand.fault("slack", "500")
    look(stand, since)
    assert told(agent) == []
    stand.heal()
    look(stand, since + 120)
    assert len(told(agent)) == 1


def test_while_one_process_takes_long_another_tells_and_the_first_does_not(
    agent: Person, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(stand, agent.asks(f"payment {stand.customer('multi')}"), "payment", card="visa")
    deliver(stand)
    rows = OutcomeRows(stand.web.services.database)

    async def slow(_self: OutcomeNotices, actions: LinkActions) -> LinkActions:
        assert len(await rows.take_due(now() + SETTLED + LEASE_SECONDS + 1)) == 1
        return actions

    with monkeypatch.context() as patch:
        patch.setattr(OutcomeNotices, "_named", slow)
        look(stand, SETTLED)
    assert told(agent) == []
    look(stand, SETTLED + 3 * LEASE_SECONDS)
    assert len(told(agent)) == 1


def test_a_name_and_a_comment_are_no_markup_where_a_phone_shows_the_text_alone() -> None:
    hostile = "<!channel> <https://evil.example|Ada>"
    link = IssuedLink(id="bps_1", at=0, customer="cus_1", actor="U1", verb="cancel", livemode=False)
    change = Change(Action.CANCELED, 1, facts={"comment": hostile, "ends_at": None})
    for actions in (LinkActions(through=(change,)), LinkActions(since=(change,)), LinkActions(over=True)):
        text = outcome_message(Words(), KnownLink(link, actions), hostile).text
        assert "&lt;!channel&gt; &lt;https://evil.example|Ada&gt;" in text
        assert "<" not in text
