"""Slack's limits, one row each; and slack_sdk's own validators as a second opinion."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from sandbox.slack.block_checker import check_message, check_view
from sandbox.slack.model import BOT_USER, Draft
from sandbox.slack.seed import SUPPORT
from sandbox.slack.views import named_blocks
from tests.sandbox.slack.fake_bot import card, modal
from tests.sandbox.slack.test_rendering import READER, RENDERER, WORKSPACE

Json = dict[str, Any]


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": plain(5), **more}


def option(text: int = 5, value: str = "v") -> Json:
    return {"text": plain(text), "value": value}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(count: int, **more: Any) -> Json:
    return actions({"type": "static_select", "action_id": "s", "options": [option()] * count, **more})


def entry(element: Json) -> Json:
    return {"type": "input", "label": plain(5), "element": {"action_id": "i", **element}}


def confirm(**more: Any) -> Json:
    return {"title": plain(5), "text": plain(5), "confirm": plain(2), "deny": plain(2), **more}


def table(rows: int, columns: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def chart(series: int, points: int = 1, title: int = 5) -> Json:
    data = [{"label": "Mon", "value": 1}] * points
    kind = {
        "type": "bar",
        "series": [{"name": "n", "data": data}] * series,
        "axis_config": {"categories": ["Mon"]},
    }
    return {"type": "data_visualization", "title": "t" * title, "chart": kind}


AT_THE_LIMIT: list[tuple[Json, Json, str]] = [
    # accepted, refused, where
    ({"type": "section", "text": plain(3000)}, {"type": "section", "text": plain(3001)}, "/text/text"),
    ({"type": "section", "text": plain(1)}, {"type": "section", "text": plain(0)}, "/text/text"),
    (
        {"type": "section", "fields": [plain(1)] * 10},
        {"type": "section", "fields": [plain(1)] * 11},
        "/fields",
    ),
    (
        {"type": "section", "fields": [plain(2000)]},
        {"type": "section", "fields": [plain(2001)]},
        "/fields/0/text",
    ),
    ({"type": "section", "text": mrkdwn("x")}, {"type": "section"}, ""),
    ({"type": "header", "text": plain(150)}, {"type": "header", "text": plain(151)}, "/text/text"),
    ({"type": "header", "text": plain(5)}, {"type": "header", "text": mrkdwn("x")}, "/text"),
    (
        {"type": "context", "elements": [plain(1)] * 10},
        {"type": "context", "elements": [plain(1)] * 11},
        "/elements",
    ),
    (
        actions(*[button(action_id=str(n)) for n in range(25)]),
        actions(*[button(action_id=str(n)) for n in range(26)]),
        "/elements",
    ),
    (actions(button(action_id="a"), button(action_id="b")), actions(button(), button()), "/elements"),
    (actions(button(text=plain(75))), actions(button(text=plain(76))), "/elements/0/text/text"),
    (actions(button(value="v" * 2000)), actions(button(value="v" * 2001)), "/elements/0/value"),
    (actions(button(url="https://a.example")), actions(button(url="no url")), "/elements/0/url"),
    (actions(button(style="danger")), actions(button(style="loud")), "/elements/0/style"),
    (actions(button(action_id="a" * 255)), actions(button(action_id="a" * 256)), "/elements/0/action_id"),
    (
        actions(button(confirm=confirm())),
        actions(button(confirm=confirm(deny=plain(31)))),
        "/elements/0/confirm/deny/text",
    ),
    (actions(button()), actions(button(colour="red")), "/elements/0"),
    (actions(button()), actions({"type": "plain_text_input", "action_id": "a"}), "/elements/0"),
    (select(100), select(101), "/elements/0/options"),
    (select(1, initial_option=option()), select(1, initial_option=option(value="other")), "/elements/0"),
    (select(1, placeholder=plain(150)), select(1, placeholder=plain(151)), "/elements/0/placeholder/text"),
    (
        actions({"type": "overflow", "action_id": "o", "options": [option()] * 5}),
        actions({"type": "overflow", "action_id": "o", "options": [option()] * 6}),
        "/elements/0/options",
    ),
    (
        actions({"type": "checkboxes", "action_id": "c", "options": [option()] * 10}),
        actions({"type": "checkboxes", "action_id": "c", "options": [option()] * 11}),
        "/elements/0/options",
    ),
    (
        select(1),
        actions({"type": "static_select", "action_id": "s", "options": [option(value="v" * 76)]}),
        "/elements/0/options/0/value",
    ),
    (entry({"type": "plain_text_input"}), entry({"type": "button", "text": plain(5)}), "/element"),
    (
        entry({"type": "datepicker", "initial_date": "2026-11-30"}),
        entry({"type": "datepicker", "initial_date": "30.11.2026"}),
        "/element/initial_date",
    ),
    ({"type": "divider", "block_id": "b" * 255}, {"type": "divider", "block_id": "b" * 256}, "/block_id"),
    (table(100, 20), table(101, 1), "/rows"),
    (table(1, 20), table(1, 21), "/rows/0"),
    (chart(12, 20, 50), chart(13), "/chart/series"),
    (chart(1), chart(1, 21), "/chart/series/0/data"),
    (chart(1), chart(1, title=51), "/title"),
    (
        {"type": "image", "alt_text": "a", "image_url": "https://a.example/i.png"},
        {"type": "image", "alt_text": "a"},
        "",
    ),
    ({"type": "divider"}, {"type": "sparkle"}, "/type"),
    (
        {"type": "section", "text": mrkdwn("<!date^1^{date}|then> <!subteam^S1> <!here>")},
        {"type": "section", "text": mrkdwn("<!boom>")},
        "/text/text",
    ),
    (
        {"type": "section", "text": plain(3)},
        {"type": "section", "text": mrkdwn("<!date^soon|then>")},
        "/text/text",
    ),
]


@pytest.mark.parametrize(("good", "bad", "where"), AT_THE_LIMIT)
def test_the_limit_is_accepted_and_one_more_is_refused(good: Json, bad: Json, where: str) -> None:
    assert check_message({"text": "t", "blocks": [good]}, public=True) == []
    pointers = [problem.pointer for problem in check_message({"text": "t", "blocks": [bad]}, public=True)]
    assert pointers == [f"/blocks/0{where}"]


MESSAGES: list[tuple[Json, str, str]] = [
    ({"text": "t", "blocks": [{"type": "divider"}] * 51}, "/blocks", "invalid_blocks"),
    ({"text": "", "blocks": [{"type": "divider"}]}, "/text", "invalid_blocks"),
    ({"text": "t", "blocks": {}}, "/blocks", "invalid_blocks_format"),
    ({"text": "t", "blocks": ["x"]}, "/blocks/0", "invalid_blocks"),
    ({"text": "t", "blocks": [{"type": "divider", "block_id": "b"}] * 2}, "/blocks", "invalid_blocks"),
    ({"text": "t", "blocks": [table(1, 1)] * 2}, "/blocks", "invalid_blocks"),
    ({"text": "t", "blocks": [chart(1)] * 3}, "/blocks", "invalid_blocks"),
    ({"text": "t" * 40_001}, "/text", "msg_too_long"),
    (
        {"text": "t", "blocks": [{"type": "section", "text": plain(2900)}] * 5},
        "/blocks",
        "msg_blocks_too_long",
    ),
    ({"text": "https://x.example/p/login/1", "unfurl_links": True}, "/unfurl_links", "invalid_blocks"),
    ({"text": "https://x.example/p/session/1"}, "/blocks", "invalid_blocks"),
    ({"text": "<!boom>"}, "/text", "invalid_blocks"),
    ({"text": "sent &lt;!date^1^{date}|1 January&gt;"}, "/text", "invalid_blocks"),
    (
        {"text": "t", "blocks": [{"type": "header", "text": plain(1) | {"text": "<!date^1^{date}|1 May>"}}]},
        "/blocks/0/text/text",
        "invalid_blocks",
    ),
    (
        {"text": "t", "attachments": [{"blocks": [{"type": "no"}]}]},
        "/attachments/0/blocks/0/type",
        "invalid_blocks",
    ),
    ({"text": "t", "attachments": "no"}, "/attachments", "invalid_attachments"),
]


@pytest.mark.parametrize(("content", "pointer", "code"), MESSAGES)
def test_rules_of_whole_messages(content: Json, pointer: str, code: str) -> None:
    assert [(p.pointer, p.code) for p in check_message(content, public=True)] == [(pointer, code)]


def test_a_session_address_is_fine_where_one_person_reads_it() -> None:
    content = {"text": "https://x.example/p/session/1", "unfurl_links": False, "unfurl_media": False}
    assert check_message(content, public=False) == []


VIEWS: list[tuple[Json, str]] = [
    (modal() | {"title": plain(25)}, "/view/title/text"),
    (modal() | {"submit": plain(25)}, "/view/submit/text"),
    (modal() | {"private_metadata": "x" * 3001}, "/view/private_metadata"),
    (modal() | {"callback_id": "x" * 256}, "/view/callback_id"),
    (modal() | {"blocks": [{"type": "divider"}] * 101}, "/view/blocks"),
    (modal() | {"blocks": [table(1, 1)]}, "/view/blocks/0/type"),
    ({k: v for k, v in modal().items() if k != "submit"}, "/view"),
    ({k: v for k, v in modal().items() if k != "title"}, "/view"),
    (modal() | {"type": "home"}, "/view/type"),
    (modal() | {"colour": "red"}, "/view"),
]


@pytest.mark.parametrize(("view", "pointer"), VIEWS)
def test_rules_of_views(view: Json, pointer: str) -> None:
    problems = check_view(view, "modal")
    assert pointer in [problem.pointer for problem in problems]
    assert check_view(modal(), "modal") == []


@pytest.mark.parametrize(
    "view", [None, [], "x", {"type": "modal", "blocks": "x"}, {"type": "modal", "blocks": [1]}]
)
def test_what_is_no_view_at_all_is_refused_without_an_error(view: object) -> None:
    assert check_view(view, "modal")


@pytest.mark.parametrize("block", card())
def test_slack_sdk_finds_nothing_in_what_we_accept(block: Json) -> None:
    assert check_message({"text": "t", "blocks": [block]}, public=True) == []
    parsed = Block.parse(block)
    assert parsed is not None
    parsed.to_dict()


CLASSIC = [
    bad for _, bad, _ in AT_THE_LIMIT[:10] if bad["type"] in {"section", "header", "context", "actions"}
]


@pytest.mark.parametrize("block", CLASSIC)
def test_what_slack_sdk_refuses_we_refuse(block: Json) -> None:
    parsed = Block.parse(block)
    assert parsed is not None
    try:
        parsed.to_dict()
    except SlackObjectFormationError:
        assert check_message({"text": "t", "blocks": [block]}, public=True)


WORDS = st.sampled_from(
    [
        "type",
        "text",
        "elements",
        "options",
        "option_groups",
        "accessory",
        "element",
        "fields",
        "confirm",
        "value",
        "initial_option",
        "initial_options",
        "block_id",
        "action_id",
        "url",
        "style",
        "section",
        "button",
        "blocks",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(WORDS | st.text(max_size=4), inside, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_any_json_is_judged_without_an_error(blocks: Any, attachments: Any) -> None:
    check_message({"text": "t", "blocks": blocks, "attachments": attachments}, public=True)
    check_view(blocks, "modal")
    check_view({"type": "home", "blocks": blocks}, "home")


@given(st.data())
def test_a_damaged_card_is_judged_and_drawn_or_refused(data: st.DataObject) -> None:
    damaged = copy.deepcopy([*card(), *modal()["blocks"]])
    target: Any = data.draw(st.sampled_from(damaged))
    for _ in range(data.draw(st.integers(0, 3))):
        inside = [
            part
            for part in (target.values() if isinstance(target, dict) else target)
            if part and isinstance(part, dict | list)
        ]
        if not inside:
            break
        target = data.draw(st.sampled_from(inside))
    if isinstance(target, dict):
        target[data.draw(WORDS)] = data.draw(JSON)
    else:
        target.append(data.draw(JSON))
    if not check_message({"text": "t", "blocks": damaged}, public=True):
        message = WORKSPACE.post(SUPPORT, BOT_USER, Draft(text="t", blocks=named_blocks(damaged)))
        RENDERER.message(message, READER)
        WORKSPACE.delete(message)
