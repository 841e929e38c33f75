"""`portalbot link` as a program: what it prints, how it ends, and what it costs at Stripe."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stand.terminal import Shop, open_shop

pytestmark = pytest.mark.slow(15)

KEYS = {
    "url": str, "session": str, "customer": str, "subscription": (str, type(None)), "flow": (str, type(None)),
    "configuration": str, "livemode": bool, "created": int, "expires_at": int, "locale": str,
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def test_a_link_as_json_has_exactly_the_promised_keys_and_types(shop: Shop) -> None:
    ran = shop.runs("link", "home", "jenny@example.com", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json) == list(KEYS)
    for key, kind in KEYS.items():
        assert isinstance(ran.json[key], kind), key  # type: ignore[arg-type]
    assert ran.json["flow"] is None
    assert ran.json["customer"] == shop.customer("jenny")
    assert ran.json["livemode"] is False
    assert abs(ran.json["created"] - time.time()) < 60
    assert ran.json["expires_at"] == ran.json["created"] + 300


@pytest.mark.parametrize(("verb", "flow"), [
    ("payment", "payment_method_update"), ("details", "customer_update"), ("cancel", "subscription_cancel"),
    ("pause", "subscription_pause"), ("update", "subscription_update"),
])  # fmt: skip
def test_each_link_verb_makes_its_flow_after_a_list_and_a_search_at_once(
    shop: Shop, verb: str, flow: str
) -> None:
    before = len(shop.calls())
    made = shop.runs("link", verb, "jenny@example.com", "--json").json
    assert made["flow"] == flow
    *found, made_at = shop.calls()[before:]
    # The search is for addresses that differ in spelling only.
    assert sorted(found) == ["GET /v1/customers", "GET /v1/customers/search"]
    assert made_at == "POST /v1/billing_portal/sessions"


def test_a_customer_id_costs_one_lookup_and_one_session(shop: Shop) -> None:
    before, customer = len(shop.calls()), shop.customer("jenny")
    assert shop.runs("link", "home", customer, "--json").code == 0
    assert shop.calls()[before:] == [f"GET /v1/customers/{customer}", "POST /v1/billing_portal/sessions"]


def test_a_subscription_id_costs_one_lookup_and_one_session(shop: Shop) -> None:
    before, subscription = len(shop.calls()), shop.subscription("jenny")
    made = shop.runs("link", "cancel", subscription, "--json").json
    assert made["subscription"] == subscription
    assert shop.calls()[before:] == [
        f"GET /v1/subscriptions/{subscription}",
        "POST /v1/billing_portal/sessions",
    ]


def test_without_json_the_address_stands_alone_on_the_first_line(shop: Shop) -> None:
    ran = shop.runs("link", "home", "jenny@example.com")
    address, rest = ran.out.split("\n", 1)
    assert "/p/session/test_" in address
    assert "Jenny Rosen" in rest
    assert "TEST" in rest
    assert ran.code == 0


def test_several_matches_are_ambiguous_with_the_candidates(shop: Shop) -> None:
    ran = shop.runs("link", "home", "sam@example.com", "--json")
    assert ran.code == 1
    error = ran.json["error"]
    assert set(error) == {"code", "message", "candidates"}
    assert error["code"] == "ambiguous"
    assert {each["customer"] for each in error["candidates"]} == {
        shop.customer("sam_active"), shop.customer("sam_idle"),
    }  # fmt: skip
    for each in error["candidates"]:
        assert list(each) == ["customer", "email", "created"]
        assert isinstance(each["created"], int)


def test_who_is_nearly_what_was_typed_is_listed_beside_the_refusal(shop: Shop) -> None:
    error = shop.runs("link", "home", "jeny@example.com", "--json").json["error"]
    assert error["code"] == "no_customer_with_email"
    assert [(each["customer"], each["email"]) for each in error["did_you_mean"]] == [
        (shop.customer("jenny"), "jenny@example.com")
    ]
    said = shop.runs("link", "home", "jeny@example.com").err
    assert f"Did you mean:\n- {shop.customer('jenny')} Jenny Rosen jenny@example.com" in said


@pytest.mark.parametrize(("arguments", "code", "error"), [
    (("home", "nobody@example.com"), 1, "no_customer_with_email"),
    (("home", "cus_nobody0000"), 1, "no_such_customer"),
    (("cancel", "nora@example.com"), 1, "no_subscription"),
    (("home", "dora@example.com"), 1, None), (("update", "multi@example.com"), 1, "portal_rule"),
    (("switch", "jenny@example.com"), 2, "switch_needs_change"), (("home",), 2, None),
    (("home", "jenny@example.com", "locale:xx"), 2, "unknown_locale"),
    (("home", "jenny@example.com", "nonsense:1"), 2, "unknown_option"),
    (("doctor", "x"), 2, "unknown_link_verb"), (("home", "sk_live_51abcdefghijklmnop"), 1, "key_pasted"),
])  # fmt: skip
def test_a_refusal_is_an_error_object_and_an_exit_code(
    shop: Shop, arguments: tuple[str, ...], code: int, error: str | None
) -> None:
    ran = shop.runs("link", *arguments, "--json")
    assert ran.code == code
    if ran.out:
        assert set(ran.json) == {"error"}
        assert {"code", "message", "findings"} <= set(ran.json["error"])
        assert error in {None, ran.json["error"]["code"]}
        assert ran.json["error"]["message"]
    else:
        assert error is None
        assert "Usage" in ran.err


@pytest.mark.parametrize(("arguments", "error", "named"), [
    (("paymnet", "jenny@example.com"), "word_not_understood", "payment jenny@example.com"),
    (("cancel", "noah@example.com", "at", "year", "end"), "word_not_understood", "at year end"),
    (("refund", "jenny@example.com"), "verb_elsewhere", "Dashboard"),
    (("home", "cancel", "jenny@example.com"), "two_readings", "cancel jenny@example.com"),
])  # fmt: skip
def test_what_is_not_understood_makes_nothing_and_is_said(
    shop: Shop, arguments: tuple[str, ...], error: str, named: str
) -> None:
    before = len(shop.calls())
    ran = shop.runs("link", *arguments, "--json")
    assert (ran.code, ran.json["error"]["code"]) == (2, error)
    assert named in ran.json["error"]["message"]
    assert len(shop.calls()) == before


def test_a_phrase_is_a_verb_at_the_terminal_too_and_stderr_says_which(shop: Shop) -> None:
    ran = shop.runs("link", "update", "card", "jenny@example.com", "--json")
    assert (ran.code, ran.json["flow"]) == (0, "payment_method_update")
    assert "as payment" in ran.err


@pytest.mark.parametrize("command", ["history", "forget"])
def test_a_word_too_many_is_refused_by_what_only_reads_and_by_what_erases(shop: Shop, command: str) -> None:
    ran = shop.runs(command, shop.customer("jenny"), "and", "everybody", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (2, "word_not_understood")
    assert "everybody" in ran.json["error"]["message"]


def test_a_rule_that_stands_in_the_way_is_in_the_findings(shop: Shop) -> None:
    (finding, *_) = shop.runs("link", "update", "multi@example.com", "--json").json["error"]["findings"]
    assert finding["rule"] == "SUB_MULTI_ITEM"
    assert {"rule", "severity", "status", "evidence", "explanation", "remedy", "source"} <= set(finding)


def test_without_json_a_refusal_goes_to_stderr(shop: Shop) -> None:
    ran = shop.runs("link", "home", "nobody@example.com")
    assert (ran.code, ran.out) == (1, "")
    assert "nobody@example.com" in ran.err


def test_options_arrive_at_stripe(shop: Shop) -> None:
    ran = shop.runs("link", "home", "jenny@example.com", "locale:de", "recover:2h", "for:ticket 42", "--json")
    assert ran.json["locale"] == "de"
    call = shop.loop.call(lambda: shop.sandbox.stripe.calls[-1])
    assert call.params["locale"] == "de"
    assert "after_expiration" in call.params


def test_with_json_stdout_is_json_also_when_logs_are_loud(shop: Shop, tmp_path: Path) -> None:
    # The first start on a database makes its tables, and says a lot about it.
    fresh = f"sqlite:///{tmp_path}/fresh.db"
    ran = shop.runs_as_program(
        "link", "home", "jenny@example.com", "--json", LOG_LEVEL="DEBUG", DATABASE_URL=fresh
    )
    assert ran.json["session"]
    assert ran.err
    assert "/p/session/" not in ran.err


def test_stripe_away_is_a_refusal(shop: Shop) -> None:
    ran = shop.runs("link", "home", "jenny@example.com", "--json", STRIPE_API_BASE="http://127.0.0.1:9")
    assert ran.code == 1
    assert ran.json["error"]["code"] == "stripe_unreachable"


def test_bytes_that_are_no_text_are_a_refusal(shop: Shop) -> None:
    ran = shop.runs_as_program("link", "home", b"\xff\xfe", "--json")
    assert ran.code in {1, 2}
    assert ran.json["error"]["message"]
