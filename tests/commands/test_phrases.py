"""Plain phrases of support people: each means its verb, however the rest of the line is written."""

import pytest

from bot.commands.phrases import phrases
from bot.commands.reading import read_command
from bot.commands.verbs import BY_NAME

JENNY = "jenny@example.com"


@pytest.mark.parametrize(("verb", "said"), [
    ("payment", ["replace payment method", "expired credit card", "her card details", "lost card",
                 "update cc", "card not working", "payment failed", "wrong card",
                 "change the payment details"]),
    ("details", ["change billing address", "change her billing info", "wrong company name", "add vat id",
                 "name is wrong on the invoice", "new email", "change email address", "moved house"]),
    ("cancel", ["stop the subscription", "end her subscription", "cancellation", "cancel account"]),
    ("pause", ["freeze subscription", "put subscription on hold", "take a break"]),
    ("update", ["cheaper plan", "upgrade subscription", "change tier", "move to another plan"]),
    ("passcode", ["cant log in", "can not log in", "unable to sign in", "didn't get the code",
                  "code doesn’t arrive", "no code received", "locked out", "login problem"]),
    ("email", ["send login link", "send an email", "mail", "send the link"]),
    ("home", ["open portal", "portal link", "manage billing", "portal"]),
    ("why", ["why can't", "why cant", "why won't", "why not", "why is it not possible"]),
])  # fmt: skip
def test_natural_variations_of_a_phrase_mean_the_same_verb(verb: str, said: list[str]) -> None:
    for phrase in said:
        for line in (f"{phrase} {JENNY}", f"{JENNY} {phrase}", f"{phrase.capitalize()} for {JENNY}, please"):
            assert read_command(line).line() == f"{verb} {JENNY}", line


@pytest.mark.parametrize("phrase", ["more users", "add more seats", "fewer licences", "number of seats"])
def test_variations_of_more_seats_switch_the_quantity(phrase: str) -> None:
    assert read_command(f"{phrase} {JENNY} qty:7").line() == f"switch {JENNY} qty:7"


def test_no_phrase_means_two_verbs_or_another_than_it_is_listed_under() -> None:
    for keys, meaning in phrases().meanings.items():
        if meaning.phrase:
            line = f"{meaning.phrase} {JENNY} qty:2" if meaning.option else f"{meaning.phrase} {JENNY}"
            assert read_command(line).verb is BY_NAME[meaning.verb], keys
