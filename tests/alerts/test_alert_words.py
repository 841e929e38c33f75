"""An alert says what the object's state is now: by examples, through `portalbot alerts test`."""

from pathlib import Path
from typing import Any

import pytest

from tests.alerts.examples import Event, event, example, told, tried

OWN_RULE = '[[alert]]\nname = "mine"\nevent = "{event}"\nseverity = "notify"\ntemplate = "other"\n'


def words(found: dict[str, Any]) -> str:
    return f"{found['title']}\n{found['detail']}\n{found['todo']}"


def changed(name: str, **fields: Any) -> Event:
    """The first event of an example, its object with other fields."""
    first = example(name)[0]
    data = first["data"]
    return {**first, "data": {**data, "object": {**data["object"], **fields}}}


@pytest.mark.parametrize("name", ["Renewal since 2025-03-31", "Metadata of an item"])
def test_what_changes_neither_price_nor_quantity_is_nothing(tmp_path: Path, name: str) -> None:
    (found,) = tried(tmp_path, *example(name))
    assert (found["severity"], found["title"], found["text"]) == ("ignore", "", "")


def test_a_plan_change_and_a_coupon_in_one_event_are_both_told(tmp_path: Path) -> None:
    found = {each["rule"]: each for each in tried(tmp_path, *example("Coupon and plan in one change"))}
    assert set(found) == {"coupon_taken", "plan_changed"}
    assert found["plan_changed"]["detail"] == "Pro, $25.00 a month → Team, $90.00 a month"


def test_every_item_that_changed_is_told(tmp_path: Path) -> None:
    found = told(tmp_path, *example("More seats, and one item more"))
    assert "Pro, $25.00 a month → Pro, $25.00 a month × 5" in found["detail"]
    assert "Added: Team, $90.00 a month" in found["detail"]


def test_of_two_prices_that_read_alike_one_is_another_price_and_no_id_is_said(tmp_path: Path) -> None:
    one = example("Coupon and plan in one change")[0]["data"]["object"]
    item = one["items"]["data"][0]
    former = {"data": [{**item, "price": {**item["price"], "id": "price_old"}}]}
    found = told(tmp_path, event("customer.subscription.updated", one, {"items": former}))
    assert found["detail"].count("Team, $90.00 a month") == 2
    assert "(another price with the same terms)" in found["detail"]
    assert "price_" not in found["detail"]


def test_an_event_of_2014_tells_the_change_of_its_plan(tmp_path: Path) -> None:
    def plan(name: str, amount: int) -> dict[str, Any]:
        return {"id": name, "object": "plan", "name": name.title(), "amount": amount, "currency": "usd",
                "interval": "month", "interval_count": 1}  # fmt: skip

    old = {
        "id": "sub_old",
        "object": "subscription",
        "customer": "cus_old",
        "status": "active",
        "quantity": 1,
    }
    found = told(
        tmp_path,
        event(
            "customer.subscription.updated", {**old, "plan": plan("gold", 900)}, {"plan": plan("tin", 100)}
        ),
    )
    assert found["detail"] == "Tin, $1.00 a month → Gold, $9.00 a month"


def test_a_cancellation_taken_back_keeps_nothing_of_the_end(tmp_path: Path) -> None:
    found = told(tmp_path, *example("Taken back"))
    assert found["status"] == "resolved"
    assert "stays after all" in found["title"]
    assert not any(each in words(found) for each in ("Runs until", "No reason", "cancel"))


def test_the_reason_replaces_that_there_is_none(tmp_path: Path) -> None:
    assert "No reason given yet" in told(tmp_path, *example("Set to cancel, no reason yet"))["detail"]
    given = told(tmp_path, *example("Set to cancel, reason given"))["detail"]
    assert "too expensive – “Next door is cheaper”" in given
    assert "No reason" not in given


def test_a_feedback_option_that_cannot_be_read_is_shown_by_its_id(tmp_path: Path) -> None:
    found = told(
        tmp_path, *example("Set to cancel, reason from the merchant's own list, which the key may not read")
    )
    assert "fo_ada" in found["detail"]
    assert "No reason" not in found["detail"]


LOST = "the dispute is lost"


