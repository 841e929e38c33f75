"""Stripe's own sample objects, where a copy of them is at hand; nothing of them is kept here."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.portal.models import Configuration, Customer, Subscription
from bot.portal.rules import Question, Scope, Verdict, explain

BESIDE_THE_REPOSITORY = Path(__file__).parents[4] / "shared" / "stripe" / "fixtures3.json"
SAMPLES = Path(os.environ.get("PORTALBOT_STRIPE_FIXTURES", BESIDE_THE_REPOSITORY))
"""Read before the tests' own environment hides it."""


@pytest.fixture
def samples() -> dict[str, Any]:
    if not SAMPLES.is_file():
        pytest.skip("Stripe's sample objects are not here; PORTALBOT_STRIPE_FIXTURES may name them")
    resources: dict[str, Any] = json.loads(SAMPLES.read_text(encoding="utf-8"))["resources"]
    return resources


def test_the_sample_subscription_has_everything_in_its_way(samples: dict[str, Any]) -> None:
    explanation = explain(
        Question(
            customer=Customer.of(samples["customer"]),
            now=1_800_000_000,
            subscription=Subscription.of(samples["subscription"]),
            configuration=Configuration.of(samples["billing_portal.configuration"]),
            key_livemode=False,
        )
    )
    found = {finding.rule for verdict in explanation.verdicts.values() for finding in verdict.findings}
    assert {
        "MODE_MISMATCH",
        "CFG_UPDATE_OFF",
        "CFG_CANCEL_OFF",
        "CFG_PAUSE_OFF",
        "ST_CANCEL_SCHEDULED",
        "ST_CLASSIC_PAUSE",
        "ST_PAUSE_COLLECTION",
        "ST_PENDING_UPDATE",
        "SUB_TAX_UNSPECIFIED",
        "SUB_TRANSFORM_QTY",
        "SUB_CUSTOM_AMOUNT",
    } <= found
    assert explanation[Scope.UPDATE].verdict is Verdict.BLOCKED


def test_every_sample_object_is_read_without_raising(samples: dict[str, Any]) -> None:
    for value in samples.values():
        Customer.of(value)
        Subscription.of(value)
        Configuration.of(value)
