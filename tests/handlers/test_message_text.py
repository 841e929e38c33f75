"""What a message says, wherever another app has put it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.message_text import message_text
from bot.portal.identifiers import find_references
from tests.handlers.test_shortcut import choices
from tests.stand.person import SUPPORT, Person
from tests.stand.stand import Stand

MESSAGE = {
    "bot_id": "B1", "type": "message", "text": "", "ts": "1.0",
    "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "New ticket from jo@shop.example, cus_one1"}},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "link", "url": "mailto:ann@shop.example"}, {"type": "text", "text": " again"},
        ]}]},
    ],
    "attachments": [{
        "fallback": "x", "text": "sub_field1 is past due",
        "fields": [{"title": "Customer", "value": "cus_two2"}],
    }],
}  # fmt: skip


def test_blocks_attachments_and_fields_are_read_in_order() -> None:
    found = [each.value for each in find_references(message_text(MESSAGE))]
    assert found == ["jo@shop.example", "cus_one1", "ann@shop.example", "sub_field1", "cus_two2"]


def test_what_stands_twice_is_read_once() -> None:
    assert message_text({"text": "a", "blocks": [{"text": {"text": "a"}}, {"text": {"text": "b"}}]}) == "a\nb"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["text", "blocks", "x"]), inner),
)


@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments"]), JSON))
def test_no_shape_is_too_odd(message: dict[str, object]) -> None:
    assert isinstance(message_text(message), str)


def test_the_shortcut_offers_what_another_apps_message_names(agent: Person, stand: Stand) -> None:
    parts = stand.sandbox.slack.parts
    payload = {
        "type": "message_action", "callback_id": "billing_help", "message_ts": "1.0", "message": MESSAGE,
        "user": {"id": "U0ALEX", "team_id": "T0SANDBOX"}, "team": {"id": "T0SANDBOX"},
        "channel": {"id": SUPPORT, "name": "support"},
        "trigger_id": stand.on_loop(lambda: parts.triggers.issue("U0ALEX")),
        "response_url": stand.on_loop(lambda: parts.response_urls.issue("U0ALEX", SUPPORT)),
    }  # fmt: skip
    assert stand.send_interaction(payload).status_code == 200
    assert choices(agent.window())[:2] == ["jo@shop.example", "cus_one1"]
