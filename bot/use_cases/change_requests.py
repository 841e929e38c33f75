"""Changing a setting from the finding that names it: a lead at once, an agent with a lead's approval.

What is said yes to is in the database before anybody is told so; Stripe is asked after that.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, Final

from bot.changes.change import ANSWERED_WITHIN, Change, ChangePlace, Proposed, State
from bot.changes.rows import ChangeRows
from bot.durations import Clock
from bot.errors import BadUsage, NotAllowed, NotFound, PortalBlocks, Refused, Unavailable
from bot.logs import get_log
from bot.portal.configuring.effects import Effects, changed, effects_of
from bot.portal.configuring.limits import PRODUCTS
from bot.portal.configuring.repairs import Repair, lacks_plans, listable
from bot.portal.configuring.table import Settings
from bot.portal.models import MISSING, Price
from bot.use_cases.account import StripeAccount
from bot.use_cases.configuration_changes import EDIT, ConfigurationChanges, Proposal, audit_line
from bot.use_cases.configuration_usage import ConfigurationUsage
from bot.use_cases.person import Person, may

ASK: Final = "config"
"""The verb whose role may ask for a change."""
SAMPLE: Final = 50

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as it is shown before anybody says yes; with `may_change` this person makes it at once."""

    change: Change
    may_change: bool


