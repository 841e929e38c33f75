"""Reads what somebody wants a setting to be: typed as text, or taken from a file or from JSON.

A list may be typed as JSON or in short:

- words by commas: `price,quantity`
- pauses: `1 month, 3 months`
- products by semicolons, each with its prices and maybe the bounds of the quantity:
  `prod_a: price_1, price_2; prod_b: price_3 qty 1-50`
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from bot.errors import BadUsage
from bot.portal.configuring.table import BY_PATH, Setting, Shape

LONGEST_TEXT: Final = 2_000
LARGEST: Final = 999_999
_YES: Final = frozenset({"true", "on", "yes"})
_NO: Final = frozenset({"false", "off", "no"})
_NOTHING: Final = frozenset({"", "null", "none"})
_DURATION = re.compile(r"(?P<count>\d{1,4})?\s*(?P<interval>[a-z]+?)s?", re.IGNORECASE)
_PRODUCT = re.compile(
    r"(?P<product>[^\s:]+)\s*:\s*(?P<prices>[^:]*?)(?:\s+qty(?:\s+(?P<least>\d*)\s*[-–]\s*(?P<most>\d*))?)?\s*"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,255}")


_WANTS: Final[Mapping[Shape, str]] = {
    Shape.FLAG: "setting_wants_flag",
    Shape.TEXT: "setting_wants_text",
    Shape.ADDRESS: "setting_wants_address",
    Shape.IDENTIFIER: "setting_wants_identifier",
    Shape.CHOICE: "setting_wants_choice",
    Shape.CHOICES: "setting_wants_choices",
    Shape.IDENTIFIERS: "setting_wants_identifiers",
    Shape.CONDITIONS: "setting_wants_conditions",
    Shape.DURATIONS: "setting_wants_durations",
    Shape.PRODUCTS: "setting_wants_products",
}


class WrongSetting(BadUsage):
    """A setting that does not exist, or a value that it does not take."""

    exit_code = 1


def read_assignments(words: Sequence[str]) -> dict[str, Any]:
    """Read `<path>=<value>` each. Raises WrongSetting for the first that cannot be read."""
    values: dict[str, Any] = {}
    for word in words:
        path, equals, text = word.partition("=")
        if not equals:
            raise WrongSetting("setting_without_value", asked=word[:80])
        setting = find_setting(path.strip())
        if setting.path in values:
            raise WrongSetting("setting_twice", path=setting.path)
        values[setting.path] = read_text(setting, text)
    return values


def find_setting(path: str) -> Setting:
    """Return the setting with that path. Raises WrongSetting, with the path that was most likely meant."""
    setting = BY_PATH.get(path)
    if setting is None:
        near = get_close_matches(path, BY_PATH, n=1, cutoff=0.5)
        raise WrongSetting("unknown_setting", asked=path[:80], near=near[0] if near else None)
    return setting


def read_text(setting: Setting, text: str) -> Any:
    """Read a value as it is typed. Raises WrongSetting."""
    typed = text.strip()
    if setting.shape is Shape.FLAG:
        folded = typed.casefold()
        return read_value(setting, True if folded in _YES else False if folded in _NO else typed)
    if setting.shape is Shape.CHOICE:
        return read_value(setting, typed.casefold().replace("-", "_").replace(" ", "_"))
    if not setting.shape.is_list:
        return read_value(setting, None if typed.casefold() in {"", "null"} else typed)
    if typed[:1] in {"[", "{", '"'}:
        try:
            return read_value(setting, json.loads(typed))
        except ValueError:
            raise WrongSetting("setting_not_json", path=setting.path) from None
    if typed.casefold() in _NOTHING:
        return []
    return read_value(setting, _SHORT[setting.shape](setting, typed))


def read_value(setting: Setting, value: object) -> Any:
    """Check a value that has a type already; None and an empty text unset a text. Raises WrongSetting."""
    if not setting.shape.is_list:
        return _SINGLE[setting.shape](setting, value)
    if value is None or value == "":
        return []
    if not isinstance(value, list | tuple):
        raise _wrong(setting)
    return [_ENTRY[setting.shape](setting, each) for each in value]


def _wrong(setting: Setting) -> WrongSetting:
    return WrongSetting(
        _WANTS[setting.shape],
        path=setting.path,
        choices=", ".join(setting.choices) or None,
        prefix=setting.prefix or None,
    )


def _flag(setting: Setting, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(setting)
    return value


def _choice(setting: Setting, value: object) -> str:
    if not isinstance(value, str) or value not in setting.choices:
        raise _wrong(setting)
    return value


def _text(setting: Setting, value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or _CONTROL.search(value):
        raise _wrong(setting)
    return value


def _address(setting: Setting, value: object) -> str | None:
    address = _text(setting, value)
    if address is not None and not re.fullmatch(r"https?://[^\s/?#@]+([/?#]\S*)?", address):
        raise _wrong(setting)
    return address


def _identifier(setting: Setting, value: object) -> str | None:
    return None if value is None or value == "" else _id(setting, value, setting.prefix)


def _id(setting: Setting, value: object, prefix: str = "") -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value) or not value.startswith(prefix):
        raise _wrong(setting)
    return value


def _known(setting: Setting, value: object, names: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not value.keys() <= names:
        raise _wrong(setting)
    return value


def _number(setting: Setting, value: object, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
        raise _wrong(setting)
    return value


def _condition(setting: Setting, value: object) -> dict[str, Any]:
    named = _known(setting, {"type": value} if isinstance(value, str) else value, frozenset({"type"}))
    return {"type": _choice(setting, named.get("type"))}


def _duration(setting: Setting, value: object) -> dict[str, Any]:
    given = _known(setting, value, frozenset({"interval", "interval_count"}))
    count = _number(setting, given.get("interval_count", 1), 1)
    return {"interval": _choice(setting, given.get("interval")), "interval_count": count}


def _product(setting: Setting, value: object) -> dict[str, Any]:
    given = _known(setting, value, frozenset({"product", "prices", "adjustable_quantity"}))
    prices = given.get("prices")
    if not isinstance(prices, list | tuple) or not prices:
        raise _wrong(setting)
    entry: dict[str, Any] = {
        "product": _id(setting, given.get("product")),
        "prices": [_id(setting, price) for price in prices],
    }
    if given.get("adjustable_quantity") is not None:
        entry["adjustable_quantity"] = _quantity(setting, given["adjustable_quantity"])
    return entry


def _quantity(setting: Setting, value: object) -> dict[str, Any]:
    given = _known(setting, value, frozenset({"enabled", "minimum", "maximum"}))
    bounds: dict[str, Any] = {"enabled": _flag(setting, given.get("enabled"))}
    for name, least in (("minimum", 0), ("maximum", 1)):
        if given.get(name) is not None:
            bounds[name] = _number(setting, given[name], least)
    if bounds.get("minimum", 0) > bounds.get("maximum", LARGEST):
        raise WrongSetting("quantity_bounds_crossed", path=setting.path)
    if bounds["enabled"]:
        bounds.setdefault("maximum", None)  # no upper bound, which is not the one that Stripe has
    return bounds


def _typed_words(_setting: Setting, text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _typed_choices(setting: Setting, text: str) -> list[str]:
    return [word.casefold().replace("-", "_").replace(" ", "_") for word in _typed_words(setting, text)]


def _typed_durations(setting: Setting, text: str) -> list[dict[str, Any]]:
    found = [_DURATION.fullmatch(word) for word in _typed_words(setting, text)]
    return [
        {"interval": each["interval"].casefold(), "interval_count": int(each["count"] or 1)}
        if each
        else _refuse(setting)
        for each in found
    ]


def _typed_products(setting: Setting, text: str) -> list[dict[str, Any]]:
    return [_typed_product(setting, each.strip()) for each in text.split(";") if each.strip()]


def _typed_product(setting: Setting, text: str) -> dict[str, Any]:
    found = _PRODUCT.fullmatch(text)
    if found is None:
        raise _wrong(setting)
    entry: dict[str, Any] = {
        "product": found["product"],
        "prices": _typed_words(setting, found["prices"].replace(" ", ",")),
    }
    entry["adjustable_quantity"] = {"enabled": False}
    if re.search(r"\sqty\b", text):
        typed = {"minimum": found["least"], "maximum": found["most"]}
        limits = {name: int(number) for name, number in typed.items() if number}
        entry["adjustable_quantity"] = {"enabled": True, **limits}
    return entry


def _refuse(setting: Setting) -> Any:
    raise _wrong(setting)


_SINGLE: Final[Mapping[Shape, Callable[[Setting, object], Any]]] = {
    Shape.FLAG: _flag,
    Shape.TEXT: _text,
    Shape.ADDRESS: _address,
    Shape.IDENTIFIER: _identifier,
    Shape.CHOICE: _choice,
}
_ENTRY: Final[Mapping[Shape, Callable[[Setting, object], Any]]] = {
    Shape.CHOICES: _choice,
    Shape.IDENTIFIERS: lambda setting, value: _id(setting, value, setting.prefix),
    Shape.CONDITIONS: _condition,
    Shape.DURATIONS: _duration,
    Shape.PRODUCTS: _product,
}
_SHORT: Final[Mapping[Shape, Callable[[Setting, str], list[Any]]]] = {
    Shape.CHOICES: _typed_choices,
    Shape.IDENTIFIERS: _typed_words,
    Shape.CONDITIONS: _typed_choices,
    Shape.DURATIONS: _typed_durations,
    Shape.PRODUCTS: _typed_products,
}
