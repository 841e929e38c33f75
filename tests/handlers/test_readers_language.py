"""Each person is answered in their own language, and a channel in the one of the settings."""

import re
from collections.abc import Iterator

import pytest

from sandbox.slack.seed import GERMAN, JAPANESE
from tests.alerts.alert_stand import AlertStand
from tests.stand.person import Person
from tests.stand.stand import Stand, open_stand
from tests.stand.waiting import until

ONE_LINK_AN_HOUR = '[limits]\nlinks_per_hour = 1\n[slack]\nlanguage = "ja-JP"\n'


@pytest.fixture(scope="module")
def module_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A stand that speaks Japanese in channels."""
    with open_stand(tmp_path_factory.mktemp("languages"), ONE_LINK_AN_HOUR) as stand:
        yield stand


def known(stand: Stand, user: str, says: str) -> Person:
    """Somebody whose language the bot has read by now: the first answer did not wait for it."""
    person = stand.person(user)
    until(lambda: says in person.asks("alerts").words, f"an answer that says {says}")
    return person


def test_two_people_are_answered_in_two_languages_and_their_channel_in_a_third(stand: Stand) -> None:
    lena = known(stand, GERMAN, "Keine offenen Alarme")
    lena.asks("home jenny@example.com")
    assert "mehr sind nicht möglich" in lena.asks("home jenny@example.com").words
    assert "No open alerts" in stand.person().asks("alerts").words
    AlertStand.of(stand).sent_until("上限に達しました")


ENGLISH = re.compile(r"\b(?:the|your|this|that|with|from|isn't|can't|customers?|and|are|not|you|which)\b")
# What is written for the customer, or by the merchant, is in a language of its own.
NOT_OURS = re.compile(r"`[^`]*`|<[^>]*>|docs/\S+|[^\n]*(?:billing page|Billed per seat)[^\n]*")
TYPED = (
    "jenny@example.com", "why jenny@example.com", "why noah@example.com qty:90", "switch noah@example.com",
    "invoices jenny@example.com", "passcode nobody@example.com", "config", "setup", "product Team",
    "history jenny@example.com", "oncall", "alerts", "doctor", "paymnet jenny@example.com", "help",
)  # fmt: skip


@pytest.mark.parametrize(
    ("user", "says"), [(GERMAN, "Keine offenen Alarme"), (JAPANESE, "未解決のアラートはありません")]
)
def test_no_answer_is_left_in_english(stand: Stand, user: str, says: str) -> None:
    person = known(stand, user, says)
    for line in TYPED:
        said = NOT_OURS.sub("", person.asks(line).markup)
        assert not ENGLISH.findall(said), (line, said)
