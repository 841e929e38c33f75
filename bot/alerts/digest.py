"""The week in numbers: who cancelled and why, who stayed, what it was worth. Pure; reads what happened."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.alerts.alert import Effect
from bot.alerts.digest_money import FAMILIES, NO_MONEY, Money, amounts_json, money_of, sum_by_currency
from bot.alerts.rows.week import Happening

CANCELLATIONS = "cancellation"
"""The rule whose group a cancellation and everything that joins or ends it belongs to."""
ENDED_AS_PLANNED = "cancellation_done"
"""The rule of the same group that tells the end which a cancellation had set; it is counted by itself."""
COUPONS = "coupon_taken"
MOST_ROWS = 6

Counts = Sequence[tuple[str | None, int]]
"""What, most frequent first, and how often; None is "not said"."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A channel's week. Amounts per month and currency, in the smallest unit.

    `others` counts what was collected for the digest beyond cancellations, by rule.
    """

    cancelled: int
    stayed: int
    lost: Mapping[str, int]
    kept: Mapping[str, int]
    reasons: Counts
    feedback: Counts
    plans: Counts
    coupons: Counts
    others: Counts
    issued: Counts = ()
    money: Money = NO_MONEY

    @property
    def is_empty(self) -> bool:
        """Say whether nothing happened that is worth a message."""
        counted = self.cancelled or self.stayed or self.coupons or self.others or self.issued
        return not counted and self.money.is_empty

    def facts(self) -> dict[str, Any]:
        """Return the digest as JSON, for the note that tells it."""
        names = ("reasons", "feedback", "plans", "coupons", "others", "issued")
        return {
            "cancelled": self.cancelled,
            "stayed": self.stayed,
            "lost": amounts_json(self.lost),
            "kept": amounts_json(self.kept),
            **self.money.facts(),
            **{name: [list(each) for each in getattr(self, name)] for name in names},
        }


@dataclass(slots=True)
class _Story:
    """What became of one subscription within the week."""

    over: bool = False
    cancelled: bool = False
    amount: int | None = None
    currency: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)

    def add(self, happening: Happening) -> None:
        self.cancelled |= happening.effect != Effect.RESOLVED
        self.over = happening.effect == Effect.RESOLVED
        if happening.amount is not None:
            self.amount, self.currency = happening.amount, happening.currency
        self.facts |= {name: value for name, value in happening.facts.items() if value is not None}
        self.options |= happening.about.get("options") or {}


def digest_of(happenings: Sequence[Happening], issued: Mapping[str, int] | None = None) -> Digest:
    """Count what happened; `happenings` in the order of time."""
    stories: defaultdict[str, _Story] = defaultdict(_Story)
    coupons: Counter[str] = Counter()
    kept_by_coupon: dict[str, tuple[str, int]] = {}
    others: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in happenings:
        if each.rule == ENDED_AS_PLANNED:
            others[f"{each.rule} {each.group_key}"][each.rule] += 1
        elif each.group_key.startswith(f"{CANCELLATIONS}:"):
            stories[each.subscription or each.group_key].add(each)
        elif each.rule == COUPONS:
            coupons.update(each.facts.get("coupons") or ["?"])
            if each.subscription and each.amount and each.currency:
                kept_by_coupon[each.subscription] = each.currency, each.amount
        elif each.effect == Effect.COLLECTED and not each.group_key.startswith(FAMILIES):
            others[each.group_key][each.rule] += 1
    lost = {key: story for key, story in stories.items() if not story.over}
    kept = {
        key: (story.currency, story.amount)
        for key, story in stories.items()
        if story.over and story.amount and story.currency
    }
    stayed = {key for key, story in stories.items() if story.over}
    return Digest(
        cancelled=len(lost),
        stayed=len(stayed),
        lost=sum_by_currency((story.currency, story.amount) for story in lost.values()),
        kept=sum_by_currency({**{k: v for k, v in kept_by_coupon.items() if k not in lost}, **kept}.values()),
        reasons=_ranked(story.facts.get("reason") for story in lost.values()),
        feedback=_ranked(_feedback(story) for story in lost.values()),
        plans=_ranked(story.facts.get("plan") or story.facts.get("price") for story in lost.values()),
        coupons=coupons.most_common(MOST_ROWS),
        others=_by_rule(others.values()).most_common(MOST_ROWS),
        issued=sorted((issued or {}).items(), key=lambda each: (-each[1], each[0])),
        money=money_of(happenings),
    )


def _feedback(story: _Story) -> object:
    """Return what the customer chose: an option's text where it was read, else its id, or Stripe's code."""
    facts, option = story.facts, story.facts.get("feedback_option")
    known = facts.get("feedback_text") or story.options.get(option or "")
    return known or option or facts.get("feedback")


def _by_rule(groups: Iterable[Counter[str]]) -> Counter[str]:
    """Count what happened by rule; where several rules tell the same (a refund and its charge), once."""
    found: Counter[str] = Counter()
    for counted in groups:
        rule, number = counted.most_common(1)[0]
        found[rule] += number
    return found


def _ranked(values: Iterable[object]) -> Counts:
    counted = Counter(str(each) if each else None for each in values)
    return sorted(counted.items(), key=lambda each: (each[0] is None, -each[1], each[0] or ""))[:MOST_ROWS]
