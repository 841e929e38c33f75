"""What is looked up for an alert: each part by itself, once, and for the account that it belongs to."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.alerts.alert import Alert
from bot.alerts.enrichment import Enrichment
from bot.alerts.read_events import read_event
from bot.alerts.replay import preview
from bot.alerts.rules import AlertRules
from bot.portal.stripe_access import StripeGateway
from bot.replies.alert import alert_message
from bot.words import Words
from tests.alerts.examples import event, example
from tests.portal.conftest import gateway, stripe_server
from tests.portal.stripe_server import StripeServer

__all__ = ["gateway", "stripe_server"]

WORDS = Words()
ADA = {
    "id": "cus_ada", "object": "customer", "name": "Ada Held", "email": "ada@held.example",
    "subscriptions": {"data": [example("New")[0]["data"]["object"]], "has_more": False},
}  # fmt: skip
PRO = {
    "id": "price_pro",
    "object": "price",
    "product": {"id": "prod_tea", "object": "product", "name": "Tea"},
}


def alert_of(name: str, number: int = -1, **envelope: Any) -> Alert:
    """The alert of an example's event."""
    read = read_event({**example(name)[number], **envelope}, 0)
    assert read is not None
    return preview(AlertRules(channel="C0ALERTS").read(read)[0])


def shown(alert: Alert, about: Mapping[str, Any] | None) -> str:
    message = alert_message(WORDS, replace(alert, about=about or {}))
    return f"{message.text}\n{message.blocks}"


