"""How a language writes days, times, amounts of money and counted things, by CLDR."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Final

from babel import Locale
from babel.dates import format_timedelta

from bot.portal.locales import long_date
from bot.portal.money import money

ENGLISH: Final = "en"
_PLURALS: Final = ("zero", "one", "two", "few", "many", "other")
"""CLDR's kinds of plurals, in the order in which a text gives its forms."""
_OURS: Final = "{date_short_pretty} at {time}"


class Writing:
    """The customs of one language; `tag` is an IETF tag, such as `de`."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    @cached_property
    def locale(self) -> Locale:
        """Babel's locale: English is that of the United States."""
        return Locale.parse("en-US" if self.tag == ENGLISH else self.tag, sep="-")

    def day(self, moment: int) -> str:
        """Write a day in UTC. Unix seconds."""
        when = datetime.fromtimestamp(moment, UTC)
        if self.tag == ENGLISH:
            return f"{when.day} {when:%B %Y}"
        return long_date(when.date(), self.locale)

    def time(self, moment: int) -> str:
        """Write day and time in UTC. Unix seconds."""
        return self._together(self.day(moment), f"{datetime.fromtimestamp(moment, UTC):%H:%M} UTC")

    @cached_property
    def slack_time(self) -> str:
        """Slack's own words for day and time, which it writes for each reader (`<!date^…>`)."""
        return _OURS if self.tag == ENGLISH else self._together("{date_short_pretty}", "{time}")

    def _together(self, day: str, time: str) -> str:
        pattern = "{1}, {0}" if self.tag == ENGLISH else str(self.locale.datetime_formats["medium"])
        return pattern.replace("'", "").replace("{1}", day).replace("{0}", time)

    def money(self, amount: int | Decimal | None, currency: str | None) -> str:
        """Write an amount in the currency's smallest unit, as Stripe counts; empty when either is unknown."""
        return money(amount, currency, str(self.locale))

    def duration(self, seconds: int) -> str:
        """Write how long something took, in its largest unit."""
        return format_timedelta(seconds, locale=self.locale)

    def plural(self, number: int, *forms: str) -> str:
        """Count things: `3 | plural('subscription', 'subscriptions')` is 3 subscriptions.

        A language with more plurals gives more forms, in CLDR's order; one with fewer gives fewer.
        """
        place = (number != 1) if self.tag == ENGLISH else self._plurals.index(self.locale.plural_form(number))
        return f"{number} {forms[min(place, len(forms) - 1)]}"

    @cached_property
    def _plurals(self) -> list[str]:
        used = {*self.locale.plural_form.tags, "other"}
        return [kind for kind in _PLURALS if kind in used]
