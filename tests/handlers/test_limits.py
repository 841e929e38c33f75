"""Links per hour and live customers per ten minutes: refused above, and said once in the alert channel."""

from collections.abc import Iterator

import pytest

from tests.alerts.alert_stand import AlertStand
from tests.stand.person import ALERTS
from tests.stand.shown import Shown
from tests.stand.stand import Stand, open_stand
from tests.stand.waiting import until

LIMITS = "[limits]\nlinks_per_hour = {links}\nlive_customers_per_10_minutes = {customers}\n"


@pytest.fixture
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    config = LIMITS.format(links=3, customers=100)
    with open_stand(tmp_path_factory.mktemp("strict"), config) as stand:
        yield stand
        assert stand.violations() == []


@pytest.fixture
def strict_live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    config = LIMITS.format(links=100, customers=2)
    with open_stand(tmp_path_factory.mktemp("live"), config, STRIPE_API_KEY="rk_live_sandbox") as stand:
        yield stand
        assert stand.violations() == []


def notices(stand: Stand) -> list[Shown]:
    AlertStand.of(stand).send()
    return [Shown(message) for message in stand.messages_in(ALERTS) if "limit" in str(message["text"])]


def test_above_the_links_of_an_hour_no_more_are_made(strict: Stand) -> None:
    agent = strict.person()
    for _ in range(3):
        assert agent.asks("home jenny@example.com").preformatted
    calls = len(strict.stripe_calls())
    refused = agent.asks("home jenny@example.com")
    assert "3 links within an hour" in refused.words
    assert not refused.preformatted
    made = strict.stripe_calls()[calls:]
    assert "POST /v1/billing_portal/sessions" not in made
    assert strict.audit()[0].code == "too_many_links"


def test_the_alert_channel_is_told_once_who_reached_the_limit(strict: Stand) -> None:
    agent = strict.person()
    for _ in range(6):
        agent.asks("home jenny@example.com")
    (notice,) = until(lambda: notices(strict), "a notice")
    assert f"<@{agent.user}>" in notice.words
    assert "3 within an hour" in notice.words
    assert "jenny" not in notice.words


def test_a_refused_link_does_not_count(strict: Stand) -> None:
    agent = strict.person()
    for _ in range(5):
        agent.asks("cancel canceled@example.com")
    assert agent.asks("home jenny@example.com").preformatted


def test_others_may_go_on(strict: Stand) -> None:
    agent, lead = strict.person(), strict.person("U0PRIYA")
    for _ in range(4):
        agent.asks("home jenny@example.com")
    assert lead.asks("home jenny@example.com").preformatted


def test_at_once_no_more_are_made_than_one_after_the_other(strict: Stand) -> None:
    agent = strict.person()
    for _ in range(12):
        assert strict.send_command("home jenny@example.com", user_id=agent.user).status_code == 200
    until(lambda: len(strict.audit()) == 12, "all twelve audit lines")
    outcomes = [entry.outcome for entry in strict.audit()]
    assert outcomes.count("issued") == 3
    assert outcomes.count("refused") == 9


def test_live_customers_are_limited_but_the_same_one_still_works(strict_live: Stand) -> None:
    agent = strict_live.person()
    for who in ("jenny@example.com", "noah@example.com", "jenny@example.com"):
        assert agent.asks(f"home {who}").preformatted
    refused = agent.asks("home olga@example.com")
    assert "2 different live customers" in refused.words
    assert agent.asks("home noah@example.com").preformatted
    (notice,) = until(lambda: notices(strict_live), "a notice")
    assert "2 different live customers" in notice.words
