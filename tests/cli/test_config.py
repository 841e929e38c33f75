"""`portalbot config` as a program: what it prints, what it changes, and what it leaves as it is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.portal.configuring.table import BY_PATH
from tests.stand.terminal import Shop, open_shop

pytestmark = pytest.mark.slow(8)

MODE, PAUSE = "features.subscription_cancel.mode", "features.subscription_pause.enabled"


@pytest.fixture(scope="module")
def module_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def shop(module_shop: Shop) -> Iterator[Shop]:
    yield module_shop
    features = present(module_shop)["features"]
    features["subscription_cancel"]["mode"] = "at_period_end"
    features["subscription_pause"]["enabled"] = True


def present(shop: Shop) -> dict[str, Any]:
    """The default configuration as the sandbox has it."""
    every = shop.sandbox.stripe.test.every("billing_portal.configuration")
    return next(each for each in every if each["is_default"])


def mode(shop: Shop) -> str:
    return str(present(shop)["features"]["subscription_cancel"]["mode"])


def test_as_json_every_configuration_has_every_setting_under_the_path_of_the_api(shop: Shop) -> None:
    ran = shop.runs("config", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.json) == 5
    for each in ran.json:
        assert set(BY_PATH) <= set(each)
        assert {"configuration", "is_default", "active", "updated", "login_page_url", "findings"} <= set(each)
    first, *others = ran.json
    assert first["is_default"] is True
    assert not any(each["is_default"] for each in others)
    assert first[MODE] == "at_period_end"
    assert "/p/login/test_" in first["login_page_url"]
    inactive = next(each for each in ran.json if each["active"] is False)
    assert [finding["rule"] for finding in inactive["findings"]] == ["CFG_INACTIVE"]


@pytest.mark.parametrize("words", [("default",), ("Everything", "on"), ("show", "default")])
def test_one_is_shown_by_name_with_and_without_the_word_show(shop: Shop, words: tuple[str, ...]) -> None:
    shown = shop.runs("config", *words).out
    assert shown.startswith("Everything on")
    assert f"{MODE} = at_period_end" in shown


def test_a_change_prints_before_and_after_and_is_in_the_audit_trail(shop: Shop) -> None:
    ran = shop.runs("config", "set", "default", f"{MODE}=immediately", f"{PAUSE}=off", "--yes", "--json")
    assert ran.code == 0
    assert ran.json == {
        "configuration": present(shop)["id"],
        "before": {MODE: "at_period_end", PAUSE: True},
        "after": {MODE: "immediately", PAUSE: False},
    }
    assert f"{MODE}: at_period_end → immediately" in ran.err
    assert mode(shop) == "immediately"
    line = shop.runs("history", "--json").json[0]
    assert (line["verb"], line["outcome"], line["role"]) == ("config", "changed", "cli")
    assert f'{MODE}: "at_period_end" → "immediately"' in line["reason"]


def test_what_is_like_that_already_is_said_and_not_sent(shop: Shop) -> None:
    before = len(shop.calls())
    ran = shop.runs("config", "set", "default", f"{MODE}=at_period_end", "--yes", "--json")
    assert ran.json["before"] == ran.json["after"] == {MODE: "at_period_end"}
    assert not [call for call in shop.calls()[before:] if call.startswith("POST")]


@pytest.mark.parametrize(("typed", "code", "part"), [
    (("default", "features.subscription_cancel.moode=x"), 1, "features.subscription_cancel.mode"),
    (("default", f"{MODE}=later"), 1, "at_period_end, immediately"),
    (("default", "business_profile.headline=" + "x" * 61), 1, "60"),
    (("default", "features.payment_method_update.enabled=false"), 1, "payment methods"),
    (("default", "features.subscription_update.products=prod_a: price_nope"), 1, "price"),
    (("bpc_nope", f"{MODE}=immediately"), 1, "no such portal configuration"),
    (("nobody's", f"{MODE}=immediately"), 1, "no portal configuration called"),
    (("default",), 2, "config set default"), (("default", MODE), 1, "path=value"),
])  # fmt: skip
def test_what_cannot_be_is_a_sentence_and_changes_nothing(
    shop: Shop, typed: tuple[str, ...], code: int, part: str
) -> None:
    before = json.dumps(present(shop))
    ran = shop.runs("config", "set", *typed, "--yes", "--json")
    assert ran.code == code
    assert part in ran.json["error"]["message"]
    assert json.dumps(present(shop)) == before
    if code == 1:
        line = shop.runs("history", "--json").json[0]
        assert (line["verb"], line["outcome"]) == ("config", "refused")
        assert line["reason"] == " ".join(typed)


def test_without_a_yes_nothing_is_changed(shop: Shop) -> None:
    ran = shop.runs("config", "set", "default", f"{MODE}=immediately")
    assert ran.code == 1
    assert f"{MODE}: at_period_end → immediately" in ran.out
    assert "Nothing was changed" in ran.err
    assert mode(shop) == "at_period_end"


def test_who_uses_it_is_said_before_a_configuration_is_switched_off(shop: Shop) -> None:
    ran = shop.runs("config", "set", "Support desk", "active=off")
    assert ran.code == 1
    assert "Nobody made a link with it here in the last 30 days" in ran.out


def test_without_the_right_nothing_is_changed_and_the_permission_is_named(shop: Shop) -> None:
    shop.loop.call(lambda: shop.sandbox.stripe.faults.denied.add("rak_customer_portal_write"))
    ran = shop.runs("config", "set", "default", f"{MODE}=immediately", "--yes", "--json")
    shop.loop.call(shop.sandbox.stripe.faults.clear)
    assert (ran.code, ran.json["error"]["code"]) == (1, "permission_missing")
    assert mode(shop) == "at_period_end"
    line = shop.runs("history", "--json").json[0]
    assert (line["verb"], line["outcome"]) == ("config", "refused")


def test_a_file_of_the_settings_is_checked_and_its_differences_are_exit_code_one(
    shop: Shop, tmp_path: Path
) -> None:
    file = tmp_path / "portal.toml"
    file.write_text(shop.runs("config", "--toml").out)
    assert shop.runs("config", "check", str(file)).code == 0
    shop.runs("config", "set", "default", f"{MODE}=immediately", "--yes")
    ran = shop.runs("config", "check", str(file), "--json")
    assert ran.code == 1
    (found,) = ran.json
    assert (found["file"], found["stripe"]) == ({MODE: "at_period_end"}, {MODE: "immediately"})
    live = shop.runs("config", "check", str(file), "--against", "live", STRIPE_API_KEY_LIVE="rk_live_1")
    assert live.code == 0, live.out
    assert "STRIPE_API_KEY_LIVE" in shop.runs("config", "check", str(file), "--against", "live").err
