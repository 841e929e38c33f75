"""Every seeded customer and every link: judged by the rules, and tried on the sandbox, which has its own."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import yaml
from starlette.applications import Starlette

from bot.portal.expansions import customer_card, subscription_diagnosis
from bot.portal.models import MISSING, Configuration, Customer, Price, Subscription
from bot.portal.rules import Question, Scope, Target, Verdict, explain
from bot.use_cases.disagreement import in_the_way, judged
from sandbox.stripe.sandbox import StripeSandbox

BASE = "http://sandbox.example"
NOW = 1_795_000_000
WITH_CHANGES = ("default", "support")
CONFIGURATIONS = ("default", "cancel_only", "inactive", "stale", "support")
ACCEPTED = Path(__file__).parents[1] / "data" / "accepted_differences.yaml"

SIMPLE: Mapping[str, tuple[Scope, ...]] = {
    "payment_method_update": (Scope.PAYMENT_METHOD,),
    "customer_update": (Scope.DETAILS,),
    "subscription_cancel": (Scope.CANCEL,),
    "subscription_pause": (Scope.PAUSE,),
    "subscription_update": (Scope.UPDATE,),
}
TARGETS = ("starter_monthly", "team_yearly", "team_eur_monthly", "archived", "inclusive_monthly")
QUANTITIES = (1, 2, 60)


@dataclass(frozen=True, slots=True)
class Trial:
    """One link that could be asked for, named as in the data file: `customer/configuration/link`."""

    name: str
    parameters: Mapping[str, Any]
    question: Question
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The rules say one thing, or leave it open, and the sandbox does what it does."""

    name: str
    rules: str
    sandbox: str
    because: str


class Trials:
    """A sandbox of its own, reached without a network."""

    def __init__(self) -> None:
        async def deliver(_mail: object) -> None:
            return None

        self.sandbox = StripeSandbox(
            base_url=BASE,
            clock=lambda: NOW,
            deliver_mail=deliver,
            webhook_url=None,
            webhook_secret="whsec_sandbox",
            notify=lambda _kind, _facts: None,
        )
        self._transport = httpx.ASGITransport(app=Starlette(routes=self.sandbox.routes()))

    async def differences(self) -> list[Difference]:
        """Try everything; what both agree on is left out."""
        headers = {"Authorization": "Bearer rk_test_sandbox"}
        async with httpx.AsyncClient(transport=self._transport, base_url=BASE, headers=headers) as client:
            recent_links = Shelf(client)
            found = []
            for story in self.sandbox.stories():
                for trial in await self._trials(recent_links, story.label, story.customer_id):
                    difference = await _tried(client, trial)
                    if difference is not None:
                        found.append(difference)
            return found

    async def _trials(self, recent_links: "Shelf", label: str, customer_id: str) -> list[Trial]:
        customer = Customer.of(await recent_links.get(f"customers/{customer_id}", customer_card()))
        listed = await recent_links.get("subscriptions", [], customer=customer_id, status="all", limit="1")
        first = next(iter(listed["data"]), None)
        subscription = first and Subscription.of(
            await recent_links.get(f"subscriptions/{first['id']}", subscription_diagnosis())
        )
        trials: list[Trial] = []
        for name in CONFIGURATIONS:
            identifier = self.sandbox.test.labels[f"configuration.{name}"]
            configuration = Configuration.of(
                await recent_links.get(
                    f"billing_portal/configurations/{identifier}",
                    ["features.subscription_update.products"],
                )
            )
            question = Question(
                customer=customer,
                now=NOW,
                subscription=subscription or None,
                configuration=configuration,
                prices=await self._prices(recent_links, configuration),
                key_livemode=False,
            )
            common = {"customer": customer_id, "configuration": identifier}
            trials.extend(_flows(f"{label}/{name}", question, common))
            if name in WITH_CHANGES:
                changes = self._changes(recent_links, f"{label}/{name}", question, common)
                trials.extend([each async for each in changes])
        return trials

    async def _changes(
        self, recent_links: "Shelf", name: str, question: Question, common: Mapping[str, Any]
    ) -> AsyncIterator[Trial]:
        subscription = question.subscription
        if subscription is None or subscription.items is MISSING or not subscription.items:
            return
        item = subscription.items[0]
        for label in TARGETS:
            price = await recent_links.price(self.sandbox.test.labels[f"price.{label}"])
            change = {"id": item.id, "price": price.id}
            if item.quantity is not None:
                change["quantity"] = str(item.quantity)
            yield _confirm(f"{name}/switch {label}", question, common, change, Target(price), (Scope.SWITCH,))
        for quantity in QUANTITIES:
            change = {"id": item.id, "quantity": str(quantity)}
            aim = Target(quantity=quantity)
            yield _confirm(f"{name}/quantity {quantity}", question, common, change, aim, (Scope.QUANTITY,))

    async def _prices(self, recent_links: "Shelf", configuration: Configuration) -> Mapping[str, Price]:
        listed = configuration.subscription_update.products or ()
        return {name: await recent_links.price(name) for entry in listed for name in entry.prices}


