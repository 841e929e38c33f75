"""Whatever is typed: nothing is dropped, nothing is guessed, and cleaning changes no meaning."""

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Command, Unclear
from bot.commands.phrases import is_about_somebody, phrases
from bot.commands.reading import read_command
from bot.commands.typed_words import split_words
from bot.commands.verbs import VERBS
from bot.errors import Refused
from bot.portal.pasted_text import cleaned

SUBJECTS = st.sampled_from(
    ["cus_1a", "sub_2b", "jenny@example.com", "noah@example.com", "<mailto:mia@example.com|mia@example.com>",
     "ABCD1234-0001", "+49 30 901820", "https://dashboard.stripe.com/test/customers/cus_3c", "jenny", "rosen",
     '"home depot"', "Acme,"]
)  # fmt: skip
SPOKEN = st.sampled_from(
    [verb.name for verb in VERBS if verb.name]
    + [meaning.phrase for meaning in phrases().meanings.values() if meaning.phrase]
    + sorted(phrases().fillers)
    + sorted(phrases().elsewhere)
    + ["paymnet", "at", "year", "end", "not", "5", "price_9z", "team_yearly", "qty:5", "offer:c10",
       "for:why not?", "locale:de.", "colour:red", "*now*", "_soon_", "“today”", "-", "😀"]
)  # fmt: skip
LINES = st.lists(SUBJECTS | SPOKEN, min_size=1, max_size=7).map(" ".join)
JUNK = st.text(alphabet="cus_1 home@x.y:\"'<>|&;ltgamp*_~`“”（）：ａ\u200b,-(.)=#0123456789", max_size=60)


def read(line: str) -> Command | None:
    try:
        return read_command(line)
    except Refused:
        return None


@given(st.text(max_size=200) | LINES | JUNK)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


@given(st.text(max_size=200) | LINES | JUNK)
def test_the_cleaned_form_of_a_command_means_what_the_command_means(line: str) -> None:
    assert read(cleaned(line)) == read(line)


@given(st.text(max_size=200) | LINES | JUNK)
def test_a_command_that_was_read_reads_the_same_when_written_out(line: str) -> None:
    command = read(line)
    if command is not None:
        assert read_command(command.line()) == command


@given(LINES | JUNK)
def test_every_choice_that_is_offered_is_a_command_of_its_own(line: str) -> None:
    try:
        read_command(line)
    except Unclear as unclear:
        for choice in unclear.choices:
            assert read_command(choice.line()) == choice
    except Refused:
        return


@given(LINES | JUNK)
def test_no_word_is_dropped_without_a_word(line: str) -> None:
    command = read(line)
    if command is None or not is_about_somebody(command.verb):
        return
    kept = f"{command.line()} {command.phrase}".casefold().replace('"', "").replace("=", ":")
    meaning = phrases()
    known = meaning.fillers | {word for phrase in meaning.meanings for word in phrase} | meaning.after_a_name
    for word in split_words(cleaned(line)):
        plain = cleaned(word.bare.replace('"', "")).casefold()
        pieces = [piece for piece in plain.replace("=", ":").split() if any(map(str.isalnum, piece))]
        assert all(piece.strip(".,;:!?…'()[]{}<>*~|¿¡") in kept for piece in pieces) or plain in known


@given(LINES | JUNK)
def test_no_line_makes_a_link_for_a_customer_it_does_not_name(line: str) -> None:
    command = read(line)
    if command is not None and command.makes_link:
        named = cleaned(line).casefold().replace('"', "")
        assert all(word.casefold() in named for word in command.subject.split())
