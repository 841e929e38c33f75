"""What must hold among the settings of a configuration; Stripe refuses what does not.

Each limit is a function that takes the settings as they would be and raises `SettingRefused`. Where a limit
comes from stands in its docstring; Stripe's own words are used for nothing here.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.errors import PortalBlocks
from bot.portal.configuring.reading import WrongSetting, find_setting
from bot.portal.configuring.table import Settings
from bot.portal.models import Price

MOST_PRODUCTS: Final = 10
LONGEST_PAUSE_DAYS: Final = 3 * 365
_DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
_CANCEL: Final = "features.subscription_cancel"
_PAUSE: Final = "features.subscription_pause"
_UPDATE: Final = "features.subscription_update"
PRODUCTS: Final = f"{_UPDATE}.products"


class SettingRefused(PortalBlocks):
    """Settings that Stripe would not save together. The fact `path` is the setting to look at."""


def check_limits(wanted: Settings, present: Settings) -> None:
    """Check the wanted settings over those there are.

    What was wrong before, and is not touched, is left to Stripe. Raises SettingRefused or WrongSetting.
    """
    after = {**present, **wanted}
    for path, value in wanted.items():
        longest = find_setting(path).longest
        if longest is not None and value is not None and len(value) > longest:
            raise WrongSetting("setting_too_long", path=path, limit=longest, length=len(value))
    allowed = f"{_UPDATE}.default_allowed_updates"
    if wanted.get(f"{_UPDATE}.enabled") and allowed not in wanted and not after[allowed]:
        raise SettingRefused(
            "updates_need_kinds", path=allowed, choices=", ".join(find_setting(allowed).choices)
        )
    for paths, limit in _LIMITS:
        if any(path in wanted for path in paths):
            limit(after)


def check_prices(settings: Settings, prices: Mapping[str, Price]) -> None:
    """Check the listed prices; `prices` are all prices of the listed products. Raises SettingRefused.

    Source: https://docs.stripe.com/customer-management#limitations, and a refusal that was observed for
    prices that are archived, tiered, metered or paid once.
    """
    for entry in settings[PRODUCTS]:
        rhythms: set[tuple[str | None, str | None, int]] = set()
        for identifier in entry["prices"]:
            price = prices.get(identifier)
            if price is None or price.product_id not in {None, entry["product"]}:
                raise SettingRefused("price_not_of_product", path=PRODUCTS, price=identifier)
            kind = price.not_listable
            if kind is not None:
                raise SettingRefused("price_cannot_be_listed", path=PRODUCTS, kind=kind, price=price.id)
            if price.rhythm in rhythms:
                name = price.product_name
                raise SettingRefused(
                    "two_prices_of_one_interval", path=PRODUCTS, interval=price.interval, product=name
                )
            rhythms.add(price.rhythm)


def _updates_need_payment_methods(after: Settings) -> None:
    """Observed: github.com/nextjs/saas-starter/issues/68."""
    if after[f"{_UPDATE}.enabled"] and after["features.payment_method_update.enabled"] is False:
        path = "features.payment_method_update.enabled"
        raise SettingRefused("updates_need_payment_methods", rule="CFG_PM_REQUIRED", path=path)


def _updates_need_products(after: Settings) -> None:
    """Inferred: a list of plans to move between is what plan and quantity changes are made from."""
    changes = {"price", "quantity"} & set(after[f"{_UPDATE}.default_allowed_updates"])
    if after[f"{_UPDATE}.enabled"] and changes and not after[PRODUCTS]:
        raise SettingRefused("updates_need_products", path=PRODUCTS)


def _few_products(after: Settings) -> None:
    """Documented: https://docs.stripe.com/customer-management#limitations."""
    products = [entry["product"] for entry in after[PRODUCTS]]
    if len(products) > MOST_PRODUCTS:
        raise SettingRefused("too_many_products", path=PRODUCTS, limit=MOST_PRODUCTS, count=len(products))
    twice = next((name for name, count in Counter(products).items() if count > 1), None)
    if twice is not None:
        raise SettingRefused("product_listed_twice", path=PRODUCTS, product=twice)


def _cancel_proration(after: Settings) -> None:
    """Documented in the SDK: `create_prorations` only at once, `always_invoice` never."""
    path = f"{_CANCEL}.proration_behavior"
    if after[path] == "always_invoice":
        raise SettingRefused("cancel_never_invoices", path=path)
    if after[path] == "create_prorations" and after[f"{_CANCEL}.mode"] == "at_period_end":
        raise SettingRefused("period_end_has_no_proration", path=path)


def _pauses(after: Settings) -> None:
    """Documented in the SDK: options are required for their type, and last three years at most."""
    path = f"{_PAUSE}.duration.interval_options"
    if (
        after[f"{_PAUSE}.enabled"]
        and after[f"{_PAUSE}.duration.type"] == "interval_options"
        and not after[path]
    ):
        raise SettingRefused("pause_needs_durations", path=path)
    if any(_days(each) > LONGEST_PAUSE_DAYS for each in after[path]):
        raise SettingRefused("pause_too_long", path=path)


def _days(duration: Mapping[str, Any]) -> int:
    return _DAYS[duration["interval"]] * int(duration["interval_count"] or 1)


_Limit = Callable[[Settings], None]
_LIMITS: Final[tuple[tuple[tuple[str, ...], _Limit], ...]] = (
    (
        (f"{_UPDATE}.enabled", "features.payment_method_update.enabled"),
        _updates_need_payment_methods,
    ),
    ((PRODUCTS,), _few_products),
    ((f"{_UPDATE}.enabled", f"{_UPDATE}.default_allowed_updates", PRODUCTS), _updates_need_products),
    ((f"{_CANCEL}.mode", f"{_CANCEL}.proration_behavior"), _cancel_proration),
    (
        (f"{_PAUSE}.enabled", f"{_PAUSE}.duration.type", f"{_PAUSE}.duration.interval_options"),
        _pauses,
    ),
)
"""Each with the settings that make it worth checking."""
