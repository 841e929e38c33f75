import copy
import json
import pickle
from string import Template

import pytest

from bot.portal.secret import Secret

VALUE = "https://billing.stripe.com/p/session/test_abc"


def test_only_reveal_returns_the_value() -> None:
    assert Secret(VALUE).reveal() == VALUE


def test_no_way_of_writing_it_down_shows_the_value() -> None:
    secret = Secret(VALUE)
    written = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        Template("$url").substitute(url=secret),
        f"{[secret]}",
        repr({"url": secret}),
    ]
    assert not [text for text in written if "session" in text]
    assert not hasattr(secret, "__dict__")


def test_it_is_no_json_and_no_pickle() -> None:
    for write in (json.dumps, pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(Secret(VALUE))


def test_equal_values_are_equal() -> None:
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != Secret("other")
    assert Secret(VALUE) != VALUE
    assert len({Secret(VALUE), Secret(VALUE)}) == 1
