"""What a change means for all customers, from a sample of subscriptions: the rules judge each twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from bot.portal.configuring.present import nested
from bot.portal.configuring.table import Settings
from bot.portal.models import MISSING, Configuration, Customer, Price, Subscription
from bot.portal.rules import Question, Scope, Verdict, explain

JUDGED: Final = (
    Scope.SESSION,
    Scope.SWITCH,
    Scope.QUANTITY,
    Scope.CANCEL,
    Scope.PAUSE,
    Scope.PAYMENT_METHOD,
    Scope.DETAILS,
    Scope.INVOICES,
    Scope.LOGIN_LINK,
)
MOST_PLANS: Final = 3


@dataclass(frozen=True, slots=True)
class Effect:
    """Of how many subscriptions of the sample something becomes possible, or impossible.

    `action` is a `Scope`, `plans` are the names of the most frequent ones.
    """

    action: str
    able: bool
    count: int
    plans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change means for a sample of `sample` subscriptions, the newest ones."""

    sample: int
    effects: tuple[Effect, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for the database."""
        return {"sample": self.sample, "effects": [asdict(each) for each in self.effects]}


def changed(configuration: Configuration, wanted: Settings) -> Configuration:
    """Return the configuration as it would be."""
    source = nested({**configuration.settings, **wanted})
    page = source["login_page"]
    page["url"] = (configuration.login_page.url or "new") if page["enabled"] else None
    return Configuration.of(
        {
            **source,
            "id": configuration.id,
            "is_default": configuration.is_default,
            "livemode": configuration.livemode,
        }
    )


def effects_of(
    before: Configuration,
    after: Configuration,
    sample: Sequence[tuple[Subscription, Customer]],
    *,
    prices: Mapping[str, Price],
    now: int,
    livemode: bool,
) -> Effects:
    """Judge each subscription of the sample with both configurations; `prices` are the listed ones."""
    counts: dict[tuple[Scope, bool], Counter[str]] = {}
    for subscription, customer in sample:
        question = Question(
            customer=customer, subscription=subscription, now=now, prices=prices, key_livemode=livemode
        )
        was = explain(replace(question, configuration=before))
        becomes = explain(replace(question, configuration=after))
        for scope in JUDGED:
            could, can = (each[scope].verdict is not Verdict.BLOCKED for each in (was, becomes))
            if could is not can:
                counts.setdefault((scope, can), Counter())[_plan(subscription)] += 1
    return Effects(
        len(sample),
        tuple(
            Effect(
                scope.value,
                able,
                plans.total(),
                tuple(name for name, _ in plans.most_common(MOST_PLANS) if name),
            )
            for scope in JUDGED
            for able in (True, False)
            if (plans := counts.get((scope, able)))
        ),
    )


def _plan(subscription: Subscription) -> str:
    items = () if subscription.items is MISSING else subscription.items
    price = items[0].price if items else None
    return (price.product_name or "") if price else ""