async def test_a_price_that_is_gone_does_not_cost_the_customers_name(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.answer("/v1/customers/cus_ada", ADA)
    stripe_server.refuse("/v1/prices/price_pro", 404, "No such price", code="resource_missing")
    alert = alert_of("Set to cancel, no reason yet")
    about = await Enrichment(gateway).about(alert)
    assert "Ada Held's subscription" in shown(alert, about)
    assert "$25.00 a month" in shown(alert, about)


async def test_a_customer_that_is_gone_does_not_cost_the_plans_name(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.refuse("/v1/customers/cus_ada", 404, "No such customer", code="resource_missing")
    stripe_server.answer("/v1/prices/price_pro", PRO)
    alert = alert_of("Set to cancel, no reason yet")
    about = await Enrichment(gateway).about(alert)
    assert "Tea, $25.00 a month" in shown(alert, about)


async def test_the_customer_of_a_dispute_and_of_a_fraud_warning_is_that_of_the_charge(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.answer("/v1/charges/ch_ada", {"id": "ch_ada", "object": "charge", "customer": ADA})
    for name in ("Dispute", "Early fraud warning"):
        alert = alert_of(name)
        about = await Enrichment(gateway).about(alert)
        text = shown(alert, about)
        assert "Ada Held" in text.partition("\n")[0]
        assert "worth $25.00 a month" in text
        assert "'value': 'cus_ada'" in text  # the button that opens the customer card


async def test_the_payment_leads_to_the_customer_where_there_is_no_charge(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.answer(
        "/v1/payment_intents/pi_1", {"id": "pi_1", "object": "payment_intent", "customer": ADA}
    )
    alert = alert_of("Dispute")
    alert = replace(alert, facts={**alert.facts, "charge": None, "payment_intent": "pi_1", "name": None})
    about = await Enrichment(gateway).about(alert)
    assert about
    assert about["name"] == "Ada Held"


async def test_a_feedback_option_is_read_once_and_shown_as_text(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    option = {"id": "fo_ada", "object": "billing.feedback_option", "description": "Moving to Mars"}
    stripe_server.answer("/v1/billing/feedback_options/fo_ada", option)
    alert = alert_of("Set to cancel, reason from the merchant's own list, which the key may not read")
    enrichment = Enrichment(gateway)
    about = await enrichment.about(alert)
    assert "Moving to Mars" in shown(alert, about)
    await enrichment.about(alert)
    await enrichment.about(replace(alert, about=about or {}))
    assert stripe_server.paths.count("GET /v1/billing/feedback_options/fo_ada") == 1


async def test_without_the_right_to_read_the_option_its_id_is_shown_and_it_is_not_asked_again(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    path = "/v1/billing/feedback_options/fo_ada"
    stripe_server.refuse(path, 403, "The provided key does not have the required permissions")
    alert = alert_of("Set to cancel, reason from the merchant's own list, which the key may not read")
    about = await Enrichment(gateway).about(alert)
    assert "fo_ada" in shown(alert, about)
    await Enrichment(gateway).about(replace(alert, about=about or {}))
    assert stripe_server.paths.count(f"GET {path}") == 1


async def test_why_a_payment_was_declined_is_said_in_words(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    error = {"code": "card_declined", "decline_code": "insufficient_funds", "message": "No."}
    payment = {"payment": {"type": "payment_intent", "payment_intent": {"last_payment_error": error}}}
    stripe_server.answer("/v1/invoices/in_ada", {"object": "invoice", "payments": {"data": [payment]}})
    alert = alert_of("Payment failed")
    about = await Enrichment(gateway).about(alert)
    assert "failed for Ada Held: not enough money in the account" in shown(alert, about)


async def test_what_stripe_was_too_slow_for_is_asked_for_with_the_next_change(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.answer("/v1/customers/cus_ada", ADA)
    stripe_server.answer("/v1/prices/price_pro", PRO)
    alert = alert_of("Set to cancel, no reason yet")
    stripe_server.delay = 0.4
    about = await Enrichment(gateway, patience_seconds=0.05).about(alert)
    assert about == {"asked": []}
    stripe_server.delay = 0
    again = await Enrichment(gateway).about(replace(alert, about=about))
    assert again
    assert again["name"] == "Ada Held"
    assert await Enrichment(gateway).about(replace(alert, about=again)) is None


async def test_a_connected_accounts_customer_is_looked_up_there(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.answer("/v1/charges/ch_ada", {"id": "ch_ada", "object": "charge", "customer": ADA})
    await Enrichment(gateway).about(alert_of("Dispute", account="acct_other"))
    (asked,) = stripe_server.asked
    assert asked.headers["Stripe-Account"] == "acct_other"


async def test_a_trial_end_asks_for_a_card_only_where_the_customer_has_none(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    alert = alert_of("Trial ends soon, no payment method on the subscription")
    stripe_server.answer("/v1/customers/cus_ada", ADA)
    stripe_server.answer("/v1/customers/cus_ada", {**ADA, "default_source": "card_1"})
    without = shown(alert, await Enrichment(gateway).about(alert))
    assert "without a payment method" in without
    assert "Send a payment link" in without
    with_card = shown(alert, await Enrichment(gateway).about(alert))
    assert "default payment method will be charged" in with_card
    assert "Send a payment link" not in with_card


def test_an_expanded_charge_names_its_customer_without_being_asked() -> None:
    charge = {
        "id": "ch_1",
        "object": "charge",
        "customer": "cus_ada",
        "billing_details": {"name": "Ada Held"},
    }
    thing = {**example("Dispute")[0]["data"]["object"], "charge": charge, "evidence": {}}
    read = read_event(event("charge.dispute.created", thing), 0)
    assert read is not None
    alert = preview(AlertRules().read(read)[0])
    assert (alert.customer, alert.facts["name"]) == ("cus_ada", "Ada Held")


async def test_who_changed_the_portals_settings_here_is_named_and_nobody_is_guessed(
    gateway: StripeGateway,
) -> None:
    async def who_changed(key: str) -> dict[str, str | None] | None:
        return {"by": "U0PRIYA", "asked_by": "U0ALEX"} if key == "portalbot-change-1" else None

    def alert(key: str) -> Alert:
        saved = event("billing_portal.configuration.updated", {
            "id": "bpc_1", "object": "billing_portal.configuration", "name": "Portal", "active": True,
        }, {"name": "Old"})  # fmt: skip
        read = read_event({**saved, "request": {"id": "req_1", "idempotency_key": key}}, 0)
        assert read is not None
        return preview(AlertRules(channel="C0ALERTS").read(read)[0])

    enrichment = Enrichment(gateway, who_changed=who_changed)
    ours = alert("portalbot-change-1")
    assert "<@U0PRIYA> changed it here, asked by <@U0ALEX>" in shown(ours, await enrichment.about(ours))
    theirs = alert("another-programs-key")
    assert "changed it here" not in shown(theirs, await enrichment.about(theirs))
