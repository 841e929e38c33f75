"""What a person chose or typed, in the words of Slack's payloads."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sandbox.slack.model import Json

Raw = Mapping[str, Mapping[str, Sequence[str]]]
"""As the page sends it: block id → action id → the values of the control."""

_PICKED = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
}
_ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
_OPTIONS = frozenset({"multi_static_select", "checkboxes"})
_TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
_STATEFUL = (_ONE_OPTION - {"overflow"}) | _OPTIONS | _TYPED | set(_PICKED) | {"datetimepicker"}


def elements_of(block: Json) -> Iterator[Json]:
    """Yield a block's interactive elements."""
    candidates = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
    for element in candidates:
        if isinstance(element, dict) and "action_id" in element:
            yield element


def find_element(blocks: Sequence[Json], block_id: str, action_id: str) -> Json | None:
    """Return the element with these ids."""
    for block in blocks:
        if block.get("block_id") == block_id:
            return next((e for e in elements_of(block) if e["action_id"] == action_id), None)
    return None


def _option(element: Json, value: str | None) -> Json | None:
    groups = element.get("option_groups", [])
    offered = [*element.get("options", []), *(o for group in groups for o in group.get("options", []))]
    return next((option for option in offered if option.get("value") == value), None)


def typed_value(element: Json, raw: Sequence[str]) -> Json:
    """Return the control's value as `state.values` and `actions` carry it."""
    kind = element["type"]
    first = raw[0] if raw and raw[0] != "" else None
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": _option(element, first)}
    if kind in _OPTIONS:
        chosen = [option for value in raw if (option := _option(element, value)) is not None]
        return {"type": kind, "selected_options": chosen}
    if kind in _PICKED:
        return {"type": kind, _PICKED[kind]: first}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": _seconds(first)}
    return {"type": kind, "value": first}


def _seconds(written: str | None) -> int | None:
    """Return Unix seconds, from the browser's local notation read as UTC, or from seconds."""
    if not written:
        return None
    return int(written) if written.isdigit() else int(datetime.fromisoformat(f"{written}+00:00").timestamp())


def _initial(element: Json) -> list[str]:
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    if "initial_option" in element:
        return [str(element["initial_option"]["value"])]
    names = (
        "initial_value",
        "initial_date",
        "initial_time",
        "initial_user",
        "initial_channel",
        "initial_date_time",
    )
    return [str(element[name]) for name in (*names, "initial_conversation") if name in element]


def state_of(blocks: Sequence[Json], raw: Raw) -> Json:
    """Return `state.values`: every stateful element, filled in or with its initial value."""
    state: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in _STATEFUL:
                block_id, action_id = str(block["block_id"]), element["action_id"]
                values = raw.get(block_id, {}).get(action_id, _initial(element))
                state.setdefault(block_id, {})[action_id] = typed_value(element, values)
    return state


def raw_of(state: Json, block_id: str, element: Json) -> list[str]:
    """Return what the page should show in a control: the state, or the initial value."""
    value = state.get(block_id, {}).get(element.get("action_id"))
    if value is None:
        return _initial(element)
    if "selected_options" in value:
        return [option["value"] for option in value["selected_options"]]
    if "selected_option" in value:
        return [value["selected_option"]["value"]] if value["selected_option"] else []
    return [str(inside) for name, inside in value.items() if name != "type" and inside is not None]


def missing_inputs(blocks: Sequence[Json], state: Json) -> dict[str, str]:
    """Return what Slack itself complains about before it asks the app: block id → sentence."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        value = state.get(block["block_id"], {}).get(element["action_id"], {})
        filled = [inside for name, inside in value.items() if name != "type" and inside not in (None, [], "")]
        complaint = _complaint(element, filled, optional=bool(block.get("optional")))
        if complaint:
            errors[str(block["block_id"])] = complaint
    return errors


def _complaint(element: Json, filled: list[object], *, optional: bool) -> str:
    if not filled:
        return "" if optional else "Please complete this required field."
    text = str(filled[0])
    if element["type"] in _TYPED:
        if len(text) > element.get("max_length", 3000):
            return f"Must be {element['max_length']} characters or fewer."
        if len(text) < element.get("min_length", 0):
            return f"Must be at least {element['min_length']} characters."
    if element["type"] == "email_text_input" and "@" not in text:
        return "Please enter a valid email address."
    if element["type"] == "number_input" and not text.replace(".", "", 1).lstrip("-").isdigit():
        return "Please enter a number."
    return ""


def action_json(element: Json, block_id: str, raw: Sequence[str], action_ts: str) -> Json:
    """Return one entry of `actions`."""
    action: Json = {
        "action_id": element["action_id"],
        "block_id": block_id,
        "type": element["type"],
        "action_ts": action_ts,
    }
    if element["type"] == "button":
        kept = ("text", "value", "style", "url")
        return action | {name: element[name] for name in kept if name in element}
    return action | typed_value(element, raw)
