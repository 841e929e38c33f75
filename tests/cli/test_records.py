"""`portalbot history`, `export`, `doctor`, and how wrong settings are told."""

import getpass
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.store.migrations import HEAD
from tests.stand.terminal import Shop, open_shop

pytestmark = pytest.mark.slow(20)

HISTORY = [
    "at", "actor", "role", "verb", "customer", "subscription", "flow", "session", "reason", "outcome",
    "mail_state",
]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop where one link was made and another refused."""
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        assert shop.runs("link", "cancel", "jenny@example.com", "for:ticket 42", "--json").code == 0
        assert shop.runs("link", "home", "nobody@example.com", "--json").code == 1
        yield shop


def test_history_lists_newest_first_with_exactly_the_promised_keys(shop: Shop) -> None:
    ran = shop.runs("history", "--json")
    refused, issued = ran.json
    assert (ran.code, ran.err) == (0, "")
    assert list(issued) == list(refused) == HISTORY
    assert (refused["outcome"], issued["outcome"]) == ("refused", "issued")
    assert issued["verb"] == "cancel"
    assert issued["flow"] == "subscription_cancel"
    assert issued["customer"] == shop.customer("jenny")
    assert issued["subscription"] == shop.subscription("jenny")
    assert issued["reason"] == "ticket 42"
    assert issued["session"].startswith("bps_")
    assert issued["mail_state"] is None


def test_the_actor_is_the_operating_system_user(shop: Shop) -> None:
    assert {each["actor"] for each in shop.runs("history", "--json").json} == {f"cli:{getpass.getuser()}"}


def test_history_of_one_customer_needs_no_stripe(shop: Shop) -> None:
    before = len(shop.calls())
    (entry,) = shop.runs("history", shop.customer("jenny"), "--json").json
    assert entry["verb"] == "cancel"
    assert shop.runs("history", shop.customer("noah"), "--json").json == []
    assert len(shop.calls()) == before


def test_history_by_address_finds_the_customer(shop: Shop) -> None:
    (entry,) = shop.runs("history", "jenny@example.com", "--json").json
    assert entry["customer"] == shop.customer("jenny")


def test_export_prints_json_lines_with_table_and_id(shop: Shop) -> None:
    ran = shop.runs("export")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [row["table"] for row in rows if row["table"] == "audit"] == ["audit", "audit"]
    assert all(row["id"] for row in rows)
    assert "/p/session/" not in ran.out
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    assert shop.runs("export", "--since", tomorrow).out == ""
    wrong = shop.runs("export", "--since", "yesterday")
    assert (wrong.code, wrong.json["error"]["code"]) == (2, "export_since_not_understood")


def test_doctor_is_0_when_nothing_is_broken(shop: Shop) -> None:
    ran = shop.runs("doctor", "--json")
    assert ran.code == 0
    assert ran.json["broken"] is False
    assert {"database", "permissions", "configuration", "key"} <= {
        each["name"] for each in ran.json["checks"]
    }


def test_doctor_prints_the_permissions_and_where_to_make_the_key(shop: Shop) -> None:
    ran = shop.runs("doctor")
    assert "https://dashboard.stripe.com/" in ran.out
    assert "portal" in ran.out.lower()


@pytest.mark.parametrize(("settings", "broken"), [
    ({"STRIPE_API_BASE": "http://127.0.0.1:9"}, "stripe"), ({"STRIPE_API_KEY": "rk_test_expired"}, "stripe"),
])  # fmt: skip
def test_doctor_is_1_when_something_is_broken(shop: Shop, settings: dict[str, str], broken: str) -> None:
    ran = shop.runs("doctor", "--json", **settings)
    assert ran.code == 1
    assert ran.json["broken"] is True
    assert broken in {each["name"] for each in ran.json["checks"] if each["result"] == "broken"}


def test_doctor_names_a_missing_permission(shop: Shop) -> None:
    shop.loop.call(lambda: shop.sandbox.stripe.faults.denied.add("rak_customer_portal_write"))
    try:
        ran = shop.runs("doctor", "--json")
    finally:
        shop.loop.call(shop.sandbox.stripe.faults.denied.clear)
    assert ran.code == 1
    assert "permissions" in {each["name"] for each in ran.json["checks"] if each["result"] == "broken"}


WRONG = {
    "STRIPE_API_KEY": "pk_test_secretvalue", "DATABASE_URL": "mysql://user:secretvalue@host/db",
    "SLACK_AGENTS": "secretvalue", "STRIPE_MAX_RPS": "secretvalue", "LOG_LEVEL": "secretvalue",
    "SLACK_BOT_TOKEN": "secretvalue", "PORTALBOT_CONFIG": "/nowhere/secretvalue.toml",
}  # fmt: skip


@pytest.mark.parametrize(
    "command", [("serve",), ("link", "home", "jenny@example.com", "--json"), ("doctor",)]
)
def test_wrong_settings_are_named_all_at_once_and_never_shown(shop: Shop, command: tuple[str, ...]) -> None:
    ran = shop.runs(*command, **WRONG)
    assert ran.code == 2
    told = ran.out + ran.err
    for name in WRONG:
        assert name in told
    if "PORTALBOT_CONFIG" not in command:
        assert "secretvalue" not in told.replace("/nowhere/secretvalue.toml", "")
    if "--json" in command:
        assert ran.json["error"]["code"] == "wrong_settings"
    else:
        assert ran.out == ""


def test_a_missing_key_is_named(shop: Shop) -> None:
    ran = shop.runs("link", "home", "jenny@example.com", "--json", STRIPE_API_KEY="")
    assert ran.code == 2
    assert "STRIPE_API_KEY" in ran.json["error"]["message"]


def test_doctor_names_at_once_everything_that_serving_needs(shop: Shop) -> None:
    ran = shop.runs("doctor", STRIPE_API_KEY="", SLACK_BOT_TOKEN="", SLACK_SIGNING_SECRET="")
    assert ran.code == 2
    named = [line.partition(":")[0] for line in ran.err.splitlines()]
    assert named == ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "STRIPE_API_KEY"]


def test_the_worker_wants_postgresql(shop: Shop) -> None:
    ran = shop.runs("worker")
    assert ran.code == 2
    assert "PostgreSQL" in ran.err


def test_migrate_may_run_twice(shop: Shop) -> None:
    ran = [shop.runs("migrate", LOG_LEVEL="INFO") for _ in range(2)]
    assert [each.code for each in ran] == [0, 0]
    assert [each.out for each in ran] == [f"The tables are up to date (revision {HEAD}).\n"] * 2
    assert ran[1].err == ""


def test_the_database_file_is_for_its_owner_only(shop: Shop) -> None:
    assert (shop.folder / "portalbot.db").stat().st_mode & 0o777 == 0o600
