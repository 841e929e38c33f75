"""Events that never arrived are fetched from Stripe's list and have the same effect, once."""

import os
import subprocess
import sys
import time

from bot.outcomes.read_events import EVENTS
from bot.process.checkup import own_readings
from tests.alerts.alert_stand import AlertStand
from tests.stored_events import unhandled


def unheard(alerts: AlertStand, kind: str) -> None:
    """Something happens while nobody takes deliveries."""
    events = alerts.stand.sandbox.stripe.events
    address, events.webhook_url = events.webhook_url, None
    customer = alerts.stand.customer("noah")
    alerts.stand.on_loop(lambda: alerts.stand.sandbox.stripe.happen(kind, customer))
    events.webhook_url = address


def test_a_gap_is_closed_and_what_was_there_has_no_second_effect(alerts: AlertStand) -> None:
    alerts.happens("payout.failed")
    unheard(alerts, "charge.dispute.created")
    alerts.happens("radar.early_fraud_warning.created")
    assert len(alerts.stand.loop.run(alerts.work.catch_up.fetch())) == 1
    assert alerts.stand.loop.run(alerts.work.catch_up.fetch()) == ()
    alerts.handle()
    assert sorted(each.rule for each in alerts.alerts()) == ["dispute", "fraud_warning", "payout_failed"]
    assert {each.count for each in alerts.alerts()} == {1}


def test_without_any_event_there_is_no_gap(alerts: AlertStand) -> None:
    unheard(alerts, "payout.failed")
    assert alerts.stand.loop.run(alerts.work.catch_up.fetch()) == ()
    assert len(alerts.stand.loop.run(alerts.work.catch_up.fetch(int(time.time()) - 600))) == 1


def test_the_command_fetches_by_hand(alerts: AlertStand) -> None:
    unheard(alerts, "payout.failed")
    settings = alerts.stand.settings
    environment = {
        "STRIPE_API_KEY": "rk_test_sandbox",
        "STRIPE_API_BASE": settings.stripe_api_base,
        "DATABASE_URL": settings.database_url.get_secret_value(),
    }
    since = str(int(time.time()) - 600)
    command = [sys.executable, "-m", "bot", "catch-up", "--since", since]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "1 event fetched that hadn't arrived.\n"), done.stderr


def test_an_event_of_the_other_mode_is_not_stored_and_the_others_are(alerts: AlertStand) -> None:
    unheard(alerts, "payout.failed")
    unheard(alerts, "charge.dispute.created")
    recorded = alerts.stand.sandbox.stripe.events.recorded
    alerts.stand.on_loop(lambda: recorded[-2].update(livemode=True))
    assert len(alerts.stand.loop.run(alerts.work.catch_up.fetch(int(time.time()) - 600))) == 1
    (kept,) = alerts.stand.loop.run(unhandled(alerts.stand.web.services.database))
    assert (kept.type, kept.livemode) == ("charge.dispute.created", False)
    alerts.handle()
    assert [each.rule for each in alerts.alerts()] == ["dispute"]


def test_what_tells_of_links_is_asked_for_and_fetched_though_no_rule_is_about_it(alerts: AlertStand) -> None:
    services = alerts.stand.web.services
    assert [kind for kind in EVENTS if alerts.work.catch_up.ignores(kind)] == []
    assert alerts.work.catch_up.ignores("application_fee.created")
    assert set(own_readings(services.settings, services.audit, services.events).events) >= set(EVENTS)
