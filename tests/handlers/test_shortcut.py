"""The message shortcut: the way into threads, where slash commands cannot run."""

from tests.stand.links import address, flow
from tests.stand.person import SUPPORT, Person
from tests.stand.shown import Shown
from tests.stand.stand import Stand


def say(agent: Person, text: str, thread: str | None = None) -> str:
    """Post a message as a colleague; its timestamp."""
    agent.stand.control("type", user="U0SAM", channel=SUPPORT, text=text, thread_ts=thread)
    return str(agent.stand.messages_in(SUPPORT)[-1]["ts"])


def choices(window: Shown) -> list[str]:
    """What the window found in the message."""
    return [
        option["text"]["text"]
        for _, element in window.elements("radio_buttons")
        for option in element["options"]
    ]


def verbs(window: Shown) -> list[str]:
    """What the window offers to do."""
    return [
        option["value"] for _, element in window.elements("static_select") for option in element["options"]
    ]


def test_the_window_holds_ids_and_addresses_of_the_message(agent: Person, stand: Stand) -> None:
    customer = stand.customer("noah")
    ts = say(agent, f"about <mailto:jenny@example.com|jenny@example.com> and {customer}, thanks")
    assert choices(agent.uses_shortcut(ts)) == ["jenny@example.com", customer]


def test_the_answer_comes_into_the_thread_of_the_message(agent: Person, stand: Stand) -> None:
    root = say(agent, "a ticket")
    reply = say(agent, "it is jenny@example.com", thread=root)
    link = agent.answers(agent.uses_shortcut(reply), found="0", verb="payment", reason="ticket 5")
    assert address(link)
    assert flow(stand) == "payment_method_update"
    assert link.content["thread_ts"] == root
    assert link.content["only_for"] == agent.user
    assert stand.audit()[0].reason == "ticket 5"


def test_a_message_outside_a_thread_is_answered_in_its_thread(agent: Person) -> None:
    ts = say(agent, "jenny@example.com cannot pay")
    card = agent.answers(agent.uses_shortcut(ts), found="0")
    assert "Jenny Rosen" in card.words
    assert card.content["thread_ts"] == ts


def test_a_button_pressed_in_the_thread_is_answered_there(agent: Person) -> None:
    ts = say(agent, "jenny@example.com cannot pay")
    card = agent.answers(agent.uses_shortcut(ts), found="0")
    link = agent.presses(card, "Payment method")
    assert link.content["thread_ts"] == ts
    assert address(link)


def test_somebody_else_can_be_named(agent: Person) -> None:
    ts = say(agent, "jenny@example.com writes for her brother")
    assert "Noah" in agent.answers(agent.uses_shortcut(ts), typed="noah@example.com").words


def test_a_message_without_a_customer_asks_for_one(agent: Person) -> None:
    window = agent.uses_shortcut(say(agent, "my card does not work"))
    assert choices(window) == []
    assert "no id, email address" in window.words
    errors = agent.submits(window)["errors"]
    assert list(errors) == ["typed"]
    assert "who it is about" in errors["typed"]
    assert agent.has_window()


def test_a_message_full_of_addresses_offers_what_slack_lets_a_window_hold(agent: Person) -> None:
    long = [f"{'x' * 60}{n}@{'y' * 60}.example.com" for n in range(25)]
    window = agent.uses_shortcut(say(agent, " ".join(long)))
    assert 1 <= len(choices(window)) <= 10


def test_what_does_not_work_is_said_after_the_window(agent: Person) -> None:
    ts = say(agent, "nobody@example.com")
    assert "No customer has" in agent.answers(agent.uses_shortcut(ts), found="0").words


def test_a_verb_of_the_window_that_needs_more_gives_a_choice(agent: Person) -> None:
    picker = agent.answers(agent.uses_shortcut(say(agent, "several@example.com")), found="0", verb="cancel")
    assert "Choose" not in picker.labels
    assert picker.labels[-1] == "Details"


def test_every_verb_the_window_offers_is_answered(agent: Person) -> None:
    ts = say(agent, "jenny@example.com")
    for verb in verbs(agent.uses_shortcut(ts)):
        stand = agent.stand
        stand.reset()
        window = agent.uses_shortcut(say(agent, "jenny@example.com"))
        answer = agent.answers(window, found="0", verb=verb)
        assert "our fault" not in answer.words, verb


def test_portal_addresses_and_keys_of_a_message_are_not_offered(agent: Person) -> None:
    ts = say(
        agent, "https://billing.stripe.com/p/session/live_abc sk_live_abcdefgh12345678 jenny@example.com"
    )
    window = agent.uses_shortcut(ts)
    assert choices(window) == ["jenny@example.com"]
    assert "/p/session" not in str(window.content)
    assert "sk_live" not in str(window.content)
