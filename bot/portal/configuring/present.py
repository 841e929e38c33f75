"""A portal configuration as values by path, and back into the shape of Stripe's JSON."""

from collections.abc import Mapping
from typing import Any

from bot.portal.configuring.table import SETTINGS, Setting, Settings, Shape
from bot.portal.models.reading import entries, flag, identifier, inner, mapping, text, whole


def settings_of(source: Mapping[str, object]) -> dict[str, Any]:
    """Return every setting of a `billing_portal.configuration` by its path.

    A list that is null or absent reads as empty, any other value that is absent as None. The products are
    those of an answer in which they were expanded.
    """
    return {setting.path: _value(source, setting) for setting in SETTINGS}


def nested(settings: Settings) -> dict[str, Any]:
    """Return the settings as the objects in objects that Stripe's JSON has."""
    whole_object: dict[str, Any] = {}
    for path, value in settings.items():
        *above, last = path.split(".")
        place = whole_object
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return whole_object


def _value(source: Mapping[str, object], setting: Setting) -> Any:
    *above, last = setting.path.split(".")
    for name in above:
        source = inner(source, name)
    if setting.shape is Shape.FLAG:
        return flag(source, last)
    if setting.shape is Shape.IDENTIFIER:
        return identifier(source.get(last))
    if not setting.shape.is_list:
        return text(source, last) or None
    found = entries(source.get(last))
    if setting.shape is Shape.CHOICES:
        return [each for each in found if isinstance(each, str)]
    if setting.shape is Shape.IDENTIFIERS:
        return [each for each in map(identifier, found) if each]
    return [_ENTRIES[setting.shape](mapping(each)) for each in found]


def _product(source: Mapping[str, object]) -> dict[str, Any]:
    quantity = inner(source, "adjustable_quantity")
    return {
        "product": identifier(source.get("product")),
        "prices": [each for each in map(identifier, entries(source.get("prices"))) if each],
        "adjustable_quantity": {
            "enabled": flag(quantity, "enabled") is True,
            "minimum": whole(quantity, "minimum"),
            "maximum": whole(quantity, "maximum"),
        },
    }


def _duration(source: Mapping[str, object]) -> dict[str, Any]:
    return {"interval": text(source, "interval"), "interval_count": whole(source, "interval_count")}


def _condition(source: Mapping[str, object]) -> dict[str, Any]:
    return {"type": text(source, "type")}


_ENTRIES = {Shape.PRODUCTS: _product, Shape.DURATIONS: _duration, Shape.CONDITIONS: _condition}
