"""Why the one-time passcode of the login page does not arrive: the known causes, one after the other.

Calls to Stripe: the configuration unless it is kept, the exact list and the search, all at once; and the
checkouts of guests when no customer has the address.
Source: docs.stripe.com/customer-management/activate-no-code-customer-portal.
"""

import asyncio
from dataclasses import replace

from bot.check import Check
from bot.errors import BadUsage, PortalBlocks
from bot.portal.candidates import active_subscriptions, is_current, opened_by_login_page
from bot.portal.identifiers import read_pasted
from bot.portal.models import Customer
from bot.portal.object_ids import Kind
from bot.portal.people import NO_SEARCH, people_with
from bot.use_cases.account import StripeAccount
from bot.use_cases.configuration_changes import EDIT
from bot.use_cases.context import CommandContext
from bot.use_cases.person import may
from bot.use_cases.results import Passcode


def read_address(pasted: str) -> str:
    """The address that was typed. Raises BadUsage for anything else."""
    found = read_pasted(pasted)
    if found.kind is not Kind.EMAIL:
        raise BadUsage("passcode_needs_email")
    return found.value


class PasscodeDiagnosis:
    """Goes through the causes."""

    def __init__(self, account: StripeAccount) -> None:
        self._gateway = account.gateway
        self._configurations = account.configurations

    async def answer(self, context: CommandContext) -> Passcode:
        """Check every step for the address of the command. Raises Refused."""
        found = await self.examine(read_address(context.command.subject))
        context.customer = found.opens or next((each.id for each in found.customers), None)
        return replace(found, may_change=await may(context.person, EDIT))

    async def examine(self, email: str) -> Passcode:
        """Check every step. Raises Refused when Stripe does not answer."""
        people, login_page = await asyncio.gather(people_with(self._gateway, email), self._login_page())
        if people.unsearched is not None and people.unsearched.code != NO_SEARCH:
            raise people.unsearched
        exact, others = people.exact, people.similar
        opens = opened_by_login_page(exact, email)
        checks = [
            _mode(self._gateway.livemode),
            login_page,
            _exact(exact),
            _other_spelling(others, email, known=people.unsearched is None),
            *_one_of_them(exact, opens),
            *await self._nobody(email, [*exact, *others]),
            _delivery(self._gateway.livemode),
            _way_out([*exact, *others], opens),
        ]
        newest = sorted([*exact, *others], key=lambda each: each.created or 0, reverse=True)
        return Passcode(email, tuple(checks), opens, tuple(newest))

    async def _login_page(self) -> Check:
        try:
            configuration = await self._configurations.get()
        except PortalBlocks:
            return Check("login_page", "problem", "none")
        facts: dict[str, str | int | None] = {
            "configuration": configuration.id,
            "url": configuration.login_page.url,
        }
        on = configuration.login_page.enabled is True and configuration.login_page.url
        return Check("login_page", "ok", "on", facts) if on else Check("login_page", "problem", "off", facts)

    async def _nobody(self, email: str, customers: list[Customer]) -> tuple[Check, ...]:
        """What else the address may belong to when it is no customer's."""
        if customers:
            return ()
        guests = await self._gateway.guest_checkouts(email)
        found = Check("guest_payment", "problem", "found", {"checkouts": guests})
        return (
            Check("deleted", "unknown", "unseen"),
            found if guests else Check("guest_payment", "ok", "none", {"checkouts": 0}),
        )


def _mode(livemode: bool) -> Check:
    facts: dict[str, str | int | None] = {"livemode": livemode}
    return Check("mode", "ok", "live", facts) if livemode else Check("mode", "note", "test", facts)


def _exact(customers: tuple[Customer, ...]) -> Check:
    facts: dict[str, str | int | None] = {
        "customers": len(customers),
        "ids": ", ".join(each.id for each in customers),
    }
    return Check("exact_match", "ok" if customers else "problem", "found" if customers else "none", facts)


def _other_spelling(customers: tuple[Customer, ...], email: str, *, known: bool) -> Check:
    if not known and not customers:
        return Check("other_spelling", "unknown", "no_search")
    if not customers:
        return Check("other_spelling", "ok", "none", {"customers": 0})
    spaces = any(each.email != (each.email or "").strip() for each in customers)
    facts: dict[str, str | int | None] = {
        "customers": len(customers),
        "ids": ", ".join(each.id for each in customers),
        "stored": ", ".join(each.email or "" for each in customers),
    }
    capitals = all((each.email or "").strip().casefold() == email.casefold() for each in customers)
    outcome = "spaces" if spaces else "case" if capitals else "letters"
    return Check("other_spelling", "problem", outcome, facts)


def _one_of_them(customers: tuple[Customer, ...], opens: str | None) -> list[Check]:
    """Which of the customers with exactly this address the login page opens."""
    if not customers:
        return []
    count = len(customers)
    if opens is not None:
        facts: dict[str, str | int | None] = {"customer": opens, "customers": count}
        active = Check("active_subscription", "ok", "active", {"customer": opens})
        return [
            active,
            Check("opens", "note" if count > 1 else "ok", "several" if count > 1 else "one", facts),
        ]
    current = [each for one in customers for each in one.subscriptions or () if is_current(each)]
    statuses = sorted({str(each.status) for each in current})
    known = all(active_subscriptions(each) is not None for each in customers)
    outcome = "other_status" if current else "none" if known else "unseen"
    facts = {"statuses": ", ".join(statuses), "customers": count}
    return [
        Check("active_subscription", "problem" if outcome == "none" else "unknown", outcome, facts),
        Check("opens", "problem" if outcome == "none" else "unknown", "nobody", {"customers": count}),
    ]


def _delivery(livemode: bool) -> Check:
    return Check("delivery", "unknown", "live" if livemode else "test")


def _way_out(customers: list[Customer], opens: str | None) -> Check:
    if not customers:
        return Check("way_out", "note", "nobody")
    return Check("way_out", "ok", "link", {"customer": opens or customers[0].id})
