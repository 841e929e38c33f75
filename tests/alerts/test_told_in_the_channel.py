"""What the channel reads of disputes, cancellations and lost deliveries, from webhook to message."""

import json
import sqlite3
import time

from bot.alerts.alert import Severity, Status
from tests.alerts.alert_stand import AlertStand
from tests.alerts.examples import Event, every_example, example
from tests.alerts.test_catch_up import unheard
from tests.stand.person import ONCALL
from tests.stand.signing import stripe_header


def deliver(alerts: AlertStand, *events: Event) -> None:
    """Let Stripe deliver events of our own making, and handle them."""
    for number, each in enumerate(events):
        body = json.dumps({**each, "id": f"evt_{each['created']}_{number}_{time.time_ns()}"}).encode()
        headers = {"stripe-signature": stripe_header(body)}
        assert (
            alerts.stand.bot_http.post("/stripe/webhooks", content=body, headers=headers).status_code == 200
        )
    alerts.handle()


def catch_up(alerts: AlertStand) -> None:
    """Do what is done every hour."""
    (hourly,) = [each for each in alerts.work.every() if each.name == "missed_events"]

    async def work() -> None:
        await hourly.work()

    alerts.stand.loop.run(work())


def test_a_dispute_names_the_customer_their_worth_and_the_way_to_the_card(alerts: AlertStand) -> None:
    alerts.happens("charge.dispute.created")
    message = alerts.sent_until("Dispute over")
    assert "Dispute over $10.00 by Noah Müller" in message["text"]
    assert "worth $125.00 a month" in str(message["blocks"])
    assert "ask:card" in str(message["blocks"])
    (alert,) = alerts.alerts()
    assert alert.customer == alerts.stand.customer("noah")


def test_an_early_fraud_warning_names_the_customer(alerts: AlertStand) -> None:
    alerts.happens("radar.early_fraud_warning.created")
    assert "for Noah Müller" in alerts.sent_until("Early fraud warning")["text"]


def test_every_line_of_the_list_names_its_customer(alerts: AlertStand) -> None:
    for kind in ("invoice.payment_failed", "charge.dispute.created", "radar.early_fraud_warning.created"):
        alerts.happens(kind)
    alerts.sent_until("Early fraud warning")
    alerts.sent_until("Dispute over")
    alerts.sent_until("Payment of")
    answer = alerts.stand.person(ONCALL).asks("alerts")
    lines = [str(block["text"]["text"]) for block in answer.content["blocks"] if "accessory" in block]
    assert len(lines) == 3
    assert all("Noah Müller" in line for line in lines)


def test_an_inquiry_does_not_wake_and_its_outcome_stands_in_the_same_message(alerts: AlertStand) -> None:
    created, closed = example("Inquiry, closed")
    deliver(alerts, created)
    first = alerts.sent_until("No money has been taken")
    (alert,) = alerts.alerts()
    assert alert.severity is Severity.NOTIFY
    deliver(alerts, closed)
    last = alerts.sent_until("didn't become a dispute, and no money")
    assert (last["ts"], last["text"][0]) == (first["ts"], "✅")
    alerts.sent_until("The inquiry is closed")


def test_a_dispute_that_is_lost_says_so_in_its_message_and_thread(alerts: AlertStand) -> None:
    created, closed = example("Dispute, lost")
    deliver(alerts, created)
    alerts.sent_until("If you don't respond, the dispute is lost")
    deliver(alerts, closed)
    message = alerts.sent_until("The bank decided for the customer")
    assert message["text"].startswith("❌")
    assert "Without an answer" not in str(message)
    alerts.sent_until("The dispute is lost.")


def test_a_cancellation_taken_back_leaves_nothing_of_the_end_in_the_message(alerts: AlertStand) -> None:
    leaving, back = example("Taken back")
    deliver(alerts, leaving)
    alerts.sent_until("Runs until")
    deliver(alerts, back)
    message = alerts.sent_until("stays after all")
    assert "Runs until" not in str(message)
    assert "No reason given" not in str(message)


def test_every_example_goes_through_the_webhook(alerts: AlertStand) -> None:
    for _, events in every_example():
        deliver(alerts, *events)
    address = alerts.stand.settings.database_url.get_secret_value()
    with sqlite3.connect(address.removeprefix("sqlite:///")) as database:
        waiting = database.execute("SELECT count(*) FROM stripe_events WHERE handled_at IS NULL").fetchone()
    database.close()
    assert waiting == (0,)


def test_a_client_secret_is_not_kept_and_of_an_ignored_type_only_the_envelope(alerts: AlertStand) -> None:
    thing = {
        "id": "pi_ada",
        "object": "payment_intent",
        "client_secret": "pi_ada_secret_made_up",
        "amount": 4711,
    }
    failed = {
        **example("Payment failed")[0],
        "type": "payment_intent.payment_failed",
        "data": {"object": thing},
    }
    deliver(alerts, failed)
    address = alerts.stand.settings.database_url.get_secret_value()
    with sqlite3.connect(address.removeprefix("sqlite:///")) as database:
        ((payload,),) = database.execute("SELECT payload FROM stripe_events").fetchall()
    database.close()
    assert json.loads(payload)["data"] == {"object": {"id": "pi_ada", "object": "payment_intent"}}


def test_events_that_never_arrived_are_an_alert_of_the_bots_own_until_none_is_missed(
    alerts: AlertStand,
) -> None:
    alerts.happens("payout.failed")
    unheard(alerts, "charge.dispute.created")
    sandbox = alerts.stand.sandbox.stripe
    lost = next(each for each in sandbox.events.recorded if each["type"] == "charge.dispute.created")
    alerts.stand.on_loop(lambda: lost.update(created=lost["created"] - 600))
    catch_up(alerts)
    message = alerts.sent_until("1 Stripe event never arrived here")
    assert "charge.dispute.created" in str(message)
    assert "subscribed to too few event types" in str(message)
    (missed,) = [each for each in alerts.alerts() if each.rule == "events_missed"]
    assert missed.severity is Severity.NOTIFY
    catch_up(alerts)
    assert alerts.alert(missed.id).status is Status.RESOLVED


def test_an_event_that_may_still_be_on_its_way_is_no_alert(alerts: AlertStand) -> None:
    alerts.happens("payout.failed")
    unheard(alerts, "charge.dispute.created")
    catch_up(alerts)
    assert [each.rule for each in alerts.alerts() if each.rule == "events_missed"] == []
