"""Trouble of the bot's own, as it comes in through the door."""

from bot.alerts.rows.alerts import Alerts
from tests.stand.stand import Stand


def open_rules(stand: Stand) -> list[str]:
    return [alert.rule for alert in stand.loop.run(Alerts(stand.web.services.database).unresolved())]


def test_forged_webhooks_in_a_row_raise_an_alert(stand: Stand) -> None:
    for number in range(5):
        assert open_rules(stand) == []
        answer = stand.bot_http.post(
            "/stripe/webhooks", content=b"{}", headers={"stripe-signature": f"t={number},v1=00"}
        )
        assert answer.status_code == 401
    assert open_rules(stand) == ["webhooks_forged"]
    shown = stand.person().asks("alerts")
    assert "5 webhooks in a row had a wrong signature" in shown.words
