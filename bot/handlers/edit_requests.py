"""Reads the requests of the window that edits a configuration."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bot.errors import BadUsage
from bot.handlers.requests import Body, InModal
from bot.portal.configuring.limits import PRODUCTS
from bot.portal.configuring.reading import WrongSetting, read_text
from bot.portal.configuring.table import BY_PATH, Settings, Shape
from bot.replies.config_edit import MORE, PRICES, QUANTITY
from bot.slack.request import SlackRequest

VIEW, PAGE, VALUES = "view", "page", "values"
_BOUNDS = re.compile(r"(\d{0,6})\s*[-–]\s*(\d{0,6})")


class _Values(BaseModel):
    values: dict[str, str | list[str] | None]


def read_edit(body: Body) -> SlackRequest:
    """Read a page that was left, or the submitted window.

    `text` is the window's metadata; `fields` has the window's id as VIEW, the page that is wanted next as
    PAGE, and everything that was filled in as JSON, by block id, as VALUES.
    """
    seen = InModal.model_validate(body)
    inputs = seen.view.state.values.items()
    given = {block: next(iter(each.values())).filled_in for block, each in inputs if each}
    page = seen.actions[0].value if seen.actions else None
    fields = {
        VIEW: seen.view.id,
        PAGE: page or "",
        VALUES: _Values(values=given).model_dump_json(),
    }
    return seen.answer(fields, "edit", seen.view.id, seen.user.id, fields[VALUES])


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in: settings that can be read, and what is wrong by block id."""

    settings: Settings
    wrong: Mapping[str, BadUsage]


def filled_in(request: SlackRequest, products: list[dict[str, Any]]) -> Filled:
    """Read what was filled in on a page; `products` is the list as it was before."""
    given = _Values.model_validate_json(request.fields[VALUES]).values
    settings: dict[str, Any] = {}
    wrong: dict[str, BadUsage] = {}
    for block, value in given.items():
        if block not in BY_PATH:
            continue
        try:
            settings[block] = _setting(block, value)
        except WrongSetting as refused:
            wrong[block] = refused
    if any(block.startswith((PRICES, QUANTITY)) or block == MORE for block in given):
        _read_products(given, products, settings, wrong)
    return Filled({path: value for path, value in settings.items() if value is not ...}, wrong)


def _setting(path: str, value: str | list[str] | None) -> Any:
    setting = BY_PATH[path]
    if setting.shape is Shape.FLAG:
        return bool(value)
    if setting.shape is Shape.CHOICE and not value:
        return ...  # a menu in which nothing was chosen leaves the setting as it is
    if isinstance(value, list):
        return [{"type": each} for each in value] if setting.shape is Shape.CONDITIONS else value
    return read_text(setting, value or "")


def _read_products(
    given: Mapping[str, str | list[str] | None],
    products: list[dict[str, Any]],
    settings: dict[str, Any],
    wrong: dict[str, BadUsage],
) -> None:
    """Put the list of products together from its inputs: prices and quantity of each, and more products.

    With anything wrong in it the list stays as it was: a part of it would take products off.
    """
    wrong_before = len(wrong)
    kept: list[dict[str, Any]] = []
    for entry in products:
        name = entry["product"]
        prices = given.get(f"{PRICES}{name}", entry["prices"])
        if not isinstance(prices, list) or not prices:
            continue
        try:
            quantity = _quantity(entry, given.get(f"{QUANTITY}{name}"))
        except WrongSetting as refused:
            wrong[f"{QUANTITY}{name}"] = refused
            continue
        kept.append({"product": name, "prices": prices, "adjustable_quantity": quantity})
    more = given.get(MORE)
    try:
        kept += read_text(BY_PATH[PRODUCTS], more) if isinstance(more, str) and more.strip() else []
    except WrongSetting as refused:
        wrong[MORE] = refused
    if len(wrong) == wrong_before:
        settings[PRODUCTS] = kept


def _quantity(entry: Mapping[str, Any], typed: str | list[str] | None) -> dict[str, Any]:
    bounds = dict(entry.get("adjustable_quantity") or {})
    if not isinstance(typed, str) or not typed.strip():
        return {**bounds, "enabled": False}
    found = _BOUNDS.fullmatch(typed.strip())
    if found is None:
        raise WrongSetting("quantity_not_understood")
    least, most = (int(each) if each else None for each in found.groups())
    if least is not None and most is not None and least > most:
        raise WrongSetting("quantity_bounds_crossed")
    return {"enabled": True, "minimum": least, "maximum": most}
