"""From what was typed after a link verb to the arguments of the link."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bot.durations import DAY, MINUTE, read_span
from bot.errors import BadUsage
from bot.portal.configurations import Configurations
from bot.portal.link_request import Flow, LinkRequest, Then
from bot.portal.locales import session_locale
from bot.portal.models import Customer
from bot.use_cases.context import CommandContext

LARGEST_QUANTITY = 999_999
# Below five minutes the session itself still lives; beyond 90 days a forgotten link should not come back.
SHORTEST_RECOVERY = 5 * MINUTE
LONGEST_RECOVERY = 90 * DAY


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """The options that need neither Stripe nor the customer; built, and refused, before anything is asked."""

    configuration: str | None
    locale: str | None
    return_url: str | None
    on_behalf_of: str | None
    recover_until: int | None
    then: Then | None
    then_url: str | None
    quantity: int | None
    anyway: bool

    @classmethod
    def read(
        cls, context: CommandContext, configurations: Configurations, return_urls: Mapping[str, str]
    ) -> "LinkOptions":
        """Read the options of a command. Raises BadUsage."""
        command = context.command
        config, locale, recover = (
            command.option("config"),
            command.option("locale"),
            command.option("recover"),
        )
        session_locale((), locale)  # an unknown language is refused before anything is looked up
        then = _then(command.option("then"))
        if then is not None and command.verb.flow is Flow.HOME:
            raise BadUsage("then_needs_flow")
        return cls(
            configuration=configurations.identifier(config) if config else None,
            locale=locale,
            return_url=_return_url(command.option("return"), return_urls),
            on_behalf_of=read_account(command.option("on_behalf_of")),
            recover_until=context.person.asked_at + recovery_seconds(recover) if recover else None,
            then=then,
            then_url=_then_url(command.option("return"), return_urls) if then is Then.RETURN else None,
            quantity=read_quantity(command.option("qty")),
            anyway=command.option("anyway") is not None,
        )

    def locale_for(self, customer: Customer) -> str:
        """The language of the link: as asked, else the customer's own, else the browser's."""
        return session_locale(customer.preferred_locales, self.locale)


def recovery_seconds(text: str) -> int:
    """Read how long a dead link may be revived by the customer: `30m`, `2h` or `7d`.

    Raises BadUsage for anything else, and for less than five minutes or more than 90 days.
    """
    seconds = read_span(text)
    if seconds is None:
        raise BadUsage("duration_not_understood", asked=text[:40])
    if not SHORTEST_RECOVERY <= seconds <= LONGEST_RECOVERY:
        raise BadUsage("duration_out_of_range", asked=text[:40], shortest="5m", longest="90d")
    return seconds


def read_quantity(text: str | None) -> int | None:
    """Read `qty:`. Raises BadUsage."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= LARGEST_QUANTITY:
        raise BadUsage("quantity_not_understood", asked=text[:40])
    return int(text)


def idempotency_key(context: CommandContext, request: LinkRequest) -> str | None:
    """The same for the same request of a person, so that Stripe makes one session of a repeated one."""
    if context.person.request_key is None:
        return None
    return hashlib.sha256(f"{context.person.request_key} {request!r}".encode()).hexdigest()


def _then(text: str | None) -> Then | None:
    if text is None:
        return None
    try:
        return Then(text.lower())
    except ValueError:
        raise BadUsage("unknown_then", asked=text[:40]) from None


def _return_url(name: str | None, return_urls: Mapping[str, str]) -> str | None:
    if name is None:
        return None
    try:
        return return_urls[name]
    except KeyError:
        raise BadUsage("unknown_return", asked=name[:40], known=", ".join(sorted(return_urls))) from None


def _then_url(name: str | None, return_urls: Mapping[str, str]) -> str:
    address = _return_url(name, return_urls)
    if address is None and len(return_urls) == 1:
        return next(iter(return_urls.values()))
    if address is None:
        raise BadUsage("then_return_needs_name", known=", ".join(sorted(return_urls)))
    return address


def read_account(text: str | None) -> str | None:
    """Read `on_behalf_of:`. Raises BadUsage."""
    if text is not None and not (text.startswith("acct_") and text[5:].isalnum()):
        raise BadUsage("account_not_understood", asked=text[:40])
    return text
