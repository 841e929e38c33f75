"""The self-check, at a terminal and in Slack: what it examines, and that it answers when something hangs."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.health.doctor import SECONDS
from bot.words import Words
from sandbox.faults import Fault
from tests.stand.stand import open_stand
from tests.stand.terminal import Ran, Shop, open_shop

pytestmark = pytest.mark.slow(20)

ON_CALL = '[rotation]\npeople = [{people}]\n\n[escalation]\noutside_env = "PAGER_URLS"\n'
ROOT = Path(__file__).parents[2]
MAIL = {"MAIL_FROM": "billing@merchant.example"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


def examined(shop: Shop, config: str | None = None, **settings: str) -> dict[str, dict[str, Any]]:
    """The checks by name."""
    if config is not None:
        (shop.folder / "doctor.toml").write_text(config)
        settings["PORTALBOT_CONFIG"] = str(shop.folder / "doctor.toml")
    return by_name(shop.runs("doctor", "--json", **settings))


def by_name(ran: Ran) -> dict[str, dict[str, Any]]:
    assert ran.code == ran.json["broken"]
    return {each["name"]: each for each in ran.json["checks"]}


def said(check: dict[str, Any]) -> tuple[str, str]:
    return check["result"], check["outcome"]


def test_everything_that_was_promised_is_looked_at(shop: Shop) -> None:
    found = examined(shop)
    assert found.keys() == {
        "key", "agents", "webhook", "signing_secret", "alert_channel", "database", "permissions",
        "configuration", "slack", "slack_group", "mail", "oncall", "outside", "heartbeat", "address",
        "processes", "disk",
    }  # fmt: skip
    assert said(found["slack"]) == ("ok", "connected")
    assert said(found["mail"]) == ("warn", "not_set")
    assert found["oncall"]["people"] == "U0SAM"


def test_each_note_says_which_setting_and_which_page_mends_it_and_the_end_lists_all_that_is_missing(
    shop: Shop,
) -> None:
    found = examined(shop)
    assert (found["mail"]["settings"], found["mail"]["page"]) == ("SMTP_URL, MAIL_FROM", "docs/settings.md")
    assert "page" not in found["slack"]
    ran = shop.runs("doctor", ALERT_CHANNEL="").out
    assert "mend it: SMTP_URL, MAIL_FROM, docs/settings.md" in ran
    assert (
        "Not set: ALERT_CHANNEL, SMTP_URL, MAIL_FROM, [escalation] outside_env, [escalation] heartbeat_url."
        in ran
    )


def test_a_setting_that_nobody_reads_is_named_with_the_one_that_is_meant(shop: Shop) -> None:
    (shop.folder / ".env").write_text("SLAK_AGENTS=U1\nBANANA=1\n")
    try:
        found = examined(shop, STRIPE_WEBHOOK_SECRETS="whsec_1", PORTALBOT_CONFIGURATION="x")["settings"]
    finally:
        (shop.folder / ".env").unlink()
    assert found["names"] == "BANANA, PORTALBOT_CONFIGURATION, SLAK_AGENTS, STRIPE_WEBHOOK_SECRETS"
    assert found["meant"] == "SLACK_AGENTS, STRIPE_WEBHOOK_SECRET"


def test_every_check_has_a_page_that_is_there(words: Words) -> None:
    assert words.keys("check_mends") == words.keys("checks")
    for name in words.keys("check_mends"):
        page, _, anchor = words.sentence("check_mends", name, part="page").partition("#")
        titles = re.findall(r"^#+ (.*)$", (ROOT / page).read_text(), re.MULTILINE)
        assert not anchor or anchor in [
            re.sub(r"[^a-z0-9 -]", "", t.lower()).replace(" ", "-") for t in titles
        ]


def test_without_a_bot_token_slack_is_not_asked(shop: Shop) -> None:
    found = examined(shop, SLACK_BOT_TOKEN="", SLACK_SIGNING_SECRET="", SLACK_ONCALL="U0SAM")
    assert said(found["slack"]) == said(found["signing_secret"]) == ("warn", "not_set")


@pytest.mark.parametrize(("granted", "check", "expected"), [
    ("commands,users:read,usergroups:read", "slack", ("broken", "scopes_missing", "chat:write")),
    ("commands,chat:write", "slack", ("broken", "scopes_missing", "usergroups:read")),
    ("commands,chat:write,usergroups:read", "slack_scopes",
     ("warn", "missing", "channels:history, channels:read, users:read")),
])  # fmt: skip
def test_missing_scopes_are_named(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, granted: str, check: str, expected: tuple[str, str, str]
) -> None:
    monkeypatch.setattr("sandbox.slack.web_api.SCOPES", granted)
    found = examined(shop)
    assert (*said(found[check]), found[check]["scopes"]) == expected


@pytest.mark.parametrize(("channel", "outcome", "sentence"), [
    ("C0ALERTS", "works", "I may post in"), ("C0GENERAL", "not_in_channel", "Please invite me"),
    ("C0NOWHERE", "channel_not_found", "invite me"), ("#billing-alerts", "set", "is set"),
])  # fmt: skip
def test_a_channel_is_checked_for_working_and_not_for_being_set(
    shop: Shop, channel: str, outcome: str, sentence: str
) -> None:
    found = examined(shop, ALERT_CHANNEL=channel)["alert_channel"]
    assert said(found) == ("ok" if outcome in {"works", "set"} else "broken", outcome)
    assert sentence in shop.runs("doctor", ALERT_CHANNEL=channel).out


def test_a_mail_server_that_does_not_answer_is_broken_in_time(shop: Shop, silent_server: str) -> None:
    began = time.monotonic()
    found = examined(shop, SMTP_URL=f"smtp://{silent_server}", **MAIL)
    assert said(found["mail"]) == ("broken", "mail_server_unreachable")
    assert time.monotonic() - began < SECONDS + 3
    assert said(examined(shop, SMTP_URL="smtp://127.0.0.1:9", **MAIL)["mail"])[0] == "broken"


def test_a_slack_that_hangs_is_broken_in_time(shop: Shop, silent_server: str) -> None:
    began = time.monotonic()
    found = examined(shop, SLACK_API_URL=f"http://{silent_server}/api/")
    assert said(found["slack"]) == ("broken", "slow")
    assert found["slack"]["seconds"] == 5
    assert found["permissions"]["result"] == "ok"
    assert time.monotonic() - began < SECONDS + 3


def test_what_setup_alone_reads_is_named_and_breaks_nothing(shop: Shop) -> None:
    denied = shop.sandbox.stripe.faults.denied
    shop.loop.call(lambda: denied.update({"rak_webhook_read", "rak_accounts_kyc_basic_read"}))
    try:
        found, printed = examined(shop), shop.runs("doctor").out
    finally:
        shop.loop.call(denied.clear)
    assert said(found["permissions"]) == ("ok", "without_optional")
    assert found["permissions"]["names"] == "Account (basic information): Read, Webhook Endpoints: Read"
    assert "For `setup` alone, each optional: rak_accounts_kyc_basic_read, rak_webhook_read." in printed


def test_a_stripe_that_hangs_is_broken_in_time(shop: Shop, silent_server: str) -> None:
    began = time.monotonic()
    found = examined(shop, STRIPE_API_BASE=f"http://{silent_server}")
    assert said(found["stripe"]) == ("broken", "slow")
    assert time.monotonic() - began < SECONDS + 3


@pytest.mark.parametrize(("settings", "outcome", "sentence"), [
    ({"STRIPE_API_BASE": "http://127.0.0.1:9"}, "unreachable", "Stripe: doesn't answer."),
    ({"STRIPE_API_KEY": "rk_test_invalid"}, "key_refused", "Stripe: doesn't accept the key (Invalid"),
])  # fmt: skip
def test_whether_stripe_or_the_key_is_to_blame_is_said(
    shop: Shop, settings: dict[str, str], outcome: str, sentence: str
) -> None:
    assert said(examined(shop, **settings)["stripe"]) == ("broken", outcome)
    ran = shop.runs("doctor", **settings)
    assert sentence in ran.out
    assert "rk_test_invalid" not in ran.out


def test_what_answers_and_is_not_stripe_is_said(shop: Shop) -> None:
    found = examined(shop, STRIPE_API_BASE=f"{shop.url}/elsewhere")
    assert said(found["stripe"]) == ("broken", "unreadable")


def test_a_first_question_at_a_terminal_is_answered_and_nothing_else(shop: Shop, tmp_path: Path) -> None:
    fresh = f"sqlite:///{tmp_path}/fresh.db"
    assert shop.runs("doctor", DATABASE_URL=fresh).err == ""
    assert "Running upgrade" in shop.runs("doctor", DATABASE_URL=f"{fresh}2", LOG_LEVEL="DEBUG").err


def test_outside_addresses_are_read_and_never_shown(shop: Shop) -> None:
    config = ON_CALL.format(people='"U0SAM"')
    wrong = {"PAGER_URLS": "json://127.0.0.1:9/page, nonsense://secretvalue secretvalue2"}
    assert said(examined(shop, config, PAGER_URLS="json://127.0.0.1:9/x")["outside"]) == ("ok", "understood")
    found = examined(shop, config, **wrong)
    assert said(found["outside"]) == ("broken", "not_understood")
    assert found["outside"]["kinds"] == "nonsense, ?"
    ran = shop.runs("doctor", PORTALBOT_CONFIG=str(shop.folder / "doctor.toml"), **wrong)
    assert "isn't one that Apprise knows: nonsense, ?" in ran.out
    assert "secretvalue" not in ran.out + ran.err


def test_somebody_on_call_whom_slack_does_not_know_is_broken(shop: Shop) -> None:
    found = examined(shop, ON_CALL.format(people='"U0SAM", "U0NOBODY"'), PAGER_URLS="json://127.0.0.1:9/x")
    assert (said(found["slack_person"]), found["slack_person"]["person"]) == (
        ("broken", "unknown"),
        "U0NOBODY",
    )


def test_a_group_on_call_that_does_not_exist_leaves_nobody(shop: Shop) -> None:
    found = examined(shop, '[rotation]\ngroup = "S0NOWHERE"\n')
    assert said(found["oncall"]) == ("broken", "nobody")
    assert found["slack_group"]["group"] == "S0ONCALL"  # the last of them by name
    ran = shop.runs("doctor", PORTALBOT_CONFIG=str(shop.folder / "doctor.toml"))
    assert "S0NOWHERE" in ran.out
    assert said(examined(shop, "", SLACK_ONCALL="")["oncall"]) == ("warn", "not_set")


def test_slack_shows_the_same_and_in_time(tmp_path: Path, silent_server: str) -> None:
    config = ON_CALL.format(people='"U0SAM"')
    more = {"SMTP_URL": f"smtp://{silent_server}", "PAGER_URLS": "nonsense://secretvalue", **MAIL}
    with open_stand(tmp_path, config, **more) as stand:
        agent = stand.person()
        began = time.monotonic()
        words = agent.asks("doctor").words
        assert time.monotonic() - began < SECONDS + 3
        assert "*Mail*  `127.0.0.1` doesn't answer" in words
        assert "*On call*  <@U0SAM> now" in words
        assert "*Outside services*  an address isn't one that Apprise knows: nonsense" in words
        assert "secretvalue" not in words
        stand.on_loop(lambda: stand.sandbox.set_fault("slack", Fault("500", "users.info", 1, 1)))
        assert "broken" in agent.asks("doctor").words
        assert stand.violations() == []