class Shelf:
    """Reads objects as the bot does, each once."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._kept: dict[str, Any] = {}

    async def get(self, path: str, expand: Sequence[str], **filters: str) -> Any:
        key = f"{path} {sorted(filters.items())}"
        if key not in self._kept:
            parameters = {**filters, "expand[]": list(expand)}
            answer = await self._client.get(f"/v1/{path}", params=parameters)
            if answer.status_code == 404:
                return {"data": []}
            self._kept[key] = answer.json()
        return self._kept[key]

    async def price(self, identifier: str) -> Price:
        return Price.of(await self.get(f"prices/{identifier}", ["currency_options", "product"]))


def accepted() -> dict[str, str]:
    """The differences that are known, with the reason for each."""
    groups = yaml.safe_load(ACCEPTED.read_text(encoding="utf-8"))
    return {name: group["reason"] for group in groups for name in group["links"]}


def _flows(name: str, question: Question, common: Mapping[str, Any]) -> Iterator[Trial]:
    yield Trial(f"{name}/home", dict(common), question, ())
    for flow, scopes in SIMPLE.items():
        parameters = {**common, "flow_data[type]": flow}
        if flow.startswith("subscription_"):
            if question.subscription is None:
                continue
            parameters[f"flow_data[{flow}][subscription]"] = question.subscription.id
        yield Trial(f"{name}/{flow}", parameters, question, scopes)


def _confirm(
    name: str,
    question: Question,
    common: Mapping[str, Any],
    change: Mapping[str, Any],
    target: Target,
    scopes: tuple[Scope, ...],
) -> Trial:
    flow = "subscription_update_confirm"
    assert question.subscription is not None
    parameters = {
        **common,
        "flow_data[type]": flow,
        f"flow_data[{flow}][subscription]": question.subscription.id,
        **{f"flow_data[{flow}][items][0][{field}]": value for field, value in change.items()},
    }
    return Trial(name, parameters, replace(question, target=target), scopes)


async def _tried(client: httpx.AsyncClient, trial: Trial) -> Difference | None:
    verdict = judged(explain(trial.question), trial.scopes)
    answer = await client.post("/v1/billing_portal/sessions", data=dict(trial.parameters))
    assert answer.status_code in {200, 400, 404}, answer.text
    allowed = answer.status_code == 200
    if verdict.verdict is (Verdict.ALLOWED if allowed else Verdict.BLOCKED):
        return None
    rules = ", ".join(each.rule for each in in_the_way(verdict.findings))
    said = "" if allowed else answer.json()["error"]["message"]
    return Difference(trial.name, verdict.verdict.value, "allowed" if allowed else "refused", rules or said)
