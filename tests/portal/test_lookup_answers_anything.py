from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.portal.lookup_by_search import phone_query
from bot.portal.object_ids import Kind
from bot.portal.search_language import quoted
from bot.portal.traces import SOURCES, Trace

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "object",
                    "customer",
                    "charge",
                    "subscription",
                    "data",
                    "parent",
                    "email",
                    "customer_email",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(SOURCES)), JSON)
def test_no_answer_makes_a_trace_raise(kind: Kind, value: Any) -> None:
    trace = Trace.of(kind, value)
    assert trace.customer is None or trace.customer.id is not None


@given(st.text(max_size=60))
def test_no_value_ends_its_own_string(value: str) -> None:
    inside = quoted(value)[1:-1]
    unescaped, escaping = "", False
    for character in inside:
        assert escaping or character != '"'
        if escaping or character != "\\":
            unescaped += character
            escaping = False
        else:
            escaping = True
    assert (unescaped, escaping) == (value, False)


@given(st.text(alphabet="+0123456789 ()-./", min_size=1, max_size=25))
def test_a_phone_query_never_mixes_and_with_or(phone: str) -> None:
    assert " AND " not in phone_query(phone)
