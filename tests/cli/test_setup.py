"""`portalbot setup`: exit 0 when nothing is missing, and exactly the promised keys; nothing is changed."""

from collections.abc import Iterator

import pytest

from bot.portal.key_check import OPTIONAL_READS, PERMISSIONS
from sandbox.stripe.resources import RESOURCES, SINGLE
from tests.stand.terminal import Shop, open_shop

STEPS = [
    "account", "business", "branding", "product", "product_details", "prices", "configuration", "features",
    "policies", "return_url", "login_page", "webhook", "mail", "try",
]  # fmt: skip
OF_A_STEP = ["step", "result", "evidence", "advice", "repair", "url", "source"]
SECRET = {"STRIPE_WEBHOOK_SECRET": "whsec_sandbox"}
UNFINISHED = {"STRIPE_API_KEY": "rk_test_unfinished", **SECRET}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def test_a_complete_account_is_ready_and_everything_is_only_read(shop: Shop) -> None:
    before = len(shop.calls())
    ran = shop.runs("setup", "--json", **SECRET)
    assert ran.code == 0, ran.out
    assert list(ran.json) == ["livemode", "configuration", "steps"]
    assert ran.json["livemode"] is False
    assert ran.json["configuration"].startswith("bpc_")
    assert [each["step"] for each in ran.json["steps"]] == STEPS
    assert all(list(each) == OF_A_STEP for each in ran.json["steps"])
    assert {each["result"] for each in ran.json["steps"]} <= {"done", "optional"}
    assert all(call.startswith("GET ") for call in shop.calls()[before:])


def test_an_unfinished_account_lacks_what_its_repairs_set(shop: Shop) -> None:
    ran = shop.runs("setup", "--json", **UNFINISHED)
    assert ran.code == 1
    steps = {each["step"]: each for each in ran.json["steps"]}
    missing = {name for name, each in steps.items() if each["result"] == "missing"}
    assert missing == {"policies", "return_url", "login_page", "webhook"}
    assert steps["login_page"]["repair"] == {
        "configuration": ran.json["configuration"],
        "set": {"login_page.enabled": True},
    }
    assert "features.subscription_update.products" in steps["features"]["repair"]["set"]
    said = shop.runs("setup", **UNFINISHED).out
    command = next(line for line in said.splitlines() if "login_page.enabled=true" in line).split()
    assert command[:3] == ["portalbot", "config", "set"]
    assert shop.runs(*command[1:], "--yes", **UNFINISHED).code == 0
    again = shop.runs("setup", "--json", **UNFINISHED).json
    assert next(each for each in again["steps"] if each["step"] == "login_page")["result"] == "done"


def test_a_fresh_account_lacks_nearly_everything(shop: Shop) -> None:
    ran = shop.runs("setup", "--json", STRIPE_API_KEY="rk_test_fresh")
    assert ran.code == 1
    assert ran.json["configuration"] is None
    done = {each["step"] for each in ran.json["steps"] if each["result"] != "missing"}
    assert done == {"branding", "mail"}


def test_a_step_that_may_not_be_read_is_unknown_and_the_exit_code_stays(shop: Shop) -> None:
    denied = shop.sandbox.stripe.faults.denied
    names = {"rak_accounts_kyc_basic_read", "rak_webhook_read", "rak_tax_settings_read", "rak_customer_read"}
    shop.loop.call(lambda: denied.update(names))
    try:
        ran = shop.runs("setup", "--json", **SECRET)
    finally:
        shop.loop.call(denied.clear)
    assert ran.code == 0
    unknown = {each["step"] for each in ran.json["steps"] if each["result"] == "unknown"}
    assert unknown == {"account", "business", "branding", "webhook", "try"}
    assert all(
        "My key may not read it" in each["advice"]
        for each in ran.json["steps"]
        if each["result"] == "unknown"
    )


@pytest.fixture
def every_permission(shop: Shop) -> Iterator[set[str]]:
    """The reads that the sandbox knows; nothing is denied afterwards."""
    yield {each.permission for each in (*RESOURCES, *SINGLE.values())}
    shop.loop.call(shop.sandbox.stripe.faults.denied.clear)


def test_no_more_is_needed_than_doctor_lists(shop: Shop, every_permission: set[str]) -> None:
    listed = {*PERMISSIONS, *OPTIONAL_READS, "rak_customer_portal_read"}  # whoever may write may read
    shop.loop.call(lambda: shop.sandbox.stripe.faults.denied.update(every_permission - listed))
    steps = shop.runs("setup", "--json", **SECRET).json["steps"]
    assert "unknown" not in {each["result"] for each in steps}
    assert shop.runs("product", "Team", "--json").code == 0
    headline = "business_profile.headline="
    assert shop.runs("config", "set", "default", f"{headline}Hello", "--yes").code == 0
    assert shop.runs("config", "set", "default", headline, "--yes").code == 0


def test_a_key_that_may_read_nothing_makes_no_step_red(shop: Shop, every_permission: set[str]) -> None:
    shop.loop.call(lambda: shop.sandbox.stripe.faults.denied.update(every_permission))
    ran = shop.runs("setup", "--json", **SECRET)
    assert ran.code == 0
    results = {each["step"]: each["result"] for each in ran.json["steps"]}
    assert {each for each, result in results.items() if result != "unknown"} == {"mail"}
    assert results["mail"] in {"done", "optional"}


def test_another_configuration_by_name_and_an_unknown_one(shop: Shop) -> None:
    ran = shop.runs("setup", "Support desk", "--json", **SECRET)
    assert ran.json["configuration"] != shop.runs("setup", "--json", **SECRET).json["configuration"]
    refused = shop.runs("setup", "bpc_unknown123", "--json", **SECRET)
    assert (refused.code, refused.json["error"]["code"]) == (1, "no_such_configuration")


def test_stripe_that_does_not_answer_is_a_refusal_and_no_list_of_unknowns(shop: Shop) -> None:
    faults = shop.sandbox.stripe.faults
    shop.loop.call(lambda: faults.always(500))
    try:
        ran = shop.runs("setup", "--json", **SECRET)
    finally:
        shop.loop.call(faults.clear)
    assert (ran.code, list(ran.json)) == (1, ["error"])


def test_words_are_for_people(shop: Shop) -> None:
    said = shop.runs("setup", **SECRET).out
    assert "done     Login page: It's on: http" in said
    assert said.rstrip().endswith("The portal is ready for customers.")
    assert "<" not in said
