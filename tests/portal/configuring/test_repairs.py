"""What a repair comes to, for the configuration as it is when its button is pressed; and what it means."""

from typing import Any

import pytest

from bot.errors import BadUsage
from bot.portal.configuring.effects import changed, effects_of
from bot.portal.configuring.limits import PRODUCTS
from bot.portal.configuring.repairs import Repair, lacks_plans, listable, read_repair, repair_of
from bot.portal.models import Configuration, Customer, Price, Subscription
from bot.portal.rules import RULES, Finding, Severity, Status

ALLOWED = "features.subscription_update.default_allowed_updates"
PRICE = Price.of({"id": "price_new", "product": "prod_new", "currency": "usd"})
LISTED = [{
    "product": "prod_a", "prices": ["price_1"],
    "adjustable_quantity": {"enabled": False, "minimum": 1, "maximum": 5},
}]  # fmt: skip


def configuration(**features: Any) -> Configuration:
    update = {"enabled": True, "default_allowed_updates": ["price"], "products": LISTED}
    everything = {"subscription_update": update, "subscription_pause": {"enabled": False}} | features
    return Configuration.of(
        {"id": "bpc_1", "active": True, "features": everything, "login_page": {"enabled": False}}
    )


def finding(rule: str, **evidence: Any) -> Finding:
    return Finding(rule, Severity.BLOCK, Status.DOCUMENTED, {"configuration": "bpc_1", **evidence}, "", rule)


@pytest.mark.parametrize(("rule", "evidence", "settings"), [
    ("CFG_PAUSE_OFF", {}, {"features.subscription_pause.enabled": True}),
    ("CFG_QTY_OFF", {}, {ALLOWED: ["price", "quantity"]}), ("CFG_PRICE_OFF", {}, {ALLOWED: ["price"]}),
    ("CFG_LOGIN_OFF", {}, {"login_page.enabled": True}),
    ("CFG_PRICE_NOT_LISTED", {}, {PRODUCTS: [
        *LISTED,
        {"product": "prod_new", "prices": ["price_new"], "adjustable_quantity": {"enabled": False}},
    ]}),
    ("CFG_QTY_BOUNDS", {"product": "prod_a", "quantity": 9}, {PRODUCTS: [
        {**LISTED[0], "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 9}}
    ]}),
])  # fmt: skip
def test_a_finding_leads_to_the_settings_that_take_it_away(
    rule: str, evidence: dict[str, Any], settings: dict[str, Any]
) -> None:
    repair = repair_of(finding(rule, **evidence), target=PRICE, customer="cus_1")
    assert repair is not None
    again = read_repair(repair.written())
    assert again.settings(configuration().settings) == settings
    assert (again.configuration, again.rule, again.customer) == ("bpc_1", rule, "cus_1")


def test_what_no_setting_causes_has_no_repair() -> None:
    assert repair_of(finding("SUB_MULTI_ITEM")) is None
    assert repair_of(finding("CFG_PRICE_NOT_LISTED"), target=None) is None


def test_every_repair_belongs_to_a_rule() -> None:
    from bot.portal.configuring.repairs import _REPAIRS

    assert set(_REPAIRS) <= {rule.id for rule in RULES}


def test_updates_that_are_switched_on_with_nothing_allowed_allow_another_price() -> None:
    off = configuration(
        subscription_update={"enabled": False, "default_allowed_updates": [], "products": LISTED}
    )
    repair = Repair("bpc_1", {"features.subscription_update.enabled": True})
    assert repair.settings(off.settings)[ALLOWED] == ["price"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"c": "bpc_1", "set": {"activ": true}}', '{"c": 1, "qty": "x"}']
)
def test_a_button_of_nobody_is_refused(text: str) -> None:
    with pytest.raises(BadUsage):
        read_repair(text)


def test_what_it_means_for_all_is_counted_over_the_sample_with_the_plans_it_is_about() -> None:
    product = {"id": "prod_a", "object": "product", "name": "Starter"}
    price = {"id": "price_1", "product": product, "active": True, "recurring": {"interval": "month"}}
    subscription = Subscription.of({
        "id": "sub_1", "status": "active", "collection_method": "charge_automatically",
        "items": {"data": [{"id": "si_1", "quantity": 1, "price": price}]},
    })  # fmt: skip
    before = configuration()
    after = changed(before, {"features.subscription_pause.enabled": True, "login_page.enabled": True})
    sample = [(subscription, Customer.of({"id": "cus_1", "email": "a@b.example"}))] * 3
    found = effects_of(before, after, sample, prices={}, now=0, livemode=False)
    assert found.sample == 3
    pause = next(each for each in found.effects if each.action == "pause")
    assert (pause.able, pause.count, pause.plans) == (True, 3, ("Starter",))
    assert "login_link" in {each.action for each in found.effects}
    assert effects_of(before, before, sample, prices={}, now=0, livemode=False).effects == ()


def test_the_plans_that_are_proposed_are_those_that_stripe_lists() -> None:
    def price(identifier: str, product: str = "prod_a", **fields: Any) -> Price:
        recurring = {"interval": fields.pop("interval", "month"), "usage_type": "licensed"}
        given = {"id": identifier, "product": product, "active": True, "currency": "usd", "type": "recurring"}
        return Price.of({**given, "billing_scheme": "per_unit", "recurring": recurring, **fields})

    many = [price(f"price_{number}", f"prod_{number}") for number in range(12)]
    archived = {"id": "prod_x", "object": "product", "active": False}
    mixed = [
        price("price_m"), price("price_same"), price("price_y", interval="year"),
        price("price_t", "prod_t", billing_scheme="tiered"), price("price_x", product=archived),  # type: ignore[arg-type]
    ]  # fmt: skip
    assert listable(mixed) == [
        {"product": "prod_a", "prices": ["price_m", "price_y"], "adjustable_quantity": {"enabled": False}}
    ]
    assert len(listable(many)) == 10


def test_plan_changes_are_switched_on_together_with_what_they_need() -> None:
    off = configuration(
        subscription_update={"enabled": False, "default_allowed_updates": ["price"], "products": []},
        payment_method_update={"enabled": False},
    )
    wanted = Repair("bpc_1", {"features.subscription_update.enabled": True}).settings(off.settings)
    assert wanted["features.payment_method_update.enabled"] is True
    assert lacks_plans(wanted, off.settings)
    assert not lacks_plans(wanted, configuration().settings)
