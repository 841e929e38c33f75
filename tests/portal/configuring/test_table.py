"""The table of settings is what the API lets one set: nothing is missing, and no value is."""

from collections.abc import Iterator
from typing import Any, Literal, NotRequired, get_args, get_origin

import pytest
import yaml

from bot.portal.configuring.table import BY_PATH, SETTINGS, Shape
from bot.words import messages_folder
from sandbox.stripe.annotations import hints, is_params, members, params_class

NOT_SETTINGS = {"expand", "metadata"}


def leaves(params: type, above: str = "") -> Iterator[tuple[str, Any, bool]]:
    """Path, hint, and whether it is required beside its neighbors."""
    for name, hint in hints(params).items():
        if name in NOT_SETTINGS and not above:
            continue
        inside = members(hint)[0]
        if is_params(inside):
            yield from leaves(inside, f"{above}{name}.")
        else:
            yield f"{above}{name}", hint, get_origin(hint) is not NotRequired


def literals(hint: Any) -> set[str]:
    found: set[str] = set()
    for each in members(hint):
        if get_origin(each) is Literal:
            found |= {value for value in get_args(each) if value}
        elif get_origin(each) is list:
            found |= literals(get_args(each)[0])
        elif is_params(each):
            for name, inner in hints(each).items():
                found |= literals(inner) if name in {"type", "interval"} else set()
    return found


UPDATE = {
    path: (hint, required)
    for path, hint, required in leaves(params_class("billing_portal.ConfigurationUpdateParams"))
}
CREATE = {path for path, _, _ in leaves(params_class("billing_portal.ConfigurationCreateParams"))}


def test_every_setting_of_the_api_stands_in_the_table_and_nothing_else() -> None:
    assert set(UPDATE) == set(BY_PATH)
    assert len(SETTINGS) == len(BY_PATH) == 28


def test_what_can_be_given_when_a_configuration_is_made_is_marked_so() -> None:
    assert {setting.path for setting in SETTINGS if setting.creatable} == CREATE


@pytest.mark.parametrize("path", [*BY_PATH])
def test_the_values_it_takes_are_those_of_the_api(path: str) -> None:
    hint, _ = UPDATE[path]
    setting = BY_PATH[path]
    assert set(setting.choices) == literals(hint)
    assert setting.shape.is_list == any(get_origin(each) is list for each in members(hint))
    assert (setting.shape is Shape.FLAG) == (bool in members(hint))


def test_what_stripe_wants_beside_a_setting_is_sent_with_it() -> None:
    for path, setting in BY_PATH.items():
        parent = path.rpartition(".")[0]
        required = {
            other
            for other, (_, needed) in UPDATE.items()
            if needed and other.rpartition(".")[0] == parent and other != path and parent
        }
        assert required == ({setting.needs} if setting.needs else set()), path


def test_every_setting_has_a_name_for_people() -> None:
    named = yaml.safe_load((messages_folder() / "settings.yaml").read_text())
    assert set(named) == set(BY_PATH)
