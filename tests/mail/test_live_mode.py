"""With a live key: the address is confirmed, and a personal link in a mail obeys the rules of every link."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.store.audit import AuditEntry
from tests.end_to_end.test_faults import sqlite_without_trail
from tests.mail.stand import filled, mails, open_mail_stand, preview, told
from tests.stand.person import ALERTS, LEAD, Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(30)

CONFIG = (
    "[limits]\nrequire_reason_live = true\nlinks_per_hour = 3\nlive_customers_per_10_minutes = 2\n"
    "[mail]\nminutes_between = 0\nper_day = 100000\n"
)


@pytest.fixture
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("live")
    with open_mail_stand(folder, CONFIG, STRIPE_API_KEY="rk_live_sandbox") as stand:
        yield stand
        assert stand.violations() == []


@pytest.fixture
def agent(stand: Stand) -> Person:
    return stand.person()


def submission(agent: Person, window: Shown, **values: dict[str, Any]) -> dict[str, Any]:
    """What Slack would send, had it not looked at the window itself."""
    view = window.content
    return {
        "type": "view_submission", "trigger_id": "1.2.3", "team": {"id": "T0SANDBOX"},
        "user": {"id": agent.user, "team_id": "T0SANDBOX"},
        "view": {
            "id": view["id"], "type": "modal", "callback_id": view["callback_id"],
            "private_metadata": view["private_metadata"],
            "state": {"values": {block: {block: value} for block, value in values.items()}},
        },
    }  # fmt: skip


TICKED = {"type": "checkboxes", "selected_options": [{"value": "yes"}]}
NOT_TICKED: dict[str, Any] = {"type": "checkboxes", "selected_options": []}


def issued(stand: Stand) -> list[AuditEntry]:
    return [entry for entry in stand.audit() if entry.outcome in {"issued", "made"}]


@pytest.mark.parametrize("values", [{}, {"confirmed": NOT_TICKED}], ids=["absent", "not ticked"])
def test_a_live_mail_whose_address_nobody_confirmed_is_not_sent(
    agent: Person, stand: Stand, values: dict[str, dict[str, Any]]
) -> None:
    window = preview(agent)
    answer = stand.send_interaction(submission(agent, window, **values)).json()
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["confirmed"]
    assert "real customer" in answer["errors"]["confirmed"]
    sent = stand.send_interaction(submission(agent, window, confirmed=TICKED)).json()
    assert sent["response_action"] == "update"
    told(agent, "has accepted")
    assert len(mails(stand)) == len(issued(stand)) == 1


def test_slack_itself_asks_for_the_confirmation(agent: Person, stand: Stand) -> None:
    window = preview(agent)
    assert "confirmed" in agent.submits(window)["errors"]
    assert not agent.submits(window, confirmed="yes")["errors"]
    told(agent, "has accepted")
    assert len(mails(stand)) == 1


def twin(stand: Stand) -> str:
    """A customer whom the login page would not open."""
    stories = stand.on_loop(lambda: stand.sandbox.stripe.stories(livemode=True))
    return next(each.customer_id for each in stories if each.label == "twin_old")


def test_a_personal_link_without_a_reason_is_refused_before_anybody_is_looked_up(
    agent: Person, stand: Stand
) -> None:
    assert not agent.types("/portal email jenny@example.com recover:7d")["failure"]
    told(agent, "for:ticket 42")
    (entry,) = stand.audit()
    assert (entry.code, entry.customer) == ("reason_needed", None)


def test_the_button_for_a_personal_link_asks_for_the_reason(agent: Person, stand: Stand) -> None:
    agent.types(f"/portal email {twin(stand)}")
    agent.clicks(told(agent, "Several customers share this address"), "Email a personal link")
    reason = until(lambda: _window(agent, "reason"), "the window for the reason")
    assert not agent.submits(reason, reason="ticket 9")["errors"]
    assert not agent.submits(filled(agent), confirmed="yes")["errors"]
    told(agent, "has accepted")
    made, queued = issued(stand)
    assert (queued.outcome, queued.reason, queued.session) == ("issued", "ticket 9", None)
    assert (made.outcome, made.verb, made.reason) == ("made", "email", "ticket 9")
    assert (made.actor, made.customer, made.livemode) == (agent.user, twin(stand), True)
    assert (made.session or "").startswith("bps_")
    assert made.mail_state == queued.mail_state == "sent"
    (mail,) = mails(stand)
    assert "/p/session/" in mail["text"]
    assert "/p/session/" not in str(stand.audit())


def _window(agent: Person, callback: str) -> Shown | None:
    stack = agent.stand.views(agent.user)["stack"]
    return Shown(stack[-1]) if stack and stack[-1]["callback_id"] == callback else None


def send(agent: Person, who: str) -> None:
    agent.types(f"/portal email {who} recover:7d for:ticket 1")
    agent.submits(filled(agent, who), confirmed="yes")


def test_mailed_links_count_against_the_same_limits_as_those_in_chat(agent: Person, stand: Stand) -> None:
    assert agent.asks("home jenny@example.com for:x").preformatted
    send(agent, "noah@example.com")
    told(agent, "has accepted", "noah@example.com")
    refused = agent.asks("home olga@example.com for:x")
    assert "2 different live customers" in refused.words
    send(agent, "olga@example.com")
    until(lambda: "2 different live customers" in str(agent.stand.views(agent.user)["stack"]), "the refusal")
    assert len(mails(stand)) == 1
    notice = until(lambda: stand.messages_in(ALERTS), "a notice")[-1]
    assert "2 different live customers" in Shown(notice).words


def test_reaching_the_limit_with_a_mail_is_told_to_the_alert_channel(agent: Person, stand: Stand) -> None:
    for _ in range(3):
        assert agent.asks("home jenny@example.com for:x").preformatted
    send(agent, "jenny@example.com")
    notice = until(lambda: stand.messages_in(ALERTS), "a notice")[-1]
    assert "3 within an hour" in Shown(notice).words
    assert mails(stand) == []
    assert stand.audit()[0].code == "too_many_links"


def _accepted(agent: Person) -> int:
    return sum("has accepted" in each.words for each in agent.messages())


def test_a_login_link_opens_nothing_and_counts_against_no_limit(agent: Person, stand: Stand) -> None:
    for count in range(1, 5):
        agent.submits(preview(agent), confirmed="yes")
        until(lambda count=count: _accepted(agent) == count, "the mail")  # type: ignore[misc]
    assert len(mails(stand)) == 4
    assert agent.asks("home jenny@example.com for:x").preformatted


def test_sending_again_is_another_link_of_whoever_says_so_for_the_same_reason(
    agent: Person, stand: Stand
) -> None:
    stand.fault("smtp", "5xx", times=1)
    send(agent, "jenny@example.com")
    failed = told(agent, "wasn't sent")
    agent.clicks(failed, "Send it again")
    told(agent, "has accepted")
    sessions = [entry for entry in stand.audit() if entry.outcome == "made"]
    assert [entry.reason for entry in sessions] == ["ticket 1", "ticket 1"]
    assert len({entry.session for entry in sessions}) == 2
    assert agent.asks("home jenny@example.com for:x").preformatted
    assert "3 links within an hour" in agent.asks("home jenny@example.com for:x").words


def test_a_mail_elsewhere_says_so_beside_its_reason(stand: Stand) -> None:
    lead = stand.person(LEAD)
    lead.types("/portal email jenny@example.com for:ticket 5")
    lead.submits(filled(lead), confirmed="yes", recipient="boss@example.com")
    told(lead, "has accepted", "boss@example.com")
    assert issued(stand)[0].reason == "ticket 5, sent to another address than the customer's"


def test_a_personal_link_lives_for_a_day_at_least(agent: Person, stand: Stand) -> None:
    agent.types("/portal email jenny@example.com recover:2h for:x")
    told(agent, "recover:1d")
    assert mails(stand) == []


def test_without_the_trail_no_personal_link_leaves_and_then_it_does(agent: Person, stand: Stand) -> None:
    agent.types("/portal email jenny@example.com recover:7d for:x")
    window = filled(agent)
    with sqlite_without_trail(stand):
        agent.submits(window, confirmed="yes")
        told(agent, "sent yet", "audit trail")
        assert mails(stand) == []
    told(agent, "has accepted")
    assert len(mails(stand)) == 1
    assert [entry.outcome for entry in stand.audit() if entry.session] == ["made"]