@pytest.mark.parametrize(("name", "state", "severity", "has", "has_not"), [
    ("Inquiry", "inquiry", "notify", ["No money has been taken", "a full refund ends the inquiry"], [LOST]),
    ("Inquiry, answered", "inquiry_answered", "notify", ["is answered"], [LOST]),
    ("Inquiry, date past", "inquiry_late", "notify", ["has passed", "A full refund still ends it"], [LOST]),
    ("Inquiry, closed", "inquiry_closed", "notify", ["didn't become a dispute"], [LOST]),
    ("Inquiry that became a dispute", "open", "page", [LOST], ["No money has been taken"]),
    ("Dispute", "open", "page", [LOST, "Hand in evidence"], []),
    ("Dispute, money taken", "open", "page", ["The money has been taken from your balance"], []),
    ("Dispute, evidence saved but not handed in", "staged", "page", ["not handed in"], []),
    ("Dispute, evidence handed in", "answered", "notify", ["Evidence was handed in"], [LOST]),
    ("Dispute, evidence handed in late", "answered_late", "notify", ["after its date"], [LOST]),
    ("Dispute, date past", "late", "notify", ["has passed", "can't be answered any more"], [LOST]),
    ("Dispute that the bank lets nobody answer", "no_response", "notify", ["allows no answer"], [LOST]),
    ("Dispute, lost at birth", "final", "notify", ["lost from the start", "can't be answered"], [LOST]),
    ("Dispute, under review", "under_review", "notify", ["is under review"], [LOST]),
    ("Dispute, won", "won", "notify", ["is won", "The money is back"], [LOST]),
    ("Dispute, lost", "lost", "notify", ["is lost", "No evidence was handed in"], [LOST]),
    ("Dispute, appealed", "appeal", "page", ["The appeal wants an answer"], []),
    ("Dispute, prevented", "prevented", "notify", ["was prevented"], [LOST]),
    ("Dispute of a status that is not known", None, "page", ["brand new"], [LOST]),
])  # fmt: skip
def test_a_dispute_is_told_by_its_status(
    tmp_path: Path, name: str, state: str | None, severity: str, has: list[str], has_not: list[str]
) -> None:
    found = told(tmp_path, *example(name))
    assert (found["state"], found["severity"]) == (state, severity)
    assert all(each in words(found) for each in has), words(found)
    assert not any(each in words(found) for each in has_not), words(found)


@pytest.mark.parametrize("name", ["Dispute, lost", "Dispute, lost at birth"])
def test_a_lost_dispute_is_never_shown_as_done_well(tmp_path: Path, name: str) -> None:
    found = told(tmp_path, *example(name))
    assert found["mark"] == "❌"
    assert "✅" not in found["text"] + str(found["blocks"])


def test_what_is_won_is_shown_so_also_when_it_was_not_known_before(tmp_path: Path) -> None:
    found = told(tmp_path, example("Dispute, won")[1])
    assert (found["mark"], found["status"], found["state"]) == ("✅", "open", "won")


def test_the_due_date_is_that_of_the_event_not_of_today(tmp_path: Path) -> None:
    long_ago = {**example("Dispute")[0], "created": 1_500_000_000}
    long_ago["data"] = {
        "object": {**long_ago["data"]["object"], "evidence_details": {"due_by": 1_500_600_000}}
    }
    assert told(tmp_path, long_ago)["state"] == "open"


def test_what_remains_to_be_paid_stands_in_the_title(tmp_path: Path) -> None:
    failed = told(tmp_path, *example("Payment of a partly paid invoice failed"))
    assert failed["title"].startswith("Payment of $60.00 failed")
    assert "$40.00 of $100.00 is paid" in failed["detail"]
    assert "$75.00 to be paid" in told(tmp_path, *example("Overdue, partly paid"))["title"]


def test_a_first_payment_is_told_as_one_and_counts_towards_no_spike(tmp_path: Path) -> None:
    found = tried(tmp_path, *example("First payment of a new subscription failed"))
    assert [(each["rule"], each["severity"]) for each in found] == [("first_payment_failed", "notify")]
    assert "First payment of $25.00 for a new subscription" in found[0]["title"]
    renewals = tried(tmp_path, *example("Payment failed"))
    assert [each["rule"] for each in renewals] == ["payment_failed", "payment_failures_spike"]


