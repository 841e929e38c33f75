"""What holds for every question, whatever Stripe or a stranger sends."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.portal.models import Configuration, Coupon, Customer, Price, PromotionCode, Subscription
from bot.portal.rules import (
    RULES,
    Discount,
    Explanation,
    Question,
    Severity,
    Target,
    Verdict,
    explain,
)
from bot.replies.finding import verdict_report
from bot.words import Words
from docs.rules_page.stated import STATED

from .rule_case_table import BASE, cases, objects

FIELDS = sorted(
    {*BASE["subscription"], *BASE["customer"], *BASE["configuration"]["features"], "price", "data"}
)
STATUSES = [
    "trialing",
    "active",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "canceled",
    "unpaid",
    "paused",
]

WORDS = Words()

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from([*FIELDS, *STATUSES])
)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)
paths = st.sampled_from(
    [
        *(("subscription", field) for field in BASE["subscription"]),
        *(("customer", field) for field in BASE["customer"]),
        *(("configuration", field) for field in BASE["configuration"]),
    ]
)


def asked(made: dict[str, Any], target: object = None, quantity: int | None = None) -> Question:
    return Question(
        customer=Customer.of(made["customer"]),
        now=BASE["now"],
        subscription=Subscription.of(made["subscription"]),
        configuration=Configuration.of(made["configuration"]),
        target=Target(None if target is None else Price.of(target), quantity),
        prices={name: Price.of(price) for name, price in made["prices"].items()},
        key_livemode=False,
    )


def check_words_and_json(explanation: Explanation) -> None:
    report = {str(scope): verdict_report(WORDS, verdict) for scope, verdict in explanation.verdicts.items()}
    assert json.loads(json.dumps(report)) == report


@given(changes=st.lists(st.tuples(paths, junk), max_size=5), target=junk, quantity=st.none() | st.integers())
def test_junk_in_any_field_is_answered_in_words_and_in_json(
    changes: list[tuple[tuple[str, str], object]], target: object, quantity: int | None
) -> None:
    made = objects({})
    for (thing, field), value in changes:
        made[thing][field] = value
    check_words_and_json(explain(asked(made, target, quantity)))


discount_fields = st.dictionaries(
    st.sampled_from(
        [
            *("valid", "active", "customer", "expires_at", "redeem_by", "max_redemptions", "times_redeemed"),
            *("amount_off", "currency", "currency_options", "applies_to", "products", "duration"),
            *("restrictions", "first_time_transaction", "minimum_amount", "minimum_amount_currency"),
            *("promotion", "coupon", "id", "code"),
        ]
    ),
    scalars | st.dictionaries(st.sampled_from(["products", "usd", "coupon", "minimum_amount"]), junk),
)


@given(coupon=discount_fields, code=discount_fields, offer=discount_fields)
def test_junk_in_a_coupon_or_a_code_is_answered_in_words_and_in_json(
    coupon: object, code: object, offer: object
) -> None:
    made = PromotionCode.of(code)
    question = replace(
        asked(objects({})),
        discounts=(
            Discount("STAY", Coupon.of(coupon)),
            Discount("FALL20", made.coupon.object if made.coupon else None, made),
        ),
        retention=Discount("OFFER", Coupon.of(offer)),
    )
    check_words_and_json(explain(question))


@given(customer=junk, subscription=junk, configuration=junk)
def test_junk_objects_never_raise(customer: object, subscription: object, configuration: object) -> None:
    made = {"customer": customer, "subscription": subscription, "configuration": configuration, "prices": {}}
    explain(asked(made))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_worst_finding_is_the_verdict_and_blocks_are_told_in_stage_order(case: Any) -> None:
    places = {rule.id: place for place, rule in enumerate(RULES)}
    explanation = explain(case.question)
    for scope, verdict in explanation.verdicts.items():
        severities = {finding.severity for finding in verdict.findings}
        worst = (
            Verdict.BLOCKED
            if Severity.BLOCK in severities
            else Verdict.MAYBE
            if Severity.MAYBE in severities
            else Verdict.ALLOWED
        )
        assert verdict.verdict is worst, scope
        stages = [RULES[places[finding.rule]].stage for finding in verdict.findings]
        assert stages == sorted(stages), scope
    assert explain(case.question) == explanation


@given(
    field=st.text(min_size=1, max_size=12).filter(
        lambda name: name not in FIELDS and name not in {"discount", "plan"}
    ),
    value=junk,
)
def test_an_unrelated_field_changes_nothing(field: str, value: object) -> None:
    before, after = objects({}), objects({})
    unrelated = f"x_{field}"
    after["customer"][unrelated] = value
    after["subscription"][unrelated] = value
    after["subscription"]["items"]["data"][0][unrelated] = value
    after["subscription"]["items"]["data"][0]["price"][unrelated] = value
    after["subscription"]["metadata"] = value
    after["configuration"][unrelated] = value
    after["configuration"]["features"][unrelated] = value
    assert explain(asked(after)) == explain(asked(before))


@given(order=st.permutations(sorted(BASE["subscription"])), status=st.sampled_from(STATUSES))
def test_the_order_of_fields_changes_nothing(order: list[str], status: str) -> None:
    made = objects({"subscription": {"status": status, "collection_method": "send_invoice"}})
    shuffled = {**made, "subscription": {field: made["subscription"][field] for field in order}}
    assert explain(asked(shuffled)) == explain(asked(made))


def test_ids_are_unique_and_stated_rows_are_never_findings() -> None:
    identifiers = [rule.id for rule in RULES]
    assert len(identifiers) == len(set(identifiers))
    assert {row.id for row in STATED} - {"CFG_PAUSE_OFF"} == {
        "UI_IFRAME",
        "UI_PM_SECTION",
        "UI_EMAIL_LOGIN",
        "PM_LAST",
        "ST_CADENCE_PAUSE",
    }
    assert not {row.id for row in STATED if row.id != "CFG_PAUSE_OFF"} & set(identifiers)


def test_sources_are_a_page_a_module_or_inferred() -> None:
    for rule in RULES:
        assert rule.source.startswith(("https://", "stripe-python:")) or rule.source == "inferred"
        assert rule.condition
