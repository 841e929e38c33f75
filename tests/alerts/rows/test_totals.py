"""An alert that stands for many says how many, how much and why most often, and names nobody."""

from dataclasses import replace

from bot.alerts.alert import Alert, Occurrence, Severity, StormLimit
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.totals import most_frequent, read_total
from bot.replies.alert_words import said_of
from bot.store.database import Database
from bot.words import Words

NOW = 1_800_000_000
FAILED = Occurrence(
    key="evt_0", type="invoice.payment_failed", at=NOW, rule="payment_failed", severity=Severity.NOTIFY,
    group_key="payment_failed:in_0", template="payment_failed", livemode=False, customer="cus_0",
    amount=1_000, currency="usd", facts={"kind": "invoice", "name": "Ada Held"},
)  # fmt: skip
GIVEN = (
    ("in_1", "usd", "insufficient_funds"), ("in_2", "usd", "insufficient_funds"), ("in_2", "usd", None),
    ("in_3", "eur", "expired_card"), ("in_4", "usd", None),
)  # fmt: skip


async def failures(database: Database) -> Alert:
    """What raises one alert, and then a storm of four invoices in five attempts; gives the storm."""
    store = Alerts(database, StormLimit(1, 300))
    await store.raise_or_count(FAILED, NOW)
    for number, (invoice, currency, decline) in enumerate(GIVEN, 1):
        occurrence = replace(
            FAILED, key=f"evt_{number}", group_key=f"payment_failed:{invoice}", customer=f"cus_{invoice}",
            currency=currency, facts={**FAILED.facts, "decline": decline}, at=NOW + number,
        )  # fmt: skip
        outcome = await store.raise_or_count(occurrence, NOW)
    assert outcome
    assert outcome.alert
    assert outcome.alert.storm
    return outcome.alert


async def test_each_matter_counts_once_and_money_is_added_up_by_currency(database: Database) -> None:
    total = await read_total(database, await failures(database))
    assert (total.count, total.customers, dict(total.sums)) == (4, 4, {"usd": 3_000, "eur": 1_000})
    assert list(total.reasons) == [f"payment_failed:in_{number}" for number in (4, 3, 2, 1)]
    assert most_frequent(total.reasons) == {
        "catalogue": "declines", "code": "insufficient_funds", "times": 2, "of": 3,
    }  # fmt: skip


async def test_a_rate_counts_what_its_rules_told_in_its_time(database: Database) -> None:
    alert = await failures(database)
    facts = {"event": "invoice.payment_failed", "of": ["payment_failed"], "within": 3}
    spike = replace(alert, storm=False, facts=facts, first_at=NOW + 5, last_at=NOW + 5)
    assert (await read_total(database, spike)).count == 3  # of the last four seconds, in_2, in_3 and in_4
    assert (await read_total(database, replace(spike, facts={**facts, "of": ["other"]}))).count == 0


async def test_it_is_said_without_any_name(database: Database) -> None:
    alert = await failures(database)
    total = await read_total(database, alert)
    about = {"count": 4, "customers": 4, "sums": dict(total.sums), "reason": most_frequent(total.reasons)}
    said = said_of(Words(), replace(alert, about={"total": about}))
    assert said.plain_title == "4 payments failed in a short time: $30.00 + €10.00"
    assert "not enough money in the account (2 of 3 with a known reason)" in said.plain_detail
    assert "Ada" not in str(said)
