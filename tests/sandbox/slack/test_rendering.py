"""What an app sends can be drawn, and can never become markup."""

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.feed import Feed
from sandbox.slack.block_checker import check_message
from sandbox.slack.model import BOT_USER, Draft
from sandbox.slack.render import Renderer
from sandbox.slack.render.mrkdwn import render_mrkdwn
from sandbox.slack.render.reader import Reader
from sandbox.slack.seed import AGENT, ONCALL, SUPPORT
from sandbox.slack.views import Views, named_blocks
from sandbox.slack.workspace import Workspace
from tests.sandbox.slack.fake_bot import card, link_blocks, modal

Json = dict[str, Any]
NOW = 1_795_000_000.0
WORKSPACE = Workspace(Feed(), lambda: NOW, "cus_1")
READER = Reader(WORKSPACE.users[AGENT], WORKSPACE, lambda: NOW)
RENDERER = Renderer()
WRITTEN = """a article b blockquote br button code details div dl fieldset figcaption figure form footer h2 h3
header hr i input label li line ol optgroup option p path pre rect s select small span summary svg
table td text textarea th time title tr ul"""
OUR_TAGS = set(WRITTEN.split())


class Tags(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def parse(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    return parser


def safe(html: str) -> Tags:
    found = parse(html)
    assert set(found.tags) <= OUR_TAGS
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in {"style", "src"}]
    for name, value in found.attributes:
        if name == "href":
            assert value.lower().startswith(("http:", "https:", "mailto:", "tel:", "slack:"))
    return found


HOSTILE = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                "<",
                ">",
                "&lt;",
                "&amp;",
                "*",
                "_",
                "~",
                "`",
                "```",
                "|",
                "\n",
                ">",
                '"',
                "'",
                ":x:",
                "<!date^1^{date}|",
                "@U0ALEX",
                "<script>",
                "<img src=x onerror=alert(1)>",
                "javascript:alert(1)",
                "https://a.example",
                "<!channel>",
                "</pre>",
                "{{ 7 }}",
                "&#60;b&#62;",
            ]
        ),
        max_size=14,
    ).map("".join),
)


@given(HOSTILE)
def test_mrkdwn_never_lets_a_tag_through(text: str) -> None:
    safe(str(render_mrkdwn(text, READER)))


@given(HOSTILE)
def test_no_text_anywhere_in_a_message_becomes_markup(text: str) -> None:
    words = text or "x"
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": words}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": words},
            "fields": [{"type": "plain_text", "text": words}],
        },
        {"type": "image", "alt_text": words, "image_url": words},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": words,
                    "value": words,
                    "text": {"type": "plain_text", "text": words},
                    "url": words,
                    "confirm": {
                        name: {"type": "plain_text", "text": words}
                        for name in ("title", "text", "confirm", "deny")
                    },
                }
            ],
        },
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_preformatted",
                    "elements": [
                        {"type": "text", "text": words},
                        {"type": "link", "url": words},
                        {"type": "emoji", "name": words},
                        {"type": "user", "user_id": words},
                    ],
                }
            ],
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": words}]]},
        {
            "type": "data_visualization",
            "title": words,
            "chart": {"type": "pie", "segments": [{"label": words, "value": 1}]},
        },
    ]
    draft = Draft(text=words, blocks=named_blocks(blocks), attachments=[{"text": words}])
    message = WORKSPACE.post(SUPPORT, BOT_USER, draft)
    message.reactions = {words: 1}
    safe(str(RENDERER.message(message, READER)))
    WORKSPACE.delete(message)


@given(HOSTILE)
def test_nothing_in_a_modal_becomes_markup(text: str) -> None:
    words = text or "x"
    definition = modal(words)
    definition["blocks"][1]["element"]["initial_value"] = words
    definition["blocks"][1]["label"]["text"] = words
    view = Views(Feed()).open(AGENT, definition)
    view.errors = {"to": words, "": words}
    safe(str(RENDERER.modal(view, 1, READER)))


@given(st.lists(st.sampled_from(["*", "_", "~", "x", " "]), max_size=400).map("".join))
def test_nesting_has_an_end(text: str) -> None:
    safe(str(render_mrkdwn(text, READER)))


