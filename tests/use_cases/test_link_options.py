"""What is typed after a link verb, before Stripe is asked anything."""

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadUsage
from bot.use_cases.link_options import LARGEST_QUANTITY, read_quantity
from tests.stand.links import sessions
from tests.stand.stand import GENEROUS, Stand, open_stand

HELP = "https://help.example.com"
NAMED = f'{GENEROUS}[return_urls]\nshop = "https://shop.example.com/a"\nhelp = "{HELP}"\n'


@pytest.mark.parametrize(
    ("text", "quantity"), [(None, None), ("1", 1), ("007", 7), ("999999", LARGEST_QUANTITY)]
)
def test_a_quantity_is_a_whole_number(text: str | None, quantity: int | None) -> None:
    assert read_quantity(text) == quantity


@given(st.text().filter(lambda text: not (text.isascii() and text.isdigit())))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadUsage) as refused:
        read_quantity(text)
    assert refused.value.code == "quantity_not_understood"


@pytest.mark.parametrize("text", ["0", "1000000", "9" * 5_000])
def test_a_quantity_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(BadUsage):
        read_quantity(text)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with open_stand(tmp_path_factory.mktemp("named"), NAMED) as stand:
        yield stand


@pytest.mark.parametrize(("options", "path", "value"), [
    ("return:shop", ("return_url",), "https://shop.example.com/a"),
    ("then:return return:help", ("flow_data", "after_completion", "redirect", "return_url"), HELP),
    ("then:home", ("flow_data", "after_completion", "type"), "portal_homepage"),
    ("then:thanks", ("flow_data", "after_completion", "type"), "hosted_confirmation"),
    ("locale:pt-BR", ("locale",), "pt-BR"),
])  # fmt: skip
def test_an_option_arrives_at_stripe(named: Stand, options: str, path: tuple[str, ...], value: str) -> None:
    named.reset()
    assert named.person().asks(f"payment jenny@example.com {options}").preformatted
    found: object = sessions(named)[-1]
    for step in path:
        assert isinstance(found, dict)
        found = found[step]
    assert found == value


@pytest.mark.parametrize(
    "options",
    [
        "return:elsewhere", "then:return", "then:soon", "config:unknown", "locale:xx", "on_behalf_of:cus_1",
        "on_behalf_of:acct_1/x",
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused_before_anything_is_asked(named: Stand, options: str) -> None:
    named.reset()
    calls = len(named.stripe_calls())
    answer = named.person().asks(f"payment jenny@example.com {options}")
    assert not answer.preformatted
    assert "our fault" not in answer.words
    assert len(named.stripe_calls()) == calls


@pytest.mark.parametrize(("label", "locale"), [
    ("locale_de", "de"), ("locale_pt", "pt-BR"), ("locale_zh", "zh-TW"), ("locale_ar", "auto"),
    ("jenny", "auto"),
])  # fmt: skip
def test_the_link_speaks_the_customers_language(named: Stand, label: str, locale: str) -> None:
    named.reset()
    named.person().asks(named.customer(label))
    named.person().asks(f"home {named.customer(label)}")
    assert sessions(named)[-1]["locale"] == locale


def test_a_link_that_is_asked_for_before_the_customer_is_known_leaves_the_language_to_stripe(
    named: Stand,
) -> None:
    named.reset()
    named.on_loop(named.web.services.account.gateway.recent.drop)
    (url,) = named.person().asks(f"home {named.customer('locale_de')}").preformatted
    assert sessions(named)[-1]["locale"] == "auto"
    assert 'lang="de"' in httpx.get(url, follow_redirects=True).text


@pytest.mark.parametrize(
    ("change", "seats"), [("team_yearly", "5"), ("team_yearly qty:7", "7"), ("qty:7", "7")]
)
def test_a_switch_keeps_the_present_number_of_seats_unless_another_is_asked_for(
    named: Stand, change: str, seats: str
) -> None:
    named.reset()
    assert named.person().asks(f"switch noah@example.com {change}").preformatted
    (item,) = sessions(named)[-1]["flow_data"]["subscription_update_confirm"]["items"].values()
    assert item["quantity"] == seats


def test_what_follows_a_flow_is_refused_for_the_whole_portal_which_has_no_end(named: Stand) -> None:
    named.reset()
    calls = len(named.stripe_calls())
    assert not named.person().asks("home jenny@example.com then:home").preformatted
    assert named.audit()[0].code == "then_needs_flow"
    assert len(named.stripe_calls()) == calls


def test_a_product_means_its_price_of_the_present_interval_and_currency(named: Stand) -> None:
    named.reset()
    world = named.sandbox.stripe.test
    price = named.on_loop(lambda: str(world.labels["price.business_monthly"]))
    product = named.on_loop(lambda: str(world.get(price)["product"]))
    assert named.person().asks(f"switch noah@example.com {product}").preformatted
    (item,) = sessions(named)[-1]["flow_data"]["subscription_update_confirm"]["items"].values()
    assert item["price"] == price
