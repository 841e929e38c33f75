"""What cannot be seen is taken out of a text, and nothing else is."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.visible import JOINERS, visible


def test_unseen_characters_go_and_control_characters_become_spaces() -> None:
    assert visible("a\u200bb\u202ec\ufeffd\u00ade") == "abcde"
    assert visible("a\0b\nc\u2028d\ud800e") == "a b c d e"


def test_what_is_to_be_kept_stays() -> None:
    assert visible("line\nline\tend\u200d", keep="\n" + JOINERS) == "line\nline end\u200d"


@given(st.text())
def test_nothing_unseen_is_left_and_nothing_seen_is_lost(text: str) -> None:
    left = visible(text)
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in left)
    seen = [each for each in text if unicodedata.category(each)[0] in "LNPS"]
    assert [each for each in left if unicodedata.category(each)[0] in "LNPS"] == seen
