"""Reads the labelled cases: overrides of a clean base object, and the findings written by hand."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.portal.models import Configuration, Coupon, Customer, Price, PromotionCode, Subscription
from bot.portal.rules import Discount, Question, SharedEmail, Target

FOLDER = Path(__file__).parents[2] / "data" / "rules"
ABSENT = "<absent>"
UPDATES = ("update", "switch", "quantity")

Expected = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Case:
    """One labelled case. `expected` is rule → severity by scope; `order` and `evidence` where they matter."""

    name: str
    question: Question
    expected: Expected
    order: Mapping[str, list[str]]
    evidence: Mapping[str, Mapping[str, object]]


def load(path: Path) -> Any:
    """Read a file; what YAML anchors share becomes separate, so that an override stays in its place."""
    return json.loads(json.dumps(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)))


BASE = load(FOLDER / "base.yaml")


def overridden(base: Any, changes: Mapping[str, Any]) -> Any:
    """A deep copy of `base` with the fields at the given paths changed."""
    changed = deepcopy(base)
    for path, value in changes.items():
        *parents, last = path.split(".")
        place = changed
        for step in parents:
            place = _step(place, step)
        if isinstance(place, list):
            _step(place, last)
            place[int(last)] = value
        elif value == ABSENT:
            place.pop(last, None)
        else:
            place[last] = value
    return changed


def _step(place: Any, step: str) -> Any:
    if not isinstance(place, list):
        if place.get(step) is None:
            place[step] = {}
        return place[step]
    if int(step) == len(place):
        place.append(deepcopy(place[0]))
    return place[int(step)]


def objects(case: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON objects of a case, before they are read."""
    prices = overridden(BASE["prices"], case.get("prices") or {})
    base_subscription = deepcopy(BASE["subscription"])
    base_subscription["items"]["data"][0]["price"] = prices["price_month"]
    subscription = case.get("subscription", {})
    configuration = case.get("configuration", {})
    return {
        "customer": overridden(BASE["customer"], case.get("customer") or {}),
        "subscription": None if subscription is None else overridden(base_subscription, subscription),
        "configuration": None if configuration is None else overridden(BASE["configuration"], configuration),
        "prices": prices,
    }


def question(case: Mapping[str, Any]) -> Question:
    """The question that a case asks."""
    made = objects(case)
    asked: dict[str, Any] = dict(case.get("question") or {})
    prices = {name: Price.of(price) for name, price in made["prices"].items()}
    target = case.get("target") or {}
    if "shared_email" in asked:
        asked["shared_email"] = SharedEmail(**asked["shared_email"])
    asked["discounts"] = tuple(_discounts(case))
    if "offer" in case:
        asked["retention"] = _coupon(case["offer"])
    known = case.get("known_prices", [])
    return Question(
        customer=Customer.of(made["customer"]),
        now=BASE["now"],
        subscription=None if made["subscription"] is None else Subscription.of(made["subscription"]),
        configuration=None if made["configuration"] is None else Configuration.of(made["configuration"]),
        target=Target(prices[target["price"]] if "price" in target else None, target.get("quantity")),
        prices=prices if known == "all" else {name: prices[name] for name in known},
        **asked,
    )


def _discounts(case: Mapping[str, Any]) -> Iterator[Discount]:
    if "coupon" in case:
        yield _coupon(case["coupon"])
    if "code" in case:
        code = PromotionCode.of(overridden(BASE["code"], case["code"]))
        yield Discount(code.code or "", code.coupon.object if code.coupon else None, code)


def _coupon(changes: Mapping[str, Any] | None) -> Discount:
    """The coupon of a link, as it was typed; null when it could not be read."""
    if changes is None:
        return Discount("STAY20")
    coupon = Coupon.of(overridden(BASE["coupon"], changes))
    return Discount(coupon.id, coupon)


def _spread(findings: Mapping[str, Mapping[str, str]]) -> Expected:
    """`updates` stands for update, switch and quantity."""
    spread: Expected = {}
    for scope, rules in findings.items():
        for each in UPDATES if scope == "updates" else (scope,):
            spread.setdefault(each, {}).update(rules)
    return spread


def _expected(case: Mapping[str, Any]) -> Expected:
    without = case.get("without", [])
    expected: Expected = {}
    if case.get("subscription", {}) is not None and without != "all":
        for scope, rules in _spread(BASE["always"]).items():
            expected[scope] = {rule: severity for rule, severity in rules.items() if rule not in without}
    for scope, rules in _spread(case.get("expect") or {}).items():
        expected.setdefault(scope, {}).update(rules)
    for scope in ("switch", "quantity") if case.get("alone") else ():
        expected.setdefault(scope, {})["DISCOUNT_ALONE"] = "maybe"
    return {scope: rules for scope, rules in expected.items() if rules}


@cache
def cases() -> tuple[Case, ...]:
    """Every case of every file, named by file and label."""
    return tuple(_cases())


def _cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name == "base.yaml":
            continue
        for case in load(path):
            unknown = set(case) - KEYS
            assert not unknown, f"{path.name}: {case['case']}: {unknown}"
            yield Case(
                name=f"{path.stem}: {case['case']}",
                question=question(case),
                expected=_expected(case),
                order=case.get("order") or {},
                evidence=case.get("evidence") or {},
            )


KEYS = {
    "case",
    "customer",
    "subscription",
    "configuration",
    "prices",
    "known_prices",
    "target",
    "question",
    "coupon",
    "code",
    "offer",
    "alone",
    "expect",
    "without",
    "order",
    "evidence",
}
