"""The settings of portal configurations as a TOML file, each under its path in Stripe's API.

```toml
[[configuration]]
id = "bpc_1AbC"
is_default = true
name = "Everything on"
features.subscription_cancel.mode = "at_period_end"
```
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.portal.configuring.difference import Line, difference
from bot.portal.configuring.limits import PRODUCTS
from bot.portal.configuring.reading import WrongSetting, find_setting, read_value
from bot.portal.configuring.table import BY_PATH, Settings, Shape
from bot.portal.models import Configuration, Price

_TABLE: Final = "configuration"
_UNSET: Final = frozenset({Shape.TEXT, Shape.ADDRESS, Shape.IDENTIFIER})
"""What the file says is empty; any other value that Stripe does not have is left out."""

Prices = Mapping[str, Price]


@dataclass(frozen=True, slots=True)
class Kept:
    """One configuration as the file has it."""

    id: str | None
    is_default: bool
    settings: Settings

    @property
    def label(self) -> str:
        """Return what it is called when something is said about it."""
        return str(self.settings.get("name") or self.id or "default")


@dataclass(frozen=True, slots=True)
class Deviation:
    """How a configuration differs from the file: `lines` from the file's value to Stripe's.

    `configuration` is None when there is none like it.
    """

    kept: Kept
    configuration: Configuration | None
    lines: tuple[Line, ...]


def write_toml(configurations: Sequence[Configuration]) -> str:
    """Write configurations as a file, without a line for what is not set."""
    return "\n".join("\n".join(_written(each)) + "\n" for each in configurations)


def _written(configuration: Configuration) -> Iterator[str]:
    yield f"[[{_TABLE}]]"
    yield f"id = {_toml(configuration.id)}"
    yield f"is_default = {_toml(configuration.is_default is True)}"
    for path, value in configuration.settings.items():
        if value is None and BY_PATH[path].shape not in _UNSET:
            continue
        if path == PRODUCTS and value:
            yield f"{path} = ["
            yield from (f"  {_toml(entry)}," for entry in value)
            yield "]"
        else:
            yield f"{path} = {_toml('' if value is None else value)}"


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{name} = {_toml(inner)}" for name, inner in value.items() if inner is not None)
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    # JSON's booleans, numbers and texts are TOML's; DEL alone has to be escaped there and not here.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_toml(text: str) -> tuple[Kept, ...]:
    """Read such a file. Raises WrongSetting."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongSetting("configuration_file_not_toml", reason=str(error)[:200]) from None
    found = tables.pop(_TABLE, None)
    if tables or not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise WrongSetting("configuration_file_without_tables", table=f"[[{_TABLE}]]")
    return tuple(map(_kept, found))


def _kept(table: dict[str, Any]) -> Kept:
    identifier, is_default = table.pop("id", None), table.pop("is_default", False)
    values = {
        path: read_value(find_setting(path), value) for path, value in _flat(table) if path not in _IGNORED
    }
    return Kept(identifier if isinstance(identifier, str) else None, is_default is True, values)


_IGNORED: Final = frozenset({"livemode", "updated"})


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping) and path not in BY_PATH:
            yield from _flat(value, f"{path}.")
        else:
            yield path, value


def deviations(
    kept: Sequence[Kept],
    present: Sequence[Configuration],
    *,
    file_prices: Prices | None = None,
    present_prices: Prices | None = None,
) -> tuple[Deviation, ...]:
    """Compare a file with the configurations there are.

    A configuration is found by its id, else the default one, else by its name. With prices of both sides,
    products are compared by what they are called and cost, since their ids differ from mode to mode.
    """
    found = []
    for each in kept:
        match = _match(each, present)
        if match is None:
            found.append(Deviation(each, None, ()))
            continue
        wanted, actual = dict(each.settings), dict(match.settings)
        if file_prices is not None and present_prices is not None and PRODUCTS in wanted:
            wanted[PRODUCTS] = _comparable(wanted[PRODUCTS], file_prices)
            actual[PRODUCTS] = _comparable(actual[PRODUCTS], present_prices)
        lines = tuple(Line(line.path, line.after, line.before) for line in difference(actual, wanted))
        if lines:
            found.append(Deviation(each, match, lines))
    return tuple(found)


def _match(kept: Kept, present: Sequence[Configuration]) -> Configuration | None:
    by_id = next((each for each in present if kept.id is not None and each.id == kept.id), None)
    if by_id is not None:
        return by_id
    if kept.is_default:
        return next((each for each in present if each.is_default), None)
    name = kept.settings.get("name")
    return next((each for each in present if name is not None and each.name == name), None)


def _comparable(products: Sequence[Mapping[str, Any]], prices: Prices) -> list[dict[str, Any]]:
    named = [
        {
            **entry,
            "product": _product_name(entry, prices),
            "prices": sorted(_price_name(price, prices) for price in entry["prices"]),
        }
        for entry in products
    ]
    return sorted(named, key=lambda entry: str(entry["product"]))


def _product_name(entry: Mapping[str, Any], prices: Prices) -> str:
    known = (prices[each].product_name for each in entry["prices"] if each in prices)
    return next((name for name in known if name), str(entry["product"]))


def _price_name(identifier: str, prices: Prices) -> str:
    price = prices.get(identifier)
    if price is None:
        return identifier
    amount = price.unit_amount if price.unit_amount is not None else price.unit_amount_decimal
    return price.lookup_key or f"{amount} {price.currency} / {price.interval_count or 1} {price.interval}"
