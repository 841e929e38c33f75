"""The order of the run: what takes long begins first, and no module is torn apart."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import pytest_collection_modifyitems


def module(name: str, seconds: float | None) -> Any:
    """A module of two tests, marked `slow` if it takes some seconds."""
    marker = None if seconds is None else pytest.mark.slow(seconds)
    parent = SimpleNamespace(get_closest_marker=lambda wanted: marker if wanted == "slow" else None)
    return [SimpleNamespace(name=f"{name}{number}", getparent=lambda _kind: parent) for number in (1, 2)]


def test_slow_modules_begin_first_and_the_others_keep_their_order() -> None:
    items = [*module("a", None), *module("b", 5), *module("c", None), *module("d", 40), *module("e", 5)]
    pytest_collection_modifyitems(items)
    assert [item.name for item in items] == ["d1", "d2", "b1", "b2", "e1", "e2", "a1", "a2", "c1", "c2"]


def test_every_worker_of_this_run_has_that_order(request: pytest.FixtureRequest) -> None:
    found = []
    for item in request.session.items:
        parent = item.getparent(pytest.Module)
        marker = parent.get_closest_marker("slow") if parent else None
        found.append(marker.args[0] if marker else 0)
    assert found == sorted(found, reverse=True)
