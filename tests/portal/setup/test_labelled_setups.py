"""How the steps stand in labelled set-ups: each says what is different from a complete one."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands.reading import read_command
from bot.errors import Unavailable
from bot.portal.attempts import known
from bot.portal.configuring.parameters import update_parameters
from bot.portal.configuring.reading import find_setting, read_value
from bot.portal.models import Configuration, Customer, Price
from bot.portal.setup import STEPS, OwnSide, Seen, StepReport, examine
from bot.portal.setup.repairs import with_plan_changes
from bot.portal.stripe_answers import Account, TaxSettings, WebhookEndpoint
from bot.replies.setup import setup_message, setup_report, step_advice
from bot.use_cases.results import SetupSurvey
from bot.words import Words
from sandbox.slack.block_checker import check_message

CASES = yaml.safe_load((Path(__file__).parents[2] / "data" / "setups.yaml").read_text(encoding="utf-8"))
WORDS = Words()
IDS = [
    "account", "business", "branding", "product", "product_details", "prices", "configuration", "features",
    "policies", "return_url", "login_page", "webhook", "mail", "try",
]  # fmt: skip
Json = dict[str, Any]

ACCOUNT: Json = {
    "id": "acct_1",
    "details_submitted": True,
    "charges_enabled": True,
    "business_profile": {
        "name": "Example Inc",
        "support_email": "help@example.com",
        "support_phone": "+14155550100",
        "url": "https://example.com",
    },
    "settings": {"branding": {"icon": "file_1", "logo": "file_2", "primary_color": "#4f46e5"}},
}
PRODUCT: Json = {
    "id": "prod_1",
    "name": "Team",
    "active": True,
    "description": "For teams.",
    "images": ["https://example.com/team.png"],
    "statement_descriptor": "EXAMPLE TEAM",
    "unit_label": "seat",
    "tax_code": "txcd_1",
}
PRICE: Json = {
    "active": True,
    "currency": "usd",
    "unit_amount": 1000,
    "type": "recurring",
    "billing_scheme": "per_unit",
    "tax_behavior": "exclusive",
}
CONFIGURATION: Json = {
    "id": "bpc_1",
    "name": "Default",
    "active": True,
    "is_default": True,
    "default_return_url": "https://example.com/account",
    "business_profile": {
        "headline": "Your plan",
        "privacy_policy_url": "https://example.com/privacy",
        "terms_of_service_url": "https://example.com/terms",
    },
    "login_page": {"enabled": True, "url": "https://billing.stripe.com/p/login/test_1"},
    "features": {
        "customer_update": {"enabled": True, "allowed_updates": ["email"]},
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
        "subscription_update": {"enabled": True, "default_allowed_updates": ["price", "quantity"]},
    },
}
ENDPOINT: Json = {
    "id": "we_1",
    "url": "https://bot.example.com/stripe/webhooks",
    "status": "enabled",
    "enabled_events": ["*"],
    "api_version": "2026-10-28.endive",
}
CUSTOMER: Json = {
    "id": "cus_1",
    "email": "jenny@example.com",
    "subscriptions": {"data": [{"id": "sub_1", "status": "active"}]},
}
OWN: Json = {
    "events": ("charge.dispute.created", "invoice.payment_failed", "subscription_schedule.*"),
    "webhook_secret": True,
    "api_version": "2026-10-28.endive",
    "newest_event": 1_700_000_000,
    "links_made": 3,
    "mail": "reached",
    "mail_server": "mail.example.com",
}
DENIED = Unavailable("permission_missing", permission="Products: Read", rak="rak_product_read")


def over(base: Json, different: Mapping[str, Any] | None) -> Json:
    """The base with what is different; None takes a value away."""
    made = dict(base)
    for key, value in (different or {}).items():
        both = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = over(made[key], value) if both else value
    return made


def seen(case: Json) -> Seen:
    product = over(PRODUCT, case.get("product"))
    given = {
        name: Price.of(
            over(
                {
                    **PRICE,
                    "id": name,
                    "product": product,
                    "recurring": {"interval": interval, "interval_count": 1, "usage_type": "licensed"},
                },
                case.get(name),
            )
        )
        for name, interval in (("price_m", "month"), ("price_y", "year"))
    }
    sold = [given[name] for name in case.get("prices", given) if given[name].active]
    entry = {"product": "prod_1", "prices": case.get("prices", list(given))}
    bounds = {"adjustable_quantity": {"enabled": case.get("quantity", True)}}
    products = [{**entry, **bounds}] if entry["prices"] else []
    products += [{"product": f"prod_x{n}", "prices": [f"price_x{n}"]} for n in range(case.get("many", 1) - 1)]
    update = {"features": {"subscription_update": {"products": products}}}
    every = case.get("configurations", [over(over(CONFIGURATION, update), case.get("configuration"))])
    if "another" in case:
        every = [*every, over(CONFIGURATION, {"id": "bpc_2", "is_default": False, **case["another"]})]
    configurations = tuple(map(Configuration.of, every))
    readings: Json = {
        "account": Account.of(over(ACCOUNT, case.get("account"))),
        "tax": TaxSettings.of(over({"status": "active"}, case.get("tax"))),
        "prices": tuple(sold),
        "configurations": configurations,
        "endpoints": tuple(
            map(WebhookEndpoint.of, case.get("endpoints", [over(ENDPOINT, case.get("endpoint"))]))
        ),
        "customers": tuple(map(Customer.of, case.get("customers", [over(CUSTOMER, case.get("customer"))]))),
    }
    readings |= dict.fromkeys(case.get("denied", ()), DENIED)
    chosen = None if "configurations" in case.get("denied", ()) else next(iter(configurations), None)
    listed = {name: given[name] for name in case.get("listed", given)} if chosen else {}
    own = OwnSide(**over(OWN, case.get("own")))
    return Seen(case.get("live", False), **readings, configuration=chosen, listed=listed, own=own)


def reports(case: Json) -> dict[str, StepReport]:
    return {each.step: each for each in examine(seen(case))}


def survey(case: Json, **more: Any) -> SetupSurvey:
    looked_at = seen(case)
    return SetupSurvey(looked_at.configuration, examine(looked_at), looked_at.livemode, **more)


def test_there_are_sixty_and_each_step_is_missing_or_optional_somewhere() -> None:
    assert len(CASES) >= 60
    assert len({case["case"] for case in CASES}) == len(CASES)
    assert {step for case in CASES for step in case["expect"]} == set(IDS)


def test_the_steps_are_those_of_the_contract_in_its_order() -> None:
    assert [each.id for each in STEPS] == IDS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_steps_stand_as_labelled(case: Json) -> None:
    found = reports(case)
    expected = dict.fromkeys(IDS, "done") | case["expect"]
    labels = {
        name: f"{found[name].result} {found[name].outcome.words}" if " " in label else found[name].result
        for name, label in expected.items()
    }
    assert labels == expected


@pytest.mark.parametrize("case", [case for case in CASES if "repair" in case], ids=lambda case: case["case"])
def test_what_a_setting_can_repair_is_offered_as_the_api_takes_it(case: Json) -> None:
    repairs = {name: each.outcome.repair for name, each in reports(case).items() if each.outcome.repair}
    assert {name: list(each.set) for name, each in repairs.items()} == case["repair"]
    for repair in repairs.values():
        assert repair.configuration == "bpc_1"
        for path, value in repair.set.items():
            read = read_value(find_setting(path), value)
            assert update_parameters({path: read}, {}) == update_parameters({path: value}, {})


@pytest.mark.parametrize(("allowed", "left"), [
    ([], ["price"]), (["promotion_code"], ["promotion_code", "price"]),
    (["quantity", "promotion_code"], ["quantity", "promotion_code"]),
])  # fmt: skip
def test_a_list_of_plans_takes_away_nothing_that_customers_may_change(
    allowed: list[str], left: list[str]
) -> None:
    update = {"enabled": True, "default_allowed_updates": allowed, "products": []}
    there = seen({"configuration": {"features": {"subscription_update": update}}})
    assert there.configuration is not None
    repair = with_plan_changes(there.configuration, known(there.prices) or ())
    assert repair is not None
    assert repair.set["features.subscription_update.default_allowed_updates"] == left


@pytest.mark.parametrize(("url", "evidence"), [
    ("https://hooks.example.com/T0/s3cret?token=s3cret", {"endpoints": ["hooks.example.com"]}),
    ("https://me:s3cret@bot.example.com/stripe/webhooks",
     {"address": "https://bot.example.com/stripe/webhooks"}),
])  # fmt: skip
def test_no_credential_in_the_address_of_an_endpoint_is_evidence(url: str, evidence: Json) -> None:
    outcome = reports({"endpoint": {"url": url}})["webhook"].outcome
    assert evidence.items() <= outcome.evidence.items()
    assert "s3cret" not in str(outcome.evidence)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_each_step_is_said_in_short_whole_sentences(case: Json) -> None:
    for report in reports(case).values():
        said = step_advice(WORDS, report)
        assert not re.search(r"None|  | [.,;:]|\{|\[\]|,,|\.\.$", said), said
        for sentence in re.split(r"(?<=[.?!…])\s+", said):
            words = [each for each in sentence.split() if "." not in each[:-1] and "_" not in each]
            assert len(words) <= 17, sentence


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_slack_takes_the_checklist_and_json_has_the_promised_keys(case: Json) -> None:
    found = survey(case, may_change=True)
    command = read_command("setup ticked:iframe,share")
    message = setup_message(WORDS, found, command)
    content = {"text": message.text, "blocks": message.blocks}
    assert check_message(content, public=False) == []
    printed = setup_report(WORDS, found)
    assert list(printed) == ["livemode", "configuration", "steps"]
    for step in printed["steps"]:
        assert list(step) == ["step", "result", "evidence", "advice", "repair", "url", "source"]
        assert step["result"] in {"done", "missing", "optional", "unknown"}
        assert step["url"].startswith("https://dashboard.stripe.com/")
        if step["repair"] is not None:
            assert list(step["repair"]) == ["configuration", "set"]


def test_what_may_not_be_read_is_never_missing() -> None:
    everything = ["account", "tax", "prices", "configurations", "endpoints", "customers"]
    for name in everything:
        found = reports({"denied": [name]})
        assert not [each for each in found.values() if each.result == "missing"], name


def test_every_outcome_has_words_and_no_words_are_left_over() -> None:
    used = {
        ("common" if each.outcome.words in {"not_permitted", "not_read", "unsaved"} else each.step,
         each.outcome.words)
        for case in CASES
        for each in reports(case).values()
    }  # fmt: skip
    written = yaml.safe_load(
        (Path(__file__).parents[3] / "messages" / "setup.yaml").read_text(encoding="utf-8")
    )
    there = {(step, part) for step, parts in written.items() for part in parts if part != "title"}
    # A refusal for another reason than a permission is tried in the tests of the command.
    assert there - used == {("common", "not_read"), ("configuration", "unseen")}
    assert used <= there
