"""How a rule about a product is written down: a small pure function beside its id, severity and source."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bot.portal.products.product_sheet import ProductSheet
from bot.portal.rules.finding import Evidence, Finding, Severity, Status


class Hit(NamedTuple):
    """A rule fired; `severity` where it is another than the rule's."""

    evidence: Evidence
    severity: Severity | None = None


Check = Callable[[ProductSheet], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class ProductRule:
    """A rule about products. `condition` is the check's docstring, which the documentation shows."""

    id: str
    severity: Severity
    status: Status
    source: str
    condition: str
    check: Check

    def findings(self, sheet: ProductSheet) -> Iterator[Finding]:
        """Ask the rule. Findings name the product's prices by id."""
        named = {price.id: price for price in sheet.prices}
        for hit in self.check(sheet):
            severity = hit.severity or self.severity
            evidence = {"product": sheet.product.id, **hit.evidence}
            yield Finding(self.id, severity, self.status, evidence, self.source, self.id, named)


def product_rule(
    identifier: str, severity: Severity, status: Status, source: str
) -> Callable[[Check], ProductRule]:
    """Turn a check into a rule; its docstring is the condition as the documentation shows it."""

    def written(check: Check) -> ProductRule:
        return ProductRule(identifier, severity, status, source, check.__doc__ or "", check)

    return written
