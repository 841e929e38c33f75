"""What usually helps is a button that does it, and every title names whom it is about."""

from dataclasses import replace

import pytest

from bot.alerts.alert import Alert, Severity, Status
from bot.replies.alert import Around, alert_message
from bot.replies.alert_help import Help, help_for
from bot.replies.alert_words import said_of
from bot.words import Words
from tests.alerts.examples import every_example, example
from tests.alerts.test_alert_sheet import happened

WORDS = Words()
GRACE = {"name": "Grace Hopper", "email": "grace@example.com"}


def told(name: str) -> Alert:
    """The alert of an example, after its last event."""
    *_, last = happened(example(name))
    return replace(last.alert, about={**GRACE, "customer": last.alert.customer})


def helped(alert: Alert, *, mails: bool = True) -> Help:
    found = help_for(WORDS, alert, mails=mails)
    assert found
    return found


def test_every_default_alert_names_its_customer_and_has_a_button_where_it_asks_for_something() -> None:
    for name, events in every_example():
        for each in happened(events):
            if each.alert.severity is Severity.IGNORE:
                continue
            alert = replace(each.alert, about={**GRACE, "customer": each.alert.customer})
            said = said_of(WORDS, alert)
            about_somebody = alert.customer and alert.facts.get("kind") != "billing_portal.configuration"
            assert not about_somebody or "Grace Hopper" in said.plain_title, name
            asks_something = said.plain_todo and not said.plain_todo.startswith("Nothing")
            if asks_something and not alert.facts.get("account"):
                assert help_for(WORDS, alert), name


def test_a_failed_payment_sends_a_link_or_hands_one_over_where_no_mail_can_go() -> None:
    alert = told("Payment failed")
    assert helped(alert).line == f"email {alert.customer}"
    assert helped(alert, mails=False).line == f"payment {alert.customer}"
    assert helped(replace(alert, about={})).line == f"payment {alert.customer}"


@pytest.mark.parametrize(("name", "label", "opens"), [
    ("Dispute", "Open dispute", "/test/disputes/"),
    ("Payout failed", "Open payout settings", "/test/settings/payouts"),
])  # fmt: skip
def test_what_only_the_dashboard_can_do_opens_its_page(name: str, label: str, opens: str) -> None:
    found = helped(told(name))
    assert found.label == label
    assert opens in found.url


def test_what_is_over_or_a_connected_accounts_offers_no_command() -> None:
    assert help_for(WORDS, replace(told("Payment failed"), status=Status.RESOLVED)) is None
    assert help_for(WORDS, told("Payment failed at a connected account")) is None


@pytest.mark.parametrize("status", list(Status))
def test_there_is_one_row_of_controls_that_slack_takes(status: Status) -> None:
    alert = replace(
        told("Payment failed"), status=status, acknowledged_by="U0SAM", acknowledged_at=5,
        snoozed_by="U0SAM", snoozed_until=9, resolved_at=9,
    )  # fmt: skip
    rows = [each for each in alert_message(WORDS, alert, Around()).blocks if each["type"] == "actions"]
    (row,) = rows
    assert len(row["elements"]) <= 5
    labels = [each["text"]["text"] for each in row["elements"] if "text" in each]
    first = {Status.ACKNOWLEDGED: "Resolve", Status.RESOLVED: "Reopen"}.get(status, "Acknowledge")
    assert labels[0] == first
    assert all(len(each["options"]) == 5 for each in row["elements"] if each["type"] == "overflow")