def test_a_repeated_first_payment_wakes_nobody(tmp_path: Path) -> None:
    again = changed("First payment of a new subscription failed", attempt_count=3)
    assert told(tmp_path, again)["severity"] == "notify"


@pytest.mark.parametrize(("name", "has"), [
    ("Trial that ended without a payment method", "trial ended without a payment method"),
    ("End set by a schedule", "Its schedule set this end"),
    ("End set by a request, reason unknown", "Somebody asked for it"),
    ("Lost by failed payments", "after failed payments"),
    ("Lost by a dispute", "because a payment was disputed"),
])  # fmt: skip
def test_who_or_what_ended_it_is_said_where_the_event_shows_it(tmp_path: Path, name: str, has: str) -> None:
    assert has in words(told(tmp_path, *example(name)))


@pytest.mark.parametrize("name", ["Ended, and the event does not say by whom", "End set by a schedule",
                                  "Trial that ended without a payment method"])  # fmt: skip
def test_nobody_is_named_and_no_reason_is_waited_for_where_the_event_shows_none(
    tmp_path: Path, name: str
) -> None:
    said = words(told(tmp_path, *example(name)))
    assert not any(each in said for each in ("No reason", "Somebody", "canceled at once"))


def test_a_trial_that_ended_without_a_card_does_not_count_as_churn(tmp_path: Path) -> None:
    found = tried(tmp_path, *example("Trial that ended without a payment method"))
    assert [each["rule"] for each in found] == ["trial_ended_without_card"]
    ended = tried(tmp_path, *example("Canceled at once"))
    assert [each["rule"] for each in ended] == ["cancellation_at_once", "churn_spike"]


@pytest.mark.parametrize(("name", "title"), [
    ("Unpaid invoice", "Stripe marks Ada Held as delinquent"),
    ("No unpaid invoice any more", "Stripe no longer marks Ada Held as delinquent"),
    ("Card updated by the card network", "The card network updated a card of Ada Held"),
    ("Schedule released", "cus_ada's schedule was released"),
    ("Billing details changed", "Billing details of Ada Held changed"),
    ("Payment method removed", "Payment method of Ada Held removed"),
    ("Paused by Stripe after failed payments", "Stripe paused cus_ada's subscription after failed payments"),
])  # fmt: skip
def test_what_others_did_is_not_told_as_the_customers_act(tmp_path: Path, name: str, title: str) -> None:
    assert told(tmp_path, *example(name))["title"] == title


def test_delinquency_and_a_new_address_are_two_things(tmp_path: Path) -> None:
    both = event("customer.updated", example("Unpaid invoice")[0]["data"]["object"],
                 {"delinquent": False, "address": {"city": "Basel"}})  # fmt: skip
    assert [each["rule"] for each in tried(tmp_path, both)] == ["customer_delinquent", "customer_updated"]


def test_a_balance_that_stripe_keeps_is_no_change_of_the_customer(tmp_path: Path) -> None:
    kept = event("customer.updated", {"id": "cus_ada", "object": "customer", "balance": 0}, {"balance": 50})
    assert [each["severity"] for each in tried(tmp_path, kept)] == ["ignore"]


