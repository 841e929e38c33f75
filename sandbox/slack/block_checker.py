"""Checks messages and views the way Slack does, and a little more strictly.

Stricter than Slack, on purpose: fallback `text` beside blocks, unfurling switched off for portal and login
addresses, no portal session address where a channel reads it, no unknown `<!…>` form, no date that people
would read as `<!date^…>`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from sandbox.slack import block_limits as limits
from sandbox.slack.block_limits import Flag, Free, Kind, Many, Number, OneOf, Shape, Spec, Str, Text
from sandbox.slack.model import Json

_SPECIAL = re.compile(
    r"<!(?!date\^\d+\^[^<>|]+\|[^<>]*>|(?:channel|here|everyone)(?:\|[^<>]*)?>|subteam\^S\w+(?:\|[^<>]*)?>)"
)
_ESCAPED_DATE = re.compile(r"&lt;!date\^\d")
_PLAIN_DATE = re.compile(r"<!date\^\d")
_PORTAL_URL = re.compile(r"https?://[^\s|<>\"]*/p/(?:session|login)/")
_SESSION_URL = re.compile(r"https?://[^\s|<>\"]*/p/session/")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing Slack refuses, with the place as a JSON pointer."""

    pointer: str
    message: str
    code: str = "invalid_blocks"

    def __str__(self) -> str:
        """Return it as `response_metadata.messages` words it."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


def check_message(content: Json, *, public: bool) -> list[Problem]:
    """Return everything wrong with `text`, `blocks`, `attachments` and the unfurl flags of a message."""
    problems: list[Problem] = []
    blocks = content.get("blocks", [])
    problems += _check_blocks(blocks, "/blocks", limits.MESSAGE_BLOCKS, "message")
    attachments = content.get("attachments", [])
    if not isinstance(attachments, list):
        return [Problem("/attachments", "must be an array", "invalid_attachments")]
    for number, attachment in enumerate(attachments):
        if not isinstance(attachment, dict):
            return [Problem(f"/attachments/{number}", "must be an object", "invalid_attachments")]
        inside = attachment.get("blocks", [])
        problems += _check_blocks(inside, f"/attachments/{number}/blocks", limits.MESSAGE_BLOCKS, "message")
    problems += _check_words(content, public=public)
    if not problems and sum(map(len, _texts(blocks))) > limits.ALL_CHARACTERS:
        problems.append(
            Problem("/blocks", "too many characters in all blocks together", "msg_blocks_too_long")
        )
    return problems


def check_view(view: Any, surface: str) -> list[Problem]:
    """Return everything wrong with a modal or home tab."""
    if not isinstance(view, dict):
        return [Problem("/view", "must be an object", "invalid_arguments")]
    if view.get("type") != surface:
        return [Problem("/view/type", f"must be {surface}", "invalid_arguments")]
    problems = list(_walk(limits.VIEW, {k: v for k, v in view.items() if k != "type"}, "/view"))
    problems += _check_blocks(view.get("blocks", []), "/view/blocks", limits.VIEW_BLOCKS, surface)
    if surface == "modal":
        kinds = {str(block.get("type")) for block in _items(view, "blocks") if isinstance(block, dict)}
        problems += [Problem("/view", "missing required field: title")] if "title" not in view else []
        if "input" in kinds and "submit" not in view:
            problems.append(Problem("/view", "missing required field: submit (there are input blocks)"))
    problems += _forms(view, "/view")
    return problems


def check_options(options: Any) -> list[Problem]:
    """Return everything wrong with the options that a menu is answered with; there may be none."""
    return list(_walk(Many(limits.OPTION, 100, 0), options, "/options"))


def _check_blocks(blocks: Any, pointer: str, maximum: int, surface: str) -> list[Problem]:
    if not isinstance(blocks, list):
        return [Problem(pointer, "must be an array", "invalid_blocks_format")]
    problems = []
    if len(blocks) > maximum:
        problems.append(Problem(pointer, f"no more than {maximum} items allowed"))
    for number, block in enumerate(blocks):
        problems += _check_block(block, f"{pointer}/{number}", surface)
    kinds = Counter(str(block.get("type")) for block in blocks if isinstance(block, dict))
    for kind, most in limits.PER_MESSAGE.items():
        if kinds[kind] > most:
            problems.append(Problem(pointer, f"only {most} {kind} block(s) allowed"))
    ids = Counter(str(block.get("block_id", "")) for block in blocks if isinstance(block, dict))
    problems += [
        Problem(pointer, f"block_id already exists: {block_id}")
        for block_id, n in ids.items()
        if block_id and n > 1
    ]
    return problems


def _check_block(block: Any, pointer: str, surface: str) -> Iterator[Problem]:
    if not isinstance(block, dict):
        yield Problem(pointer, "must be an object")
        return
    kind = block.get("type")
    shape = limits.BLOCKS.get(str(kind))
    if shape is None:
        yield Problem(f"{pointer}/type", f"unsupported type: {kind}")
        return
    if (kind in limits.MESSAGE_ONLY and surface != "message") or (
        kind in limits.MODAL_ONLY and surface != "modal"
    ):
        yield Problem(f"{pointer}/type", f"unsupported type: {kind} (not in a {surface})")
    optional = {**shape.optional, "block_id": Str(255)}
    inside = {name: value for name, value in block.items() if name != "type"}
    yield from _walk(Shape(shape.required, optional, shape.any_of), inside, pointer)
    ids = Counter(
        str(part.get("action_id", "")) for part in _items(block, "elements") if isinstance(part, dict)
    )
    for action_id, count in ids.items():
        if action_id and count > 1:
            yield Problem(f"{pointer}/elements", f"action_id already exists: {action_id}")


def _walk(spec: Spec, value: Any, pointer: str) -> Iterator[Problem]:  # noqa: C901, PLR0912 - one arm per spec
    match spec:
        case Text():
            yield from _walk_text(spec, value, pointer)
        case Str():
            yield from _walk_string(spec, value, pointer)
        case Number():
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield Problem(pointer, "must be a number")
        case Flag():
            if not isinstance(value, bool):
                yield Problem(pointer, "must be a boolean")
        case OneOf():
            if value not in spec.words:
                yield Problem(pointer, f"must be one of: {', '.join(spec.words)}")
        case Free():
            if not isinstance(value, dict | type(None)):
                yield Problem(pointer, "must be an object")
        case Many():
            yield from _walk_list(spec, value, pointer)
        case Kind():
            yield from _walk_kind(spec, value, pointer)
        case Shape():
            yield from _walk_shape(spec, value, pointer)
        case _:
            assert_never(spec)


def _walk_text(spec: Text, value: Any, pointer: str) -> Iterator[Problem]:
    kinds = ("plain_text",) if spec.plain else ("plain_text", "mrkdwn")
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield Problem(pointer, f"must be a {' or '.join(kinds)} object")
        return
    extra: Mapping[str, Spec] = {"emoji": Flag()} if value["type"] == "plain_text" else {"verbatim": Flag()}
    inside = {name: part for name, part in value.items() if name != "type"}
    yield from _walk(Shape({"text": Str(spec.maximum)}, extra), inside, pointer)


def _walk_string(spec: Str, value: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(pointer, "must be a string")
    elif len(value) > spec.maximum:
        yield Problem(pointer, f"must be less than {spec.maximum + 1} characters")
    elif len(value) < spec.minimum:
        yield Problem(pointer, f"must be more than {spec.minimum - 1} characters")
    elif spec.pattern and not re.fullmatch(spec.pattern, value):
        yield Problem(pointer, "has the wrong form")


def _walk_list(spec: Many, value: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(pointer, "must be an array")
        return
    if len(value) > spec.maximum:
        yield Problem(pointer, f"no more than {spec.maximum} items allowed")
    if len(value) < spec.minimum:
        yield Problem(pointer, f"no less than {spec.minimum} items allowed")
    for number, item in enumerate(value):
        yield from _walk(spec.item, item, f"{pointer}/{number}")


def _walk_kind(spec: Kind, value: Any, pointer: str) -> Iterator[Problem]:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in spec.names:
        yield Problem(pointer, f"unsupported type: {kind}")
        return
    inside = {name: part for name, part in value.items() if name != "type"}
    yield from _walk(limits.SHAPES[kind], inside, pointer)
    yield from _check_initial(value, pointer)


def _walk_shape(spec: Shape, value: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(pointer, "must be an object")
        return
    for name in spec.required:
        if name not in value:
            yield Problem(pointer, f"missing required field: {name}")
    if spec.any_of and not any(name in value for name in spec.any_of):
        yield Problem(pointer, f"missing required field: {' or '.join(spec.any_of)}")
    for name, inside in value.items():
        known = spec.required.get(name) or spec.optional.get(name)
        if known is None:
            yield Problem(pointer, f"invalid additional property: {name}")
        else:
            yield from _walk(known, inside, f"{pointer}/{name}")


def _check_initial(element: Json, pointer: str) -> Iterator[Problem]:
    groups = [group for group in _items(element, "option_groups") if isinstance(group, dict)]
    offered = _items(element, "options") + [option for group in groups for option in _items(group, "options")]
    chosen = _items(element, "initial_options")
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    if element.get("type") != "external_select" and any(option not in offered for option in chosen):
        yield Problem(pointer, "initial option must be one of the options")


def _items(holder: Json, name: str) -> list[Any]:
    items = holder.get(name)
    return list(items) if isinstance(items, list) else []


def _check_words(content: Json, *, public: bool) -> Iterator[Problem]:
    blocks, text = content.get("blocks", []), content.get("text", "")
    if (blocks or content.get("attachments")) and not text:
        yield Problem("/text", "missing fallback text beside the blocks")
    if len(text) > limits.MESSAGE_TEXT:
        yield Problem("/text", "too long", "msg_too_long")
    everything = "\n".join(_strings(content))
    if _PORTAL_URL.search(everything) and (content.get("unfurl_links") or content.get("unfurl_media")):
        yield Problem("/unfurl_links", "a portal or login address needs unfurl_links and unfurl_media off")
    if public and _SESSION_URL.search(everything):
        yield Problem("/blocks", "a portal session address must not be readable by a whole channel")
    yield from _forms(content, "")


def _forms(value: Any, pointer: str) -> Iterator[Problem]:
    """Yield the unknown `<!…>` forms wherever Slack would read mrkdwn, and those shown as they are."""
    if isinstance(value, dict):
        text, kind = value.get("text"), value.get("type")
        if kind in (None, "mrkdwn"):
            yield from _unknown_form(text, f"{pointer}/text")
        shown_as_it_is = _PLAIN_DATE if kind == "plain_text" else _ESCAPED_DATE
        if isinstance(text, str) and shown_as_it_is.search(text):
            yield Problem(f"{pointer}/text", "a date is shown as its code")
        for name, inside in value.items():
            yield from _forms(inside, f"{pointer}/{name}")
    elif isinstance(value, list):
        for number, inside in enumerate(value):
            yield from _forms(inside, f"{pointer}/{number}")


def _unknown_form(text: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(text, str) and (found := _SPECIAL.search(text)):
        yield Problem(pointer, f"unknown special form: {text[found.start() : found.start() + 20]}")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inside in value.items():
            if name == "text" and isinstance(inside, str):
                yield inside
            else:
                yield from _texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _texts(inside)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inside in value.values():
            yield from _strings(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _strings(inside)
