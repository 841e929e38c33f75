"""Whether a change waits for the end of the period (`schedule_at_period_end` of a configuration)."""

from bot.portal.rules.amounts import days, line_amount, per_day
from bot.portal.rules.facts import Facts


def matched_conditions(facts: Facts) -> tuple[str, ...]:
    """The configured conditions that are true for the change that is asked about; any one suffices."""
    if facts.update is None or (facts.target.price is None and facts.target.quantity is None):
        return ()
    tests = {"decreasing_item_amount": _decreases, "shortening_interval": _shortens}
    return tuple(name for name in facts.update.schedule_conditions if name in tests and tests[name](facts))


def _decreases(facts: Facts) -> bool:
    """A yearly price that is cheaper per month was seen to count as a decrease, so lengths are evened out."""
    price, wanted = facts.price, facts.wanted_price
    if price is None or wanted is None or price.currency != wanted.currency:
        return False
    if (price.interval, price.interval_count) == (wanted.interval, wanted.interval_count):
        before, after = line_amount(price, facts.quantity), line_amount(wanted, facts.wanted_quantity)
        if before is not None and after is not None:
            return after < before
    daily, later = per_day(price, facts.quantity), per_day(wanted, facts.wanted_quantity)
    return daily is not None and later is not None and later < daily


def _shortens(facts: Facts) -> bool:
    price, wanted = facts.price, facts.wanted_price
    if price is None or wanted is None:
        return False
    before, after = days(price), days(wanted)
    return before is not None and after is not None and after < before
