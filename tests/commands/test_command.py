import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Command
from bot.commands.options import LONGEST_REASON, usage
from bot.commands.reading import read_command
from bot.commands.verbs import BY_NAME, VERBS
from bot.errors import BadUsage, Refused


def test_nothing_typed_is_a_request_for_help() -> None:
    assert read_command("   ").verb is BY_NAME["help"]


def test_help_is_given_whatever_follows_it() -> None:
    assert read_command("help please cancel: x").verb is BY_NAME["help"]


def test_a_bare_name_is_looked_up_whole() -> None:
    command = read_command("Jenny von der  Rosen")
    assert (command.verb.name, command.subject) == ("", "Jenny von der Rosen")


def test_a_verb_is_read_in_any_case() -> None:
    assert read_command("Cancel sub_12345").verb is BY_NAME["cancel"]


@pytest.mark.parametrize(
    ("typed", "subject", "options"),
    [
        ("cancel sub_12345 offer:STAY", "sub_12345", {"offer": "STAY"}),
        ("home cus_12345 for:ticket 42 locale:de", "cus_12345", {"for": "ticket 42", "locale": "de"}),
        ("home cus_12345 for:asked: why not?", "cus_12345", {"for": "asked: why not?"}),
        ("home for:T-12 jenny@example.com", "jenny@example.com", {"for": "T-12"}),
        ('home cus_12345 for:"wants out" then:home', "cus_12345", {"for": "wants out", "then": "home"}),
        ("home cus_12345 for:“wants out”", "cus_12345", {"for": "wants out"}),
        ("home <mailto:a@b.example|a@b.example>", "a@b.example", {}),
        ("home <https://x.example/cus_12345|a label>", "https://x.example/cus_12345", {}),
        (
            "home https://dashboard.stripe.com/customers/cus_1",
            "https://dashboard.stripe.com/customers/cus_1",
            {},
        ),
    ],
)
def test_options_may_stand_anywhere_and_a_reason_runs_on(
    typed: str, subject: str, options: dict[str, str]
) -> None:
    command = read_command(typed)
    assert command.subject == subject
    assert dict(command.options) == options


@pytest.mark.parametrize(
    ("typed", "subject", "target"),
    [
        ("switch sub_12345", "sub_12345", ""),
        ("switch sub_12345 price_1", "sub_12345", "price_1"),
        ("switch jenny@example.com team_yearly qty:3", "jenny@example.com", "team_yearly"),
        ("switch Jenny Rosen price_1", "Jenny Rosen", "price_1"),
        ("switch Jenny Rosen", "Jenny Rosen", ""),
        ("switch sub_12345 for:T-1 price_1", "sub_12345", "price_1"),
        ("why Jenny Rosen cancel", "Jenny Rosen", "cancel"),
        ("why sub_12345 update", "sub_12345", "update"),
    ],
)
def test_a_target_is_told_from_the_customer(typed: str, subject: str, target: str) -> None:
    command = read_command(typed)
    assert (command.subject, command.target) == (subject, target)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("cancel", "who_missing"),
        ("doctor now", "no_argument_wanted"),
        ("home cus_12345 offer:STAY", "unknown_option"),
        ("cancel sub_12345 config:", "option_empty"),
        ("cancel sub_12345 offer:A offer:B", "option_twice"),
        ("home cus_12345 for:a for:b", "option_twice"),
        ("switch sub_12345 price_1 price_2", "word_not_understood"),
        ("x" * 3001, "too_long"),
        ("home cus_12345 for:" + "x" * (LONGEST_REASON + 1), "reason_too_long"),
    ],
)
def test_what_cannot_be_understood_is_said_by_name(typed: str, code: str) -> None:
    with pytest.raises(BadUsage) as refused:
        read_command(typed)
    assert refused.value.code == code


@given(st.text(max_size=4000))
def test_no_text_ever_raises_anything_but_a_refusal(text: str) -> None:
    try:
        read_command(text)
    except Refused:
        return


@given(
    st.sampled_from([verb for verb in VERBS if verb.flow]),
    st.dictionaries(
        st.sampled_from(["for", "config", "locale"]),
        st.text("abc -_", min_size=1).map(str.strip).filter(bool),
        max_size=3,
    ),
)
def test_a_command_written_out_reads_the_same_again(verb: object, options: dict[str, str]) -> None:
    assert verb in VERBS
    command = Command(verb, "cus_12345", "", {k: " ".join(v.split()) for k, v in options.items()})
    again = read_command(command.line())
    assert (again.verb, again.subject, dict(again.options)) == (verb, "cus_12345", dict(command.options))


def test_a_button_to_another_verb_drops_what_that_does_not_know() -> None:
    command = read_command("cancel sub_12345 offer:STAY for:T-1")
    assert command.line(verb="pause") == "pause sub_12345 for:T-1"
    assert command.line(verb="payment", subject="cus_9") == "payment cus_9 for:T-1"


def test_a_name_may_have_a_colon_in_it_and_a_slip_is_still_corrected() -> None:
    assert read_command("home Re:Store GmbH").subject == "Re:Store GmbH"
    with pytest.raises(BadUsage):
        read_command("home cus_12345 locle:de")


def test_every_verb_has_a_usage_line_that_starts_with_its_name() -> None:
    assert all(usage(verb).startswith(verb.name) for verb in VERBS)
