"""The settings as a TOML file: what was written reads back, and differences are found."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.portal.configuring.file import deviations, read_toml, write_toml
from bot.portal.configuring.limits import PRODUCTS
from bot.portal.configuring.present import nested
from bot.portal.configuring.reading import WrongSetting
from bot.portal.models import Configuration, Price

MODE = "features.subscription_cancel.mode"


def configuration(identifier: str = "bpc_1", *, is_default: bool = True, **settings: Any) -> Configuration:
    given_settings = {name.replace("__", "."): value for name, value in settings.items()}
    return Configuration.of({"id": identifier, "is_default": is_default, **nested(given_settings)})


def listing(price: str, product: str = "prod_a") -> list[dict[str, Any]]:
    return [{"product": product, "prices": [price]}]


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"]), max_size=20
)


@given(TEXTS, st.booleans(), st.sampled_from(["at_period_end", "immediately"]))
def test_what_was_written_reads_back_the_same(name: str, active: bool, mode: str) -> None:
    written = configuration(
        name=name.strip(), active=active, features__subscription_cancel__mode=mode,
        features__subscription_update__products=listing("price_1"),
        features__subscription_pause__duration__interval_options=[{"interval": "day", "interval_count": 2}],
    )  # fmt: skip
    (kept,) = read_toml(write_toml([written]))
    assert (kept.id, kept.is_default) == ("bpc_1", True)
    assert deviations([kept], [written]) == ()


@pytest.mark.parametrize(("text", "code"), [
    ("[[configuration", "configuration_file_not_toml"), ("", "configuration_file_without_tables"),
    ("name = 1", "configuration_file_without_tables"),
    ("configuration = 3", "configuration_file_without_tables"),
    ("[[configuration]]\nnam = 'x'", "unknown_setting"),
    ("[[configuration]]\nactive = 'x'", "setting_wants_flag"),
])  # fmt: skip
def test_a_file_that_says_nothing_sensible_is_refused(text: str, code: str) -> None:
    with pytest.raises(WrongSetting, match=code):
        read_toml(text)


@pytest.mark.parametrize(("present", "differs"), [(None, False), (50, True)])
def test_an_upper_bound_that_came_since_is_a_difference(present: int | None, differs: bool) -> None:
    def bounded(maximum: int | None) -> Configuration:
        bounds = {"enabled": True, "minimum": 1, "maximum": maximum}
        listed = [{**listing("price_1")[0], "adjustable_quantity": bounds}]
        return configuration(features__subscription_update__products=listed)

    kept = read_toml(write_toml([bounded(None)]))
    assert bool(deviations(kept, [bounded(present)])) is differs


def test_what_differs_is_told_from_the_file_to_stripe() -> None:
    kept = read_toml(write_toml([configuration(name="a", features__subscription_cancel__mode="immediately")]))
    present = configuration(name="a", features__subscription_cancel__mode="at_period_end")
    (found,) = deviations(kept, [present])
    (line,) = found.lines
    assert (line.path, line.before, line.after) == (MODE, "immediately", "at_period_end")


def test_in_another_mode_the_default_one_and_then_the_name_tells_which_is_meant() -> None:
    kept = read_toml(
        write_toml([configuration(name="a"), configuration("bpc_2", is_default=False, name="b")])
    )
    live = [configuration("bpc_8", name="a"), configuration("bpc_9", is_default=False, name="b")]
    assert deviations(kept, live) == ()
    gone = deviations(kept, live[:1])
    assert [(each.kept.label, each.configuration) for each in gone] == [("b", None)]


def test_between_modes_prices_are_compared_by_what_they_cost_and_not_by_their_ids() -> None:
    def prices(identifier: str, amount: int) -> dict[str, Price]:
        product = {"id": "prod", "object": "product", "name": "Starter"}
        return {identifier: Price.of({
            "id": identifier, "product": product, "unit_amount": amount, "currency": "usd",
            "recurring": {"interval": "month"},
        })}  # fmt: skip

    kept = read_toml(write_toml([configuration(features__subscription_update__products=listing("price_t"))]))
    live = [configuration("bpc_9", features__subscription_update__products=listing("price_l", "prod_l"))]
    same = {"file_prices": prices("price_t", 500), "present_prices": prices("price_l", 500)}
    assert deviations(kept, live, **same) == ()
    (found,) = deviations(
        kept, live, file_prices=prices("price_t", 500), present_prices=prices("price_l", 600)
    )
    assert [line.path for line in found.lines] == [PRODUCTS]
