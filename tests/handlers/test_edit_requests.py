"""What was filled in on a page of the window that edits a configuration."""

import json
from typing import Any

import pytest

from bot.handlers.edit_requests import VALUES, filled_in
from bot.portal.configuring.limits import PRODUCTS
from bot.replies.config_edit import MORE, PRICES, QUANTITY
from bot.slack.request import Place, SlackRequest

LISTED: list[dict[str, Any]] = [
    {"product": name, "prices": [f"price_{name}"], "adjustable_quantity": {"enabled": False}}
    for name in ("prod_a", "prod_b")
]


@pytest.mark.parametrize(("typed", "wrong", "kept"), [
    ({f"{QUANTITY}prod_a": "1 to 5"}, [f"{QUANTITY}prod_a"], None),
    ({f"{QUANTITY}prod_b": "5-1"}, [f"{QUANTITY}prod_b"], None),
    ({MORE: "prod_c"}, [MORE], None),
    ({f"{QUANTITY}prod_a": "1-5", "name": "x" * 3_000}, ["name"], ["prod_a", "prod_b"]),
    ({f"{PRICES}prod_a": [], MORE: "prod_c: price_c"}, [], ["prod_b", "prod_c"]),
])  # fmt: skip
def test_a_mistyped_product_leaves_the_whole_list_as_it_was(
    typed: dict[str, Any], wrong: list[str], kept: list[str] | None
) -> None:
    given = json.dumps({"values": typed})
    filled = filled_in(SlackRequest(Place("U1"), "T1", "", "", "k", {VALUES: given}), LISTED)
    assert list(filled.wrong) == wrong
    listed = filled.settings.get(PRODUCTS)
    assert (listed and [each["product"] for each in listed]) == kept