@pytest.mark.parametrize(("one", "title", "detail"), [
    (event("charge.refunded", {"id": "ch_1", "object": "charge", "customer": "cus_ada", "amount": 2500,
                               "amount_refunded": 1500, "currency": "usd"}),
     "Payment refunded: $15.00, cus_ada", "$15.00 of $25.00 is refunded. ch_1"),
    (event("charge.failed", {"id": "ch_1", "object": "charge", "amount": 2500, "currency": "usd",
                             "failure_code": "card_declined", "billing_details": {"name": "Ada Held"},
                             "outcome": {"reason": "insufficient_funds"}}),
     "Payment failed: $25.00, Ada Held", "Declined: not enough money in the account. ch_1"),
    (event("payment_intent.payment_failed", {"id": "pi_1", "object": "payment_intent", "amount": 2500,
                                             "currency": "usd", "customer": "cus_ada",
                                             "last_payment_error": {"code": "card_declined",
                                                                    "decline_code": "brand_new"}}),
     "Payment failed: $25.00, cus_ada", "Declined: brand new. pi_1"),
    (event("refund.updated", {"id": "re_1", "object": "refund", "amount": 700, "currency": "eur",
                              "status": "pending", "reason": "duplicate"}),
     "Refund updated: €7.00", "Status: pending. Reason: charged twice. re_1"),
    (event("checkout.session.completed", {"id": "cs_1", "object": "checkout.session", "amount_total": 2500,
                                          "currency": "usd",
                                          "customer_details": {"email": "ada@held.example"}}),
     "Checkout completed: $25.00, ada@held.example", "cs_1"),
    (event("capability.updated", {"id": "card_payments", "object": "capability"}),
     "Capability updated", "card_payments"),
])  # fmt: skip
def test_a_rule_of_ones_own_names_type_amount_and_customer(
    tmp_path: Path, one: Event, title: str, detail: str
) -> None:
    (found,) = tried(tmp_path, one, rules=OWN_RULE.format(event=one["type"]))
    assert (found["rule"], found["title"], found["detail"]) == ("mine", title, detail)


def test_a_free_plan_is_just_free(tmp_path: Path) -> None:
    item = example("New")[0]["data"]["object"]["items"]["data"][0]
    free = changed("New", items={"data": [{**item, "price": {**item["price"], "unit_amount": 0}}]})
    assert told(tmp_path, free)["detail"] == "Pro, free."


@pytest.mark.parametrize(("name", "mark", "title"), [
    ("Failed, then paid", "✅", "Payment of $25.00 by Ada Held failed, and is paid now"),
    ("Failed, then voided", "⚪", "Invoice over $25.00 for Ada Held was voided"),
    ("Failed, then written off", "❌", "Invoice over $25.00 for Ada Held was written off"),
])  # fmt: skip
def test_an_invoice_that_is_over_is_told_as_what_became_of_it(
    tmp_path: Path, name: str, mark: str, title: str
) -> None:
    found = told(tmp_path, *example(name))
    assert (found["mark"], found["title"], found["todo"]) == (mark, title, "")


def test_what_belongs_to_a_connected_account_is_told_as_that_accounts(tmp_path: Path) -> None:
    found = told(tmp_path, *example("Payment failed at a connected account"))
    assert found["title"].endswith("at connected account acct_other")
    assert "dashboard.stripe.com/acct_other/test/invoices/in_ada" in str(found["blocks"])
    assert "Payment link" not in str([each for each in found["blocks"] if each["type"] == "actions"])


def test_changes_of_a_configuration_are_added_up(tmp_path: Path) -> None:
    found = told(tmp_path, *example("Portal configuration changed twice"))
    assert "features.subscription_cancel.enabled: on → off" in found["detail"]
    assert "name: Standard → Strict" in found["detail"]


def test_what_the_channel_reads_is_shown_whole(tmp_path: Path) -> None:
    found = told(tmp_path, *example("Inquiry"))
    assert found["text"] == f"🟠 {found['title']}"
    shown = str(found["blocks"])
    assert "*What to do:* Answer in Stripe before then" in shown
    assert "No money has been taken" in shown


@pytest.mark.parametrize(("name", "severity"), [
    ("Refund", "digest"), ("Refund, failed", "notify"), ("Payment refunded in part", "digest"),
    ("Dispute, money taken", "page"), ("Past due", "digest"), ("Recovered", "digest"),
    ("Invoices instead of automatic charges", "digest"), ("New", "digest"),
    ("Trial ends soon, no payment method on the subscription", "notify"),
    ("Paused by Stripe after failed payments", "notify"),
    ("Cancellation that waits for a payment", "notify"),
])  # fmt: skip
def test_the_default_rules_know_it_and_how_urgent_it_is(tmp_path: Path, name: str, severity: str) -> None:
    found = told(tmp_path, *example(name))
    assert found["rule"] != "other"
    assert found["severity"] == severity


def test_an_alert_about_many_names_none_of_them(tmp_path: Path) -> None:
    _, spike = tried(tmp_path, *example("Payment failed at a connected account"))
    assert spike["title"] == "Many payments are failing"
    assert "cus_ada" not in str(spike)
