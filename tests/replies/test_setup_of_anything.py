"""Whatever stands in an account, the checklist and a product's picture are messages that Slack takes."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reading import read_command
from bot.portal.models import Configuration, Customer, Price, Product
from bot.portal.products.offer import price_offers
from bot.portal.products.product_sheet import ProductSheet
from bot.portal.products.rules import product_findings
from bot.portal.setup import OwnSide, Seen, examine
from bot.portal.stripe_answers import Account, TaxSettings, WebhookEndpoint
from bot.replies.product import product_message
from bot.replies.setup import setup_message, setup_report
from bot.use_cases.results import ProductView, SetupSurvey
from bot.words import Words
from sandbox.slack.block_checker import check_message

WORDS = Words()
SETUP = read_command("setup")
TEXTS = st.one_of(
    st.none(),
    st.sampled_from(
        ["<!channel>", "*bold* _it_ `code`", "<" * 700, "&" * 2000, "https://" + "x" * 2500, "\u202e\n"]
    ),
    st.text(max_size=40),
)
JUNK = st.one_of(TEXTS, st.booleans(), st.integers(), st.lists(TEXTS, max_size=3))


def objects(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, JUNK))


PRODUCTS = objects(
    "name", "description", "images", "statement_descriptor", "unit_label", "tax_code", "active"
)
PRICES = objects("active", "currency", "unit_amount", "type", "billing_scheme", "tax_behavior", "nickname")


def said(text: str, blocks: list[dict[str, Any]]) -> None:
    assert check_message({"text": text, "blocks": blocks}, public=False) == []


def priced(product: dict[str, Any], prices: list[dict[str, Any]]) -> list[Price]:
    shown = {**product, "id": "prod_1"}
    return [
        Price.of({"recurring": {"interval": "month"}, **each, "id": f"price_{place}", "product": shown})
        for place, each in enumerate(prices)
    ]


@given(PRODUCTS, st.lists(PRICES, max_size=30), TEXTS)
def test_a_product(product: dict[str, Any], prices: list[dict[str, Any]], name: str | None) -> None:
    entry = {"product": "prod_1", "prices": [f"price_{place}" for place in range(len(prices))]}
    update = {"enabled": True, "default_allowed_updates": ["quantity"], "products": [entry]}
    lists = [Configuration.of({"id": "bpc_1", "name": name, "features": {"subscription_update": update}})]
    sheet = ProductSheet.of(Product.of({**product, "id": "prod_1"}), priced(product, prices), lists)
    view = ProductView(sheet, price_offers(sheet), product_findings(sheet), livemode=True, statement=name)
    message = product_message(WORDS, view)
    said(message.text, message.blocks)


@given(
    st.fixed_dictionaries(
        {
            "business_profile": objects("name", "support_email", "support_phone", "url"),
            "settings": st.fixed_dictionaries({"branding": objects("icon", "logo", "primary_color")}),
            "details_submitted": JUNK,
            "charges_enabled": JUNK,
        }
    ),
    PRODUCTS,
    st.lists(PRICES, max_size=3),
    objects("name", "active", "default_return_url", "business_profile"),
    st.fixed_dictionaries({"enabled": st.booleans(), "url": TEXTS}),
    st.fixed_dictionaries(
        {
            "url": TEXTS.map(lambda text: f"{text}/stripe/webhooks"),
            "status": TEXTS,
            "enabled_events": st.lists(TEXTS, max_size=3),
            "api_version": TEXTS,
        }
    ),
    st.lists(objects("email"), max_size=2),
)
def test_a_set_up(
    account: dict[str, Any],
    product: dict[str, Any],
    prices: list[dict[str, Any]],
    settings: dict[str, Any],
    login_page: dict[str, Any],
    endpoint: dict[str, Any],
    customers: list[dict[str, Any]],
) -> None:
    configuration = Configuration.of({**settings, "id": "bpc_1", "login_page": login_page})
    seen = Seen(
        True,
        Account.of(account),
        TaxSettings(True),
        tuple(priced(product, prices)),
        (configuration,),
        (WebhookEndpoint.of(endpoint),),
        tuple(Customer.of({**each, "id": "cus_1"}) for each in customers),
        configuration,
        own=OwnSide(events=("charge.dispute.created",), mail="refused", mail_server="m" * 300),
    )
    found = SetupSurvey(configuration, examine(seen), True, may_change=True)
    message = setup_message(WORDS, found, SETUP)
    said(message.text, message.blocks)
    assert len(setup_report(WORDS, found)["steps"]) == 14
