"""The week's money: payments that failed, and came in after all; disputes; how soon pages were taken."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from bot.alerts.alert import Effect
from bot.alerts.rows.week import Happening, Page

FAILURES: Final = "payment_failed:"
"""How the groups of failed payments begin: one for each invoice."""
DISPUTE: Final = "dispute"
FAMILIES: Final = (FAILURES, f"{DISPUTE}:")
"""Groups that are told as money, and not among the rest."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many, and how much by currency in its smallest unit."""

    count: int = 0
    total: Mapping[str, int] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"count": self.count, "total": amounts_json(self.total)}


_NONE = Amounts()


@dataclass(frozen=True, slots=True)
class Money:
    """`failed` are invoices whose payment failed, `recovered` those that were paid after all."""

    failed: Amounts = _NONE
    recovered: Amounts = _NONE
    disputes: Amounts = _NONE

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to tell."""
        return not (self.failed.count or self.recovered.count or self.disputes.count)

    def facts(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {name: getattr(self, name).facts() for name in ("failed", "recovered", "disputes")}


NO_MONEY: Final = Money()


def money_of(happenings: Iterable[Happening]) -> Money:
    """Add up; each invoice and each dispute counts once, with what was said of it last."""
    failed: dict[str, Happening] = {}
    paid: dict[str, Happening] = {}
    disputed: dict[str, Happening] = {}
    for each in happenings:
        if each.group_key.startswith(FAILURES):
            if each.effect != Effect.RESOLVED:
                failed[each.group_key] = each
            elif each.facts.get("status") == "paid":
                # What came in is what was open before: a paid invoice has nothing left to pay.
                paid[each.group_key] = failed.get(each.group_key, each)
        elif each.rule == DISPUTE:
            disputed[each.group_key] = each
    return Money(*(_amounts(each.values()) for each in (failed, paid, disputed)))


def answered(pages: Iterable[Page]) -> dict[str, Any]:
    """Return how many pages there were, how many nobody took, and half within how many seconds."""
    known = list(pages)
    waited = [page.taken_at - page.raised_at for page in known if page.taken_at is not None]
    return {
        "pages": len(known),
        "nobody": len(known) - len(waited),
        "seconds": round(median(waited)) if waited else None,
    }


def _amounts(happenings: Iterable[Happening]) -> Amounts:
    each = list(happenings)
    return Amounts(len(each), sum_by_currency((one.currency, one.amount) for one in each))


def sum_by_currency(amounts: Iterable[tuple[str | None, int | None]]) -> dict[str, int]:
    """Add up amounts by currency, in its smallest unit."""
    total: Counter[str] = Counter()
    for currency, amount in amounts:
        if currency and amount:
            total[currency] += amount
    return dict(sorted(total.items()))


def amounts_json(amounts: Mapping[str, int]) -> list[dict[str, str | int]]:
    """Return amounts by currency as JSON."""
    return [{"currency": currency, "amount": amount} for currency, amount in amounts.items()]
