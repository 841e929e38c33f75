"""The login link by email, as an agent sends it and a customer gets it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.mail.stand import filled, mails, preview, told
from tests.mail.test_live_mode import submission
from tests.stand.links import sessions
from tests.stand.person import LEAD, Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(10)


def link_in(text: str, path: str = "/p/login/") -> str:
    return next(word for word in text.split() if path in word)


def test_the_mail_arrives_and_its_link_opens_the_login_page_with_the_address(
    agent: Person, stand: Stand
) -> None:
    window = preview(agent)
    assert "jenny@example.com" in window.words
    shown = window.preformatted[0]
    assert not agent.submits(window)["errors"]
    arrived = until(lambda: mails(stand), "the mail")[0]
    assert arrived["to"] == "jenny@example.com"
    assert arrived["text"].split() == shown.split()
    link = link_in(arrived["text"])
    assert parse_qs(urlsplit(link).query)["prefilled_email"] == ["jenny@example.com"]
    assert link in arrived["html"].replace("&amp;", "&")
    assert "jenny@example.com" in stand.sandbox_http.get(link).text


def test_the_agents_message_changes_where_it_stands(agent: Person, stand: Stand) -> None:
    stand.fault("smtp", "4xx", times=1)
    agent.submits(preview(agent))
    first = told(agent, "mail to")
    last = told(agent, "has accepted")
    assert first.ts == last.ts
    assert len(agent.messages()) == 1
    assert len(mails(stand)) == 1


def test_the_window_shows_how_it_went_while_it_is_open(agent: Person, stand: Stand) -> None:
    agent.submits(preview(agent))
    until(lambda: "has accepted" in str(stand.views(agent.user)["stack"]), "the state in the window")


def test_from_a_card_the_preview_asks_only_who_else_has_the_address(agent: Person, stand: Stand) -> None:
    card = agent.asks("jenny@example.com")
    before = len(stand.stripe_calls())
    agent.clicks(card, "Email the login link")
    filled(agent)
    assert stand.stripe_calls()[before:] == ["GET /v1/customers"]


def test_from_a_card_the_message_takes_the_place_of_the_card(agent: Person) -> None:
    card = agent.asks("jenny@example.com")
    agent.clicks(card, "Email the login link")
    agent.submits(filled(agent))
    assert told(agent, "has accepted").ts == card.ts


def test_a_card_that_can_no_longer_be_replaced_is_not_tried(
    agent: Person, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = agent.asks("jenny@example.com")
    monkeypatch.setattr("bot.handlers.mail_submissions.RESPONSE_URL_SECONDS", 0)
    agent.clicks(card, "Email the login link")
    agent.submits(filled(agent))
    assert told(agent, "has accepted").ts != card.ts


def test_a_refusal_for_good_says_what_the_server_said_and_can_be_sent_again(
    agent: Person, stand: Stand
) -> None:
    stand.fault("smtp", "5xx", times=1)
    agent.submits(preview(agent))
    failed = told(agent, "wasn't sent", "550 No such mailbox")
    agent.clicks(failed, "Send it again")
    told(agent, "has accepted")
    assert len(mails(stand)) == 1


def test_a_mistake_of_ours_while_the_window_is_sent_sends_nothing_and_says_so(
    agent: Person, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = preview(agent)

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("bot.replies.mail.MailReplies.kept_view", fail)
    assert agent.submits(window)["failure"]
    assert "our fault" in told(agent, "reference").words
    monkeypatch.undo()
    agent.submits(preview(agent))
    told(agent, "has accepted")
    assert len(mails(stand)) == 1


def test_another_language_changes_the_preview_and_the_mail(agent: Person, stand: Stand) -> None:
    window = preview(agent)
    german = choose_language(agent, window, "de", "Ihre Abrechnungsseite")
    agent.submits(german)
    assert "Ihre Abrechnungsseite" in until(lambda: mails(stand), "the mail")[0]["subject"]


def test_a_note_stands_in_the_mail_as_plain_text(agent: Person, stand: Stand) -> None:
    agent.submits(preview(agent), note="Hello <b>Jenny</b>, {{ 7 * 7 }}\nsee you")
    arrived = until(lambda: mails(stand), "the mail")[0]
    assert "Hello <b>Jenny</b>, {{ 7 * 7 }}\nsee you" in arrived["text"]
    assert "Hello &lt;b&gt;Jenny&lt;/b&gt;, {{ 7 * 7 }}<br" in arrived["html"]


def test_only_a_lead_can_send_it_elsewhere(agent: Person, stand: Stand) -> None:
    labels = {each.get("block_id") for each in preview(agent).blocks}
    assert "recipient" not in labels
    lead = stand.person(LEAD)
    window = preview(lead)
    assert lead.submits(window, recipient="not an address")["errors"]
    assert not lead.submits(window, recipient="boss@example.com")["errors"]
    assert until(lambda: mails(stand), "the mail")[0]["to"] == "boss@example.com"
    told(lead, "has accepted", "boss@example.com")
    entry = next(each for each in stand.audit() if each.outcome == "issued" and each.actor == LEAD)
    assert "another address" in (entry.reason or "")


def test_when_the_login_page_opens_somebody_else_a_personal_link_is_offered(
    agent: Person, stand: Stand
) -> None:
    shared = next(each for each in stand.sandbox.stripe.stories() if each.label == "twin_old")
    assert not agent.types(f"/portal email {shared.customer_id}")["failure"]
    refused = told(agent, "Several customers share this address")
    agent.clicks(refused, "Email a personal link")
    agent.submits(filled(agent))
    arrived = until(lambda: mails(stand), "the mail")[0]
    session = link_in(arrived["text"], "/p/session/")
    assert stand.sandbox_http.get(session, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("permission", "says"), [("rak_customer_portal_write", "lacks a permission"), ("", "has trouble")]
)
def test_when_stripe_makes_no_personal_link_the_agent_reads_why(
    agent: Person, stand: Stand, permission: str, says: str
) -> None:
    assert not agent.types("/portal email jenny@example.com recover:7d")["failure"]
    window = filled(agent)
    if permission:
        denied = stand.sandbox.stripe.faults.denied
        stand.on_loop(lambda: denied.add(permission))
    else:
        stand.fault("stripe", "500", "billing_portal/sessions")
    agent.submits(window)
    try:
        told(agent, "jenny@example.com", says)
        assert mails(stand) == []
    finally:
        stand.heal()


def test_history_knows_what_became_of_the_mail(agent: Person, stand: Stand) -> None:
    agent.submits(preview(agent))
    told(agent, "has accepted")

    def sent() -> bool:
        newest = next(each for each in stand.audit() if each.outcome == "issued")
        return (newest.verb, newest.mail_state) == ("email", "sent")

    until(sent, "the line of the mail")


def test_the_card_shows_the_last_mails(agent: Person) -> None:
    agent.submits(preview(agent))
    told(agent, "has accepted")
    assert re.search(r"Your billing page at .* sent", agent.asks("jenny@example.com").words)


def test_an_agent_cannot_send_it_elsewhere_with_a_submission_of_their_own_making(
    agent: Person, stand: Stand
) -> None:
    elsewhere = {"type": "email_text_input", "value": "thief@example.com"}
    forged = submission(agent, preview(agent), recipient=elsewhere)
    assert stand.send_interaction(forged).status_code == 200
    told(agent, "lead")
    line = stand.audit()[0]
    assert (line.verb, line.outcome, line.code) == ("email", "refused", "not_lead")
    assert mails(stand) == []


def test_the_preview_warns_only_when_it_is_open_whom_the_login_page_opens(
    agent: Person, stand: Stand
) -> None:
    warning = "may open another one"
    assert warning not in preview(agent).words
    world, twin = stand.sandbox.stripe.test, stand.customer("canceled")
    address = str(world.get(twin)["email"])
    stand.on_loop(lambda: world.get(twin).update(email="nora@example.com"))
    try:
        agent.types(f"/portal email {stand.customer('no_subscription')}")
        assert warning in filled(agent, "nora@example.com").words
    finally:
        stand.on_loop(lambda: world.get(twin).update(email=address))


def personal(agent: Person, who: str) -> Shown:
    assert not agent.types(f"/portal email {who} recover:7d")["failure"]
    return filled(agent)


def choose_language(agent: Person, window: Shown, language: str, words: str) -> Shown:
    """Choose another language in the window; the window once it shows these words of the letter."""
    block = next(each for each in window.blocks if each.get("block_id") == "locale")
    agent.stand.control(
        "click",
        user=agent.user,
        view=window.content["id"],
        block="locale",
        action=block["element"]["action_id"],
        values=[language],
    )
    return filled(agent, words)


def test_for_a_customer_without_a_language_the_page_speaks_the_browsers(agent: Person, stand: Stand) -> None:
    agent.submits(personal(agent, "jenny@example.com"))
    arrived = until(lambda: mails(stand), "the mail")[0]
    assert "Hello Jenny" in arrived["text"]
    assert sessions(stand)[-1]["locale"] == "auto"


def test_a_customers_own_language_is_the_letters_and_the_pages(agent: Person, stand: Stand) -> None:
    agent.submits(personal(agent, "fr@example.com"))
    assert "Bonjour" in until(lambda: mails(stand), "the mail")[0]["text"]
    assert sessions(stand)[-1]["locale"] == "fr"


def test_a_language_chosen_for_the_letter_is_the_pages_too(agent: Person, stand: Stand) -> None:
    agent.submits(choose_language(agent, personal(agent, "jenny@example.com"), "de", "Guten Tag"))
    assert "Jenny Rosen" in until(lambda: mails(stand), "the mail")[0]["text"]
    assert sessions(stand)[-1]["locale"] == "de"


@pytest.mark.parametrize("option", ["", " recover:7d"])
def test_a_customer_with_an_open_invoice_gets_its_payment_page(
    agent: Person, stand: Stand, option: str
) -> None:
    assert not agent.types(f"/portal email past.due@example.com{option}")["failure"]
    agent.submits(filled(agent, "An invoice is still open"))
    text = until(lambda: mails(stand), "the mail")[0]["text"]
    assert "$10.00: https://invoice.stripe.com/i/" in text


def test_a_mail_that_goes_elsewhere_does_not_say_what_the_customer_owes(stand: Stand) -> None:
    lead = stand.person(LEAD)
    lead.submits(preview(lead, "past.due@example.com"), recipient="boss@example.com")
    arrived = until(lambda: mails(stand), "the mail")[0]
    assert arrived["to"] == "boss@example.com"
    assert "invoice.stripe.com" not in arrived["text"] + arrived["html"]