MRKDWN = [
    ("*bold* _it_ ~gone~ `code`", "<b>bold</b> <i>it</i> <s>gone</s> <code>code</code>"),
    ("*a _b_*", "<b>a <i>b</i></b>"),
    ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
    ("a &lt;b&gt; &amp;amp;", "a &lt;b&gt; &amp;amp;"),
    ("`*no*`", "<code>*no*</code>"),
    ("one\ntwo", "one<br>two"),
    ("> said\nnext", "<blockquote>said</blockquote>next"),
    ("&gt; said", "<blockquote>said</blockquote>"),
    ("```a\n<https://x.example|y>```", "<pre>a\nhttps://x.example</pre>"),
    (":tada: :unknown_one:", "🎉 :unknown_one:"),
    ("<javascript:alert(1)|click>", "click"),
    ("<@U0ALEX>", '<span class="mention">@Alex Kim</span>'),
    ("<#C0SUPPORT>", '<span class="mention">#support</span>'),
    ("<!subteam^S0ONCALL>", '<span class="mention loud">@billing-oncall</span>'),
    ("<!channel>", '<span class="mention loud">@channel</span>'),
    (
        "<https://x.example/?a=1&amp;b=2|here>",
        '<a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">here</a>',
    ),
    (
        "<mailto:a@b.example|a@b.example>",
        '<a href="mailto:a@b.example" target="_blank" rel="noopener noreferrer">a@b.example</a>',
    ),
]


@pytest.mark.parametrize(("text", "html"), MRKDWN)
def test_mrkdwn_looks_as_in_slack(text: str, html: str) -> None:
    assert str(render_mrkdwn(text, READER)) == html


DATES = [
    ("{date_num} {time}", AGENT, "2026-11-18 12:06 PM"),
    ("{date_num} {time}", ONCALL, "2026-11-18 8:06 PM"),
    ("{date}", AGENT, "November 18th, 2026"),
    ("{date_long}", AGENT, "Wednesday, November 18th, 2026"),
    ("{date_short_pretty} at {time}", AGENT, "today at 12:06 PM"),
    ("{ago} {what}", AGENT, "now {what}"),
]


@pytest.mark.parametrize(("template", "user", "shown"), DATES)
def test_dates_are_in_the_readers_time_zone(template: str, user: str, shown: str) -> None:
    reader = Reader(WORKSPACE.users[user], WORKSPACE, lambda: NOW)
    html = render_mrkdwn(f"<!date^1795000000^{template}|fallback>", reader)
    assert html == f'<time title="fallback">{shown}</time>'


def test_a_time_no_calendar_has_shows_the_fallback() -> None:
    assert "some day" in render_mrkdwn("<!date^99999999999999999^{date}|some day>", READER)


def test_every_block_of_the_card_is_drawn() -> None:
    blocks = named_blocks([*card(), *link_blocks("https://billing.example/p/session/test_1")])
    message = WORKSPACE.post(SUPPORT, BOT_USER, Draft(text="x", blocks=blocks), only_for=AGENT)
    html = str(RENDERER.message(message, READER))
    for words in (
        "Only visible to you",
        "Jenny Rosen 💳",
        "Portal link",
        "https://billing.example/p/session/test_1",
    ):
        assert words in html
    assert 'data-confirm-title="Make a cancellation link?"' in html
    WORKSPACE.delete(message)


POINTS = [{"label": "Mon", "value": 4}, {"label": "Tue", "value": 0}]


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie"])
def test_charts_are_drawn(kind: str) -> None:
    axes: Json = {
        "series": [{"name": "failed", "data": POINTS}],
        "axis_config": {"categories": ["Mon", "Tue"]},
    }
    chart: Json = {"type": kind, **({"segments": POINTS} if kind == "pie" else axes)}
    blocks: list[Json] = [{"type": "data_visualization", "title": "Failures", "chart": chart}]
    assert check_message({"text": "t", "blocks": blocks}, public=True) == []
    message = WORKSPACE.post(SUPPORT, BOT_USER, Draft(text="x", blocks=blocks))
    found = parse(str(RENDERER.message(message, READER)))
    assert "svg" in found.tags
    assert "Failures" in "".join(found.words)
    WORKSPACE.delete(message)
