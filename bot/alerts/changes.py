"""What an update really changed: prices and quantities item by item, coupons by id.

Since API version 2025-03-31 the billing period lives on a subscription's items, so every renewal puts the
whole of `items` into `previous_attributes` (observed, recorded events). A field's being there says nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.portal.models.reading import entries, identifier, inner, mapping, text, whole

Source = Mapping[str, object]

PLAN = "plan"
COUPON = "coupon"
COUPON_REMOVED = "coupon_removed"
_PLAN_FIELDS = frozenset({"items", "plan", "quantity"})
_COUPON_FIELDS = frozenset({"discounts", "discount"})
_CHANGE_OF_DISCOUNTS = _COUPON_FIELDS | {"items"}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a subscription: the price (or older plan) as the event shows it, and how many of it."""

    item: str | None
    price: Source
    quantity: int | None

    @property
    def price_id(self) -> str | None:
        """Return what two lines are compared by; amounts and names can stand for several prices."""
        return identifier(self.price)


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A line before and after; None where it was added or removed."""

    before: PlanLine | None
    after: PlanLine | None


def changed(source: Source, previous: Source) -> frozenset[str]:
    """Name what is different now.

    `plan` stands for a price or quantity of any item, `coupon` for an added discount, `coupon_removed` for
    one that is gone; everything else is the field's own name.
    """
    names = {name for name in previous if name not in _PLAN_FIELDS | _COUPON_FIELDS}
    found = {name for name in names if _differs(previous[name], source.get(name))}
    if plan_changes(source, previous):
        found.add(PLAN)
    added, removed = coupon_changes(source, previous)
    if added:
        found.add(COUPON)
    elif removed:
        found.add(COUPON_REMOVED)
    return frozenset(found)


def _differs(before: object, after: object) -> bool:
    """Compare two values; of an object `previous_attributes` holds only the fields that changed."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return any(_differs(value, after.get(name)) for name, value in before.items())
    return before != after


def plan_lines(source: Source) -> tuple[PlanLine, ...]:
    """Read a subscription's lines; before 2018 there were no items, only `plan` and `quantity`."""
    if _has_items(source):
        return tuple(_line(mapping(each)) for each in entries(source.get("items")))
    return (_line(source),) if source.get("plan") else ()


def _has_items(source: Source) -> bool:
    items = source.get("items")
    return isinstance(items, list | tuple) or isinstance(mapping(items).get("data"), list | tuple)


def _line(source: Source) -> PlanLine:
    price = source.get("price") or source.get("plan")
    is_item = source.get("object") != "subscription"
    return PlanLine(
        item=text(source, "id") if is_item else None,
        price={"id": price} if isinstance(price, str) else mapping(price),
        quantity=whole(source, "quantity"),
    )


def plan_changes(source: Source, previous: Source) -> tuple[PlanChange, ...]:
    """Compare price and quantity of every line with what it was; its period and metadata are nothing."""
    if not _PLAN_FIELDS & previous.keys():
        return ()
    after = plan_lines(source)
    before = _former_lines(after, previous)
    old, new = _without_equals(before, after), _without_equals(after, before)
    return tuple(_paired(old, new))


def _former_lines(now: Sequence[PlanLine], previous: Source) -> tuple[PlanLine, ...]:
    """Read the lines as they were; what the event leaves out of one is as it is now."""
    if _has_items(previous):
        by_item = {line.item: line for line in now if line.item}
        formers = [(mapping(each), _line(mapping(each))) for each in entries(previous.get("items"))]
        return tuple(_completed(raw, line, by_item.get(line.item or "")) for raw, line in formers)
    if len(now) != 1:
        return tuple(now)  # `plan` and `quantity` of the subscription speak of its only item
    present = now[0]
    plan, quantity = previous.get("plan"), whole(previous, "quantity")
    former = {"id": plan} if isinstance(plan, str) else mapping(plan)
    return (
        PlanLine(
            present.item,
            former if identifier(former) else present.price,
            quantity if "quantity" in previous else present.quantity,
        ),
    )


def _completed(raw: Source, line: PlanLine, now: PlanLine | None) -> PlanLine:
    if now is None:
        return line
    price = line.price if line.price_id else now.price
    return PlanLine(line.item, price, line.quantity if "quantity" in raw else now.quantity)


def _without_equals(lines: Sequence[PlanLine], others: Sequence[PlanLine]) -> list[PlanLine]:
    there = Counter((line.price_id, line.quantity) for line in others)
    left = []
    for line in lines:
        key = line.price_id, line.quantity
        if there[key]:
            there[key] -= 1
        else:
            left.append(line)
    return left


def _paired(before: list[PlanLine], after: list[PlanLine]) -> list[PlanChange]:
    """Put lines of the same item together, then those that are left, in order."""
    pairs: list[PlanChange] = []
    rest = list(after)
    unpaired = []
    for old in before:
        same = next((new for new in rest if new.item and new.item == old.item), None)
        if same is None:
            unpaired.append(old)
        else:
            rest.remove(same)
            pairs.append(PlanChange(old, same))
    pairs += [PlanChange(old, rest.pop(0) if rest else None) for old in unpaired]
    return [*pairs, *(PlanChange(None, new) for new in rest)]


def coupon_changes(source: Source, previous: Source) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the discounts that were added and those that are gone, by coupon where the event shows it."""
    told = previous.keys() & _CHANGE_OF_DISCOUNTS
    if not told:
        return (), ()
    before = dict(_discounts(previous))
    after = dict(_discounts({name: source.get(name) for name in told}))
    if not _COUPON_FIELDS & told and not _tells_discounts(previous):
        return (), ()
    return (
        tuple(shown for key, shown in after.items() if key not in before),
        tuple(shown for key, shown in before.items() if key not in after),
    )


def _tells_discounts(source: Source) -> bool:
    """Say whether items show their discounts; older ones have none, and a deleted field says nothing."""
    return any("discounts" in mapping(item) for item in entries(source.get("items")))


def _discounts(source: Source) -> list[tuple[str, str]]:
    """List the discounts of a subscription and of its items, by id and as they are shown."""
    found = []
    items = (mapping(item) for item in entries(source.get("items")))
    of_items = (each for item in items for each in entries(item.get("discounts")))
    for each in (*entries(source.get("discounts")), source.get("discount"), *of_items):
        coupon = coupon_of(mapping(each))
        key = identifier(each) or coupon
        if key:
            found.append((key, coupon or key))
    return found


def coupon_of(discount: Source) -> str | None:
    """Read a discount's coupon; since 2025-09-30 it stands under `source`."""
    return identifier(discount.get("coupon") or inner(discount, "source").get("coupon"))
