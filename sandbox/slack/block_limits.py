"""Slack's limits on blocks, elements and views, as data.

Numbers are those of https://docs.slack.dev/reference/block-kit, where @slack/types and slack_sdk disagree the
smaller one. `block_checker` walks payloads against these shapes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Text:
    """A text object of 1 to `maximum` characters."""

    maximum: int
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Str:
    """A string."""

    maximum: int
    minimum: int = 1
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A JSON boolean."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Free:
    """Any object whose inside is not checked."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    item: "Spec"
    maximum: int
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these fields and no others; `any_of` names fields of which one must be there."""

    required: Mapping[str, "Spec"]
    optional: Mapping[str, "Spec"] = field(default_factory=dict)
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """An object whose `type` picks its shape from `SHAPES`."""

    names: tuple[str, ...]


Spec = Text | Str | Number | Flag | OneOf | Free | Many | Shape | Kind

URL: Final = Str(3000, pattern=r"[a-z][a-z0-9+.-]*:\S+")
ACTION: Final[Mapping[str, Spec]] = {"action_id": Str(255)}
CONFIRM: Final = Shape(
    {"title": Text(100), "text": Text(300, plain=False), "confirm": Text(30), "deny": Text(30)},
    {"style": OneOf(("primary", "danger"))},
)
_OPTION_EXTRA: Final[Mapping[str, Spec]] = {"description": Text(75, plain=False), "url": URL}
OPTION: Final = Shape({"text": Text(75), "value": Str(75)}, _OPTION_EXTRA)
RICH_OPTION: Final = Shape({"text": Text(75, plain=False), "value": Str(75)}, _OPTION_EXTRA)
GROUP: Final = Shape({"label": Text(75), "options": Many(OPTION, 100)})
_ASK: Final[Mapping[str, Spec]] = {**ACTION, "confirm": CONFIRM, "focus_on_load": Flag()}
_HINTED: Final[Mapping[str, Spec]] = {**_ASK, "placeholder": Text(150)}
_TYPED: Final[Mapping[str, Spec]] = {
    **_HINTED,
    "initial_value": Str(3000, 0),
    "dispatch_action_config": Free(),
}
_ONE: Final[Mapping[str, Spec]] = {
    **_HINTED,
    "options": Many(OPTION, 100),
    "option_groups": Many(GROUP, 100),
    "initial_option": OPTION,
}
_SEVERAL: Final[Mapping[str, Spec]] = {
    **{name: spec for name, spec in _ONE.items() if name != "initial_option"},
    "initial_options": Many(OPTION, 100),
    "max_selected_items": Number(),
}
_STYLE: Final[Mapping[str, Spec]] = {"style": Free()}

ELEMENTS: Final[Mapping[str, Shape]] = {
    "button": Shape(
        {"text": Text(75)},
        {
            **ACTION,
            "value": Str(2000),
            "url": URL,
            "style": OneOf(("primary", "danger")),
            "confirm": CONFIRM,
            "accessibility_label": Str(75),
        },
    ),
    "image": Shape(
        {"alt_text": Str(2000)}, {"image_url": URL, "slack_file": Free()}, ("image_url", "slack_file")
    ),
    "overflow": Shape({"options": Many(OPTION, 5)}, {**ACTION, "confirm": CONFIRM}),
    "static_select": Shape({}, _ONE, ("options", "option_groups")),
    "multi_static_select": Shape({}, _SEVERAL, ("options", "option_groups")),
    "external_select": Shape({}, {**_HINTED, "min_query_length": Number(), "initial_option": OPTION}),
    "users_select": Shape({}, {**_HINTED, "initial_user": Str(255)}),
    "channels_select": Shape({}, {**_HINTED, "initial_channel": Str(255), "response_url_enabled": Flag()}),
    "conversations_select": Shape(
        {},
        {
            **_HINTED,
            "initial_conversation": Str(255),
            "default_to_current_conversation": Flag(),
            "response_url_enabled": Flag(),
            "filter": Free(),
        },
    ),
    "radio_buttons": Shape({"options": Many(RICH_OPTION, 10)}, {**_ASK, "initial_option": RICH_OPTION}),
    "checkboxes": Shape(
        {"options": Many(RICH_OPTION, 10)}, {**_ASK, "initial_options": Many(RICH_OPTION, 10)}
    ),
    "datepicker": Shape({}, {**_HINTED, "initial_date": Str(10, 10, r"\d{4}-\d\d-\d\d")}),
    "timepicker": Shape({}, {**_HINTED, "initial_time": Str(5, 5, r"\d\d:\d\d"), "timezone": Str(255)}),
    "datetimepicker": Shape({}, {**_ASK, "initial_date_time": Number()}),
    "plain_text_input": Shape(
        {}, {**_TYPED, "multiline": Flag(), "min_length": Number(), "max_length": Number()}
    ),
    "email_text_input": Shape({}, _TYPED),
    "url_text_input": Shape({}, _TYPED),
    "number_input": Shape(
        {"is_decimal_allowed": Flag()}, {**_TYPED, "min_value": Str(50), "max_value": Str(50)}
    ),
}
_PICKERS = ("datepicker", "timepicker", "datetimepicker")
_SELECTS = (
    "static_select",
    "multi_static_select",
    "external_select",
    "users_select",
    "channels_select",
    "conversations_select",
)
_CHOICES = ("radio_buttons", "checkboxes")
_WRITTEN = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
ACCESSORIES: Final = Kind(("button", "image", "overflow", *_SELECTS, *_CHOICES, *_PICKERS))
IN_ACTIONS: Final = Kind(("button", "overflow", *_SELECTS, *_CHOICES, *_PICKERS))
INPUTS: Final = Kind((*_SELECTS, *_CHOICES, *_PICKERS, *_WRITTEN))

_INLINE = Kind(("text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color"))
_SECTION = Many(_INLINE, 1000, 0)
RICH: Final[Mapping[str, Shape]] = {
    "text": Shape({"text": Str(3000)}, _STYLE),
    "link": Shape({"url": URL}, {**_STYLE, "text": Str(3000), "unsafe": Flag()}),
    "emoji": Shape({"name": Str(100)}, {**_STYLE, "unicode": Str(100), "skin_tone": Number()}),
    "user": Shape({"user_id": Str(255)}, _STYLE),
    "usergroup": Shape({"usergroup_id": Str(255)}, _STYLE),
    "channel": Shape({"channel_id": Str(255)}, _STYLE),
    "broadcast": Shape({"range": OneOf(("here", "channel", "everyone"))}, _STYLE),
    "date": Shape({"timestamp": Number(), "format": Str(255)}, {**_STYLE, "url": URL, "fallback": Str(255)}),
    "color": Shape({"value": Str(20)}, _STYLE),
    "rich_text_section": Shape({"elements": _SECTION}),
    "rich_text_quote": Shape({"elements": _SECTION}, {"border": Number()}),
    "rich_text_preformatted": Shape({"elements": _SECTION}, {"border": Number(), "language": Str(50)}),
    "rich_text_list": Shape(
        {"style": OneOf(("bullet", "ordered")), "elements": Many(Kind(("rich_text_section",)), 1000)},
        {"indent": Number(), "border": Number(), "offset": Number()},
    ),
}
_RICH_PARTS = Kind(("rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list"))

_POINT = Shape({"label": Str(20), "value": Number()})
_SERIES: Final[Mapping[str, Spec]] = {
    "series": Many(Shape({"name": Str(20), "data": Many(_POINT, 20)}), 12),
    "axis_config": Shape({"categories": Many(Str(20), 20)}, {"x_label": Str(50), "y_label": Str(50)}),
}
CHARTS: Final[Mapping[str, Shape]] = {
    "pie": Shape({"segments": Many(_POINT, 12)}),
    "bar": Shape(_SERIES),
    "line": Shape(_SERIES),
    "area": Shape(_SERIES),
}

BLOCKS: Final[Mapping[str, Shape]] = {
    "section": Shape(
        {},
        {
            "text": Text(3000, plain=False),
            "fields": Many(Text(2000, plain=False), 10),
            "accessory": ACCESSORIES,
            "expand": Flag(),
        },
        ("text", "fields"),
    ),
    "header": Shape({"text": Text(150)}, {"level": Number()}),
    "context": Shape({"elements": Many(Kind(("plain_text", "mrkdwn", "image")), 10)}),
    "actions": Shape({"elements": Many(IN_ACTIONS, 25)}),
    "divider": Shape({}),
    "image": Shape(
        {"alt_text": Str(2000)},
        {"image_url": URL, "slack_file": Free(), "title": Text(2000)},
        ("image_url", "slack_file"),
    ),
    "input": Shape(
        {"label": Text(2000), "element": INPUTS},
        {"hint": Text(2000), "optional": Flag(), "dispatch_action": Flag()},
    ),
    "rich_text": Shape({"elements": Many(_RICH_PARTS, 100)}),
    "table": Shape(
        {"rows": Many(Many(Kind(("raw_text", "raw_number", "rich_text")), 20), 100)},
        {"column_settings": Many(Free(), 20)},
    ),
    "markdown": Shape({"text": Str(12_000)}),
    "data_visualization": Shape({"title": Str(50), "chart": Kind(tuple(CHARTS))}),
    "alert": Shape({"text": Text(200, plain=False)}, {"level": Str(20)}),
}

SHAPES: Final[Mapping[str, Shape]] = {
    **ELEMENTS,
    **RICH,
    **CHARTS,
    "plain_text": Shape({"text": Str(3000)}, {"emoji": Flag()}),
    "mrkdwn": Shape({"text": Str(3000)}, {"verbatim": Flag()}),
    "raw_text": Shape({"text": Str(3000)}),
    "raw_number": Shape({"value": Number()}, {"text": Str(3000)}),
    "rich_text": BLOCKS["rich_text"],
}

VIEW: Final = Shape(
    {"blocks": Many(Free(), 100, 0)},
    {
        "title": Text(24),
        "submit": Text(24),
        "close": Text(24),
        "private_metadata": Str(3000, 0),
        "callback_id": Str(255, 0),
        "external_id": Str(255, 0),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
    },
)
MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
MESSAGE_ONLY: Final = frozenset({"table", "data_visualization", "markdown"})
MODAL_ONLY: Final = frozenset({"alert"})
PER_MESSAGE: Final[Mapping[str, int]] = {"table": 1, "data_visualization": 2}
MESSAGE_TEXT: Final = 40_000
ALL_CHARACTERS: Final = 13_200
"""Observed, not documented: https://github.com/slackapi/bolt-js/issues/2509."""
