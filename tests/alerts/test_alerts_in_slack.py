"""What the channel sees: one message per alert, changed in place, with buttons that work."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.alerts.alert import Status
from bot.process.worker import working
from sandbox.stripe.actions.cancelling import cancel, renew, say_why
from sandbox.stripe.actions.changes import Desk
from tests.alerts.alert_stand import AlertStand
from tests.stand.person import ALERTS, STRANGER
from tests.stand.stand import open_stand
from tests.stand.waiting import until

pytestmark = pytest.mark.slow(15)


def blocks_text(message: dict[str, object]) -> str:
    return str(message["blocks"])


def test_a_cancellation_is_one_message_and_its_reason_is_added_in_place(alerts: AlertStand) -> None:
    stand = alerts.stand
    world = stand.sandbox.stripe.test
    desk = Desk(world, stand.sandbox.stripe.events)
    subscription = next(
        one
        for one in world.every("subscription")
        if one["customer"] == stand.customer("noah") and one["status"] == "active"
    )
    stand.on_loop(lambda: cancel(desk, subscription, immediately=False))
    alerts.handle()
    first = alerts.sent_until("is going to cancel")
    assert "No reason given yet" in blocks_text(first)
    stand.on_loop(lambda: say_why(desk, subscription, "too_expensive", "<!channel> *bargain* next door"))
    alerts.handle()
    second = alerts.sent_until("too expensive")
    assert second["ts"] == first["ts"]
    assert "<!channel>" not in blocks_text(second)
    assert "&lt;!channel&gt;" in blocks_text(second)
    (alert,) = alerts.alerts()
    assert alert.count == 1
    assert alert.about["email"]
    assert "a month" in blocks_text(second)
    stand.on_loop(lambda: renew(desk, subscription))
    alerts.handle()
    alerts.sent_until("was taken back")
    assert alerts.alerts() == ()
    assert alerts.sent_until("stays after all")["ts"] == first["ts"]
    assert len(alerts.messages()) == 2  # the alert, and the reply in its thread


def test_a_failed_payment_counts_up_and_ends_when_it_is_paid(alerts: AlertStand) -> None:
    alerts.happens("invoice.payment_failed")
    first = alerts.sent_until("Payment of")
    (alert,) = alerts.alerts()
    alerts.stand.on_loop(
        lambda: alerts.stand.sandbox.stripe.events.record(
            alerts.stand.sandbox.stripe.test,
            "invoice.payment_failed",
            alerts.stand.sandbox.stripe.test.get(str(alert.object)),
        )
    )
    alerts.handle()
    again = alerts.sent_until("2 times, first")
    assert again["ts"] == first["ts"]
    assert alerts.alert(alert.id).count == 2


def test_on_call_takes_an_alert_through_its_states(alerts: AlertStand) -> None:
    alerts.happens("payout.failed")
    message = alerts.sent_until("Payout of")
    (alert,) = alerts.alerts()
    alerts.acts(message, "alert:ack")
    until(lambda: alerts.alert(alert.id).status is Status.ACKNOWLEDGED, "the acknowledgement")
    message = alerts.sent_until("Acknowledged by <@U0SAM>")
    alerts.acts(message, "alert:more", "unack")
    until(lambda: alerts.alert(alert.id).status is Status.OPEN, "an open alert")
    sam = alerts.stand.person("U0SAM", ALERTS)
    alerts.acts(message, "alert:more", "assign_other")
    assert not sam.submits(sam.window(), person="U0PRIYA").get("errors")
    message = alerts.sent_until("assigned to <@U0PRIYA>")
    alerts.acts(message, "alert:more", "snooze:15m")
    message = alerts.sent_until("Snoozed by <@U0SAM>")
    assert abs((alerts.alert(alert.id).snoozed_until or 0) - time.time() - 900) < 30
    alerts.acts(message, "alert:resolve")
    message = alerts.sent_until("Resolved by <@U0SAM>")
    alerts.acts(message, "alert:reopen")
    alerts.sent_until("*Not taken yet*")
    assert len(alerts.messages()) == 1
    verbs = [(entry.verb, entry.reason) for entry in alerts.stand.audit()]
    assert ("alerts", f"ack #{alert.id}") in verbs


def test_a_stranger_may_not_touch_an_alert_and_is_told_so(alerts: AlertStand) -> None:
    alerts.happens("payout.failed")
    message = alerts.sent_until("Payout of")
    (alert,) = alerts.alerts()
    stranger = alerts.stand.person(STRANGER, ALERTS)
    answer = stranger.waits_for(lambda: alerts.acts(message, "alert:ack", user=STRANGER))
    assert answer.content["only_for"] == STRANGER
    assert alerts.alert(alert.id).status is Status.OPEN


def test_a_portal_verb_on_an_alert_answers_one_person_and_leaves_the_alert(alerts: AlertStand) -> None:
    alerts.happens("invoice.payment_failed")
    message = alerts.sent_until("Payment of")
    agent = alerts.stand.person(channel=ALERTS)
    answer = agent.waits_for(lambda: alerts.acts(message, "ask:payment", user=agent.user))
    assert "/p/session/" in str(answer.content)
    assert answer.content["only_for"] == agent.user
    assert "/p/session/" not in str(alerts.messages())


def test_a_message_that_somebody_deleted_is_posted_again(alerts: AlertStand) -> None:
    alerts.happens("payout.failed")
    message = alerts.sent_until("Payout of")
    workspace = alerts.stand.sandbox.slack.parts.workspace
    gone = workspace.find(ALERTS, message["ts"])
    assert gone is not None
    alerts.stand.on_loop(lambda: workspace.delete(gone))
    (alert,) = alerts.alerts()
    alerts.stand.loop.run(alerts.store.acknowledge(alert.id, "U0SAM", int(time.time())))
    again = alerts.sent_until("Acknowledged by")
    assert again["ts"] != message["ts"]


def test_a_portal_session_is_never_told_nor_is_its_address_kept(alerts: AlertStand) -> None:
    agent = alerts.stand.person()
    agent.asks(f"home {alerts.stand.customer('noah')}")
    alerts.handle()
    alerts.send()
    assert alerts.messages() == []


def test_a_storm_is_one_message_that_counts(tmp_path: Path) -> None:
    with open_stand(tmp_path, "[limits]\nnew_alerts_per_rule = 2\n") as stand:
        alerts = AlertStand.of(stand)
        for _ in range(6):
            alerts.happens("payout.failed")
        alerts.sent_until("4 payouts failed in a short time: $")
        assert len(alerts.messages()) == 3
        assert stand.violations() == []


def test_earlier_alerts_of_the_customer_are_named(alerts: AlertStand) -> None:
    alerts.happens("invoice.payment_failed")
    alerts.sent_until("Payment of")
    alerts.happens("charge.dispute.created")
    alerts.happens("invoice.finalization_failed")
    alerts.sent_until("1 earlier alert")


def test_a_muted_rule_says_nothing_and_the_one_who_muted_it_is_told(alerts: AlertStand) -> None:
    alerts.happens("payout.failed")
    message = alerts.sent_until("Payout of")
    sam = alerts.stand.person("U0SAM", ALERTS)
    answer = sam.waits_for(lambda: alerts.acts(message, "alert:more", "mute_day"))
    assert "raises no alert for a day" in str(answer.content)
    alerts.happens("payout.failed")
    assert len(alerts.alerts()) == 1


def test_an_alert_is_in_the_channel_within_five_seconds(tmp_path: Path) -> None:
    with (
        open_stand(tmp_path) as stand,
        stand.loop.entered(working(stand.web.services)),
    ):
        began = time.monotonic()
        customer = stand.customer("noah")
        stand.on_loop(lambda: stand.sandbox.stripe.happen("payout.failed", customer))
        until(
            lambda: [each for each in stand.messages_in(ALERTS) if "Payout of" in each["text"]], "the alert"
        )
        assert time.monotonic() - began < 5


def test_a_snoozed_alert_opens_again_by_itself_when_its_time_has_come(alerts: AlertStand) -> None:
    alerts.happens("payout.failed")
    (alert,) = alerts.alerts()
    run, now = alerts.stand.loop.run, int(time.time())
    (wake,) = [each.work for each in alerts.work.every() if each.name == "snoozed_alerts"]
    run(alerts.store.snooze(alert.id, "U0SAM", now + 600, now))
    run(asyncio.wait_for(wake(), 5))
    assert alerts.alert(alert.id).status is Status.SNOOZED
    run(alerts.store.snooze(alert.id, "U0SAM", now - 1, now))
    run(asyncio.wait_for(wake(), 5))
    assert alerts.alert(alert.id).status is Status.OPEN


def test_a_snooze_is_by_the_clock_that_wakes_it(alerts: AlertStand, monkeypatch: pytest.MonkeyPatch) -> None:
    alerts.happens("payout.failed")
    message = alerts.sent_until("Payout")
    (alert,) = alerts.alerts()
    clock = alerts.stand.web.services.clock
    # The database's clock is two minutes behind this machine's.
    monkeypatch.setattr(clock, "_offset", time.time() - time.monotonic() - 120)
    alerts.acts(message, "alert:more", "snooze:15m")
    assert alerts.stand.loop.run(alerts.store.wake_snoozed(clock.whole())) == ()
    assert abs((alerts.alert(alert.id).snoozed_until or 0) - clock() - 900) < 30
