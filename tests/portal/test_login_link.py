"""The login link carries the address exactly, and is refused when it would open nothing or somebody else."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotFound, PortalBlocks
from bot.portal.login_link import login_link, with_prefilled_email
from bot.portal.models import Configuration, Customer

PAGE = "https://billing.stripe.com/p/login/test_1"
ON = Configuration.of({"id": "bpc_1", "login_page": {"enabled": True, "url": PAGE}})
OFF = Configuration.of({"id": "bpc_1", "login_page": {"enabled": False, "url": None}})


def customer(name: str, created: int, *statuses: str, email: str | None = "a@example.com") -> Customer:
    subscriptions = {"data": [{"id": f"sub_{name}{i}", "status": each} for i, each in enumerate(statuses)]}
    return Customer.of(
        {"id": f"cus_{name}", "email": email, "created": created, "subscriptions": subscriptions}
    )


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("a+b@example.com", "a%2Bb%40example.com"),
        ("a&b#c%d@example.com", "a%26b%23c%25d%40example.com"),
        ("jürgen@example.com", "j%C3%BCrgen%40example.com"),
        ("a/b=c@example.com", "a%2Fb%3Dc%40example.com"),
    ],
)
def test_the_address_is_percent_encoded(email: str, expected: str) -> None:
    assert with_prefilled_email(PAGE, email) == f"{PAGE}?prefilled_email={expected}"


def test_what_stands_in_the_address_already_stays() -> None:
    page = f"{PAGE}?utm=x&a=1#top"
    assert with_prefilled_email(page, "a@b.example") == f"{PAGE}?utm=x&a=1&prefilled_email=a%40b.example#top"


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable()))
def test_any_address_comes_back_as_it_was(email: str) -> None:
    query = urlsplit(with_prefilled_email(PAGE, email)).query
    assert parse_qsl(query, keep_blank_values=True) == [("prefilled_email", email)]


def test_without_a_page_an_address_or_a_customer_there_is_no_link() -> None:
    somebody = customer("a", 1, "active")
    with pytest.raises(PortalBlocks, match="login_page_off"):
        login_link(OFF, somebody, [somebody])
    with pytest.raises(PortalBlocks, match="mail_without_address"):
        login_link(ON, customer("a", 1, "active", email=None), [])
    with pytest.raises(NotFound, match="customer_deleted"):
        login_link(ON, Customer.of({"id": "cus_a", "deleted": True}), [])


def test_it_is_refused_when_the_page_opens_a_newer_customer_of_the_address() -> None:
    older, newer = customer("old", 1, "active"), customer("new", 2, "active")
    with pytest.raises(PortalBlocks) as refused:
        login_link(ON, older, [older, newer])
    assert refused.value.facts["other"] == "cus_new"
    assert login_link(ON, newer, [older, newer]).sure


def test_it_is_not_sure_when_nobody_with_the_address_has_an_active_subscription() -> None:
    one, two = customer("a", 1, "canceled"), customer("b", 2)
    assert not login_link(ON, one, [one, two]).sure
    assert login_link(ON, one, [one]).sure