@dataclass(eq=False, repr=False)
class ChangeRequests:
    """Shows changes, takes requests and answers, and does what was said yes to.

    Without a `channel` nothing can be asked for.

    With `four_eyes` nobody approves their own request in live mode.
    """

    account: StripeAccount
    changes: ConfigurationChanges
    rows: ChangeRows
    clock: Clock
    _: KW_ONLY
    channel: str | None
    four_eyes: bool
    usage: ConfigurationUsage

    async def repair(self, repair: Repair, person: Person, place: ChangePlace) -> Shown:
        """Show what a repair would change in the configuration as it is now. Raises Refused."""
        await person.authorise(ASK)
        configuration = await self.account.gateway.portal.configuration(repair.configuration)
        wanted = repair.settings(configuration.settings)
        if lacks_plans(wanted, configuration.settings):
            wanted[PRODUCTS] = await self._plans_in_use()
        return await self.show(
            await self.changes.against(configuration, wanted),
            person,
            place,
            rule=repair.rule,
            customer=repair.customer,
        )

    async def _plans_in_use(self) -> list[dict[str, Any]]:
        """List the plans that most customers have: untouched settings have none, and a lead is to judge."""
        gateway = self.account.gateway
        sample, (prices, _) = await asyncio.gather(
            gateway.newest_subscriptions(SAMPLE), gateway.shop.active_prices()
        )
        held = Counter(
            item.price.product_id
            for subscription, _ in sample
            for item in (() if subscription.items is MISSING else subscription.items[:1])
            if item.price is not None
        )
        used = [price for price in prices if held[price.product_id]]
        listed = listable(sorted(used, key=lambda price: -held[price.product_id]))
        if len(listed) > 1:
            return listed
        # One plan alone leaves nothing to move to: then everything that can be listed is proposed.
        return listable(sorted(prices, key=lambda price: -held[price.product_id]))

    async def show(self, proposal: Proposal, person: Person, place: ChangePlace, **about: Any) -> Shown:
        """Show a proposed change, and what it means for all customers. Raises Refused."""
        await person.authorise(ASK)
        if not proposal.lines:
            raise BadUsage("nothing_to_change")
        effects = await self._effects(proposal)
        told = {
            **(effects.as_json() if effects else {}),
            "prices": self._named(proposal),
            "used_by": await self.usage.of(proposal),
        }
        row = proposal.to_keep(
            person.id,
            State.SHOWN,
            request_key=person.request_key,
            effects=told,
            place=place,
            **about,
        )
        return Shown(await self.rows.add(row, self.clock()), await may(person, EDIT))

    async def say_yes(self, number: int, person: Person) -> Change:
        """Take the yes of whoever was shown a change: a lead's is an approval, an agent's a request.

        Nothing is sent to Stripe yet; see `carry_out`. Raises Refused.
        """
        change = await self._own(number, person)
        now = self.clock()
        if await may(person, EDIT):
            yes = {"decided_by": person.id, "decided_at": now, "told": State.SHOWN}
            return await self.rows.end(number, State.SHOWN, State.APPROVED, None, **yes)
        await person.authorise(ASK)
        if self.channel is None:
            raise NotFound("nobody_to_ask")
        line = audit_line(change, now, "asked", actor=person.id, role="agent")
        asked = {"shown": State.SHOWN, "told": State.SHOWN}
        return await self.rows.end(number, State.SHOWN, State.ASKED, line, **asked)

    async def approve(self, number: int, person: Person) -> Change:
        """Approve a request, which is then to be carried out. Raises Refused."""
        await person.authorise(EDIT)
        change = await self.rows.get(number)
        if change.livemode and self.four_eyes and change.actor == person.id:
            raise NotAllowed("four_eyes")
        return await self._decide(change, person, State.APPROVED, "approved")

    async def decline(self, number: int, person: Person) -> Change:
        """Say no to a request. Raises Refused."""
        await person.authorise(EDIT)
        return await self._decide(await self.rows.get(number), person, State.DECLINED, "declined")

    async def withdraw(self, number: int, person: Person) -> Change:
        """Take back a request of one's own. Raises Refused."""
        await person.authorise(ASK)
        change = await self._own(number, person)
        return await self._decide(change, person, State.WITHDRAWN, "withdrawn")

    async def undo(self, number: int, person: Person, place: ChangePlace) -> Change:
        """Approve a change that puts the settings back, to be carried out then. Raises Refused."""
        await person.authorise(EDIT)
        change = await self.rows.get(number)
        if not change.can_be_undone(self.clock()):
            raise _not_undone(change, self.clock())
        # Stripe is not asked yet: whoever presses waits for the answer. What the configuration has to be like
        # is known, and it is refused when the change is made if something else changed meanwhile.
        row = Proposed(
            livemode=change.livemode,
            configuration=change.configuration,
            name=change.name,
            actor=person.id,
            version=change.result_version or "",
            before={path: change.after[path] for path in change.before},
            after=change.before,
            state=State.APPROVED,
            request_key=f"undo:{change.key}:{person.request_key}",
            undo_of=change.id,
            customer=change.customer,
            effects={"prices": (change.effects or {}).get("prices", {})},
            place=_with_checklist(place, change),
            told=State.SHOWN,
        )
        return await self.rows.add(row, self.clock())

    async def carry_out(self, change: Change) -> Change:
        """Have Stripe make an approved change, and return how it stands; a refusal is in it."""
        try:
            return await self.changes.carry_out(change)
        except Refused as refused:
            _log.info("portal_change_not_made", change=change.id, code=refused.code)
            return await self.rows.get(change.id)

    async def sweep(self) -> None:
        """Do what a process that was killed left behind, end what is a day old. Raises Unavailable."""
        now = self.clock()
        for change in await self.rows.waiting(now):
            await self.carry_out(change)
        for change in await self.rows.overdue(now):
            line = audit_line(change, now, "expired", actor=change.actor, role="agent")
            try:
                await self.rows.end(change.id, State.ASKED, State.EXPIRED, line, finished_at=now)
            except PortalBlocks:
                continue  # somebody answered in this very moment
        await self.rows.settle(now)

    async def _decide(self, change: Change, person: Person, state: State, outcome: str) -> Change:
        now = self.clock()
        if change.state is State.ASKED and change.expires_at <= now:
            raise PortalBlocks("change_answered", state=State.EXPIRED.value, by=None)
        decided = replace(change, decided_by=person.id)
        role = "agent" if state is State.WITHDRAWN else "lead"
        line = audit_line(decided, now, outcome, actor=person.id, role=role)
        by = {"decided_by": person.id, "decided_at": now}
        return await self.rows.end(change.id, State.ASKED, state, line, **by)

    async def _own(self, number: int, person: Person) -> Change:
        change = await self.rows.get(number)
        if change.actor != person.id:
            raise NotAllowed("not_your_request")
        return change

    def _named(self, proposal: Proposal) -> dict[str, Any]:
        """What the prices in the difference are called and cost, as Stripe's JSON."""
        catalog = self.account.gateway.catalog
        entries = [
            entry
            for line in proposal.lines
            if line.path == PRODUCTS
            for entry in (*(line.before or ()), *line.after)
        ]
        known = [catalog.price(price) for entry in entries for price in entry["prices"]]
        return {price.id: _as_json(price) for price in known if price is not None}

    async def _effects(self, proposal: Proposal) -> Effects | None:
        """What it means for all customers; None where subscriptions cannot be read."""
        wanted: Settings = {line.path: line.after for line in proposal.lines}
        after = changed(proposal.configuration, wanted)
        try:
            sample = await self.account.gateway.newest_subscriptions(SAMPLE)
        except (Unavailable, NotFound):
            return None
        prices: Mapping[str, Any] = {
            **await self.account.prices.of(proposal.configuration),
            **await self.account.prices.of(after),
        }
        return effects_of(
            proposal.configuration,
            after,
            sample,
            prices=prices,
            now=self.clock(),
            livemode=self.account.livemode,
        )


def _as_json(price: Price) -> dict[str, Any]:
    product = {"id": price.product_id, "object": "product", "name": price.product_name}
    recurring = {"interval": price.interval, "interval_count": price.interval_count}
    return {
        "id": price.id,
        "product": product,
        "unit_amount": price.unit_amount,
        "currency": price.currency,
        "recurring": recurring,
    }


def _with_checklist(place: ChangePlace, change: Change) -> ChangePlace:
    """Have the list drawn anew again from which whoever undoes a change of their own made it."""
    of_change = change.place
    if of_change is None or of_change.user != place.user:
        return place
    return replace(place, checklist=of_change.checklist, checklist_url=of_change.checklist_url)


def _not_undone(change: Change, now: int) -> PortalBlocks:
    """Say why a change cannot be undone."""
    if change.state not in {State.APPLIED, State.SETTLED}:
        return PortalBlocks("change_answered", state=change.state.value, by=change.decided_by)
    if not change.is_restorable:
        return PortalBlocks("undo_not_possible")
    in_time = now < (change.finished_at or 0) + ANSWERED_WITHIN
    return PortalBlocks("undo_changed_since" if in_time else "undo_too_late")
