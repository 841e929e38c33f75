"""Changes a portal configuration: what was shown is what is changed, or nothing is.

A change has a row before Stripe hears of it, and Stripe is asked with the row's own idempotency key. So a
process that is killed anywhere leaves a row that says what is still to be found out, and asking again changes
nothing twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.changes.change import Change, Proposed, State
from bot.changes.rows import ChangeRows
from bot.durations import Clock
from bot.errors import BadUsage, NotFound, PortalBlocks, Refused, Unavailable
from bot.portal.configuring.difference import Line, agrees, difference
from bot.portal.configuring.limits import PRODUCTS, check_limits, check_prices
from bot.portal.configuring.parameters import update_parameters
from bot.portal.configuring.present import nested
from bot.portal.configuring.table import Settings
from bot.portal.models import Configuration
from bot.store.audit import AuditEntry
from bot.use_cases.account import StripeAccount
from bot.use_cases.person import Person

EDIT: Final = "config_edit"
"""The name under which `[roles]` says who may change configurations; leads, unless it says otherwise."""
NO_ANSWER: Final = frozenset(
    {"stripe_timed_out", "stripe_unreachable", "stripe_failing", "stripe_unreadable"}
)
"""Refusals after which Stripe may have made the change all the same."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be changed: the wanted settings, and the lines in which they differ from those there are."""

    configuration: Configuration
    wanted: Settings
    lines: tuple[Line, ...]

    @property
    def before(self) -> dict[str, Any]:
        """Return the settings as they are, of the wanted ones."""
        return {path: self.configuration.settings[path] for path in self.wanted}

    def to_keep(self, actor: str, state: State, **more: Any) -> Proposed:
        """Return the row of the change, with nothing in it that stays as it is."""
        return Proposed(
            livemode=self.configuration.livemode is True,
            configuration=self.configuration.id,
            name=self.configuration.name,
            actor=actor,
            version=self.configuration.version,
            before={line.path: line.before for line in self.lines},
            after={line.path: line.after for line in self.lines},
            state=state,
            **more,
        )


class ConfigurationChanges:
    """Proposes changes, and carries them out."""

    def __init__(self, account: StripeAccount, rows: ChangeRows, clock: Clock) -> None:
        self._account = account
        self._rows = rows
        self._clock = clock

    async def propose(self, asked: str, wanted: Settings) -> Proposal:
        """Check the wanted settings against the configuration that `asked` names, as it is now.

        Raises Refused: nothing that Stripe is known to refuse is proposed.
        """
        configuration = await self._account.configurations.one(asked)
        return await self.against(configuration, wanted)

    async def against(self, configuration: Configuration, wanted: Settings) -> Proposal:
        """Check the wanted settings against a configuration that was just read. Raises Refused."""
        lines = difference(configuration.settings, wanted)
        changed = {line.path: line.after for line in lines}
        check_limits(changed, configuration.settings)
        if PRODUCTS in changed:
            await self._check_products(changed)
        return Proposal(configuration, wanted, lines)

    async def change(self, proposal: Proposal, person: Person, **more: Any) -> Change:
        """Make the proposed change at once. Raises Refused; then nothing was changed, or it says otherwise.

        Another process may have begun it first: Unavailable("change_unknown") unless it is known to be made.

        `more` are fields of the row: customer, rule, undo_of, place.
        """
        await person.authorise(EDIT)
        if not proposal.lines:
            raise BadUsage("nothing_to_change")
        row = proposal.to_keep(person.id, State.APPROVED, request_key=person.request_key, **more)
        change = await self.carry_out(await self._rows.add(row, self._clock()))
        if change.state not in {State.APPLIED, State.SETTLED, State.UNDONE}:
            raise Unavailable("change_unknown", retry=False)
        return change

    async def carry_out(self, change: Change) -> Change:
        """Have Stripe make an approved change, if nobody does so already, and return how it stands.

        Raises Refused when it was not made, and Unavailable("change_unknown") when nobody can say yet.
        """
        try:
            taken = await self._rows.take(change.id, self._clock())
        except PortalBlocks as refused:
            await self._failed(change, refused)
            raise
        if taken is None:
            return await self._rows.get(change.id)
        return await self._carry_out(taken, again=change.begun_at is not None)

    async def _carry_out(self, change: Change, *, again: bool) -> Change:
        try:
            present = await self._account.gateway.portal.configuration(change.configuration)
        except Refused as refused:
            if again:
                raise Unavailable("change_unknown", retry=False) from None
            await self._failed(change, refused)
            raise
        if again and _is_made(change, present):
            return await self._made(change, present)
        if present.version != change.version:
            raise await self._failed(change, PortalBlocks("configuration_changed", by=None))
        if again and change.is_at_the_terminal:
            raise await self._failed(change, Unavailable("change_not_made", retry=True))
        return await self._made(change, await self._send(change, present))

    async def _send(self, change: Change, present: Configuration) -> Configuration:
        """Ask Stripe, once more when no answer came, and return the configuration as it is then."""
        parameters = update_parameters(change.after, present.settings)
        for _ in range(2):
            try:
                saved = await self._account.gateway.portal.change(
                    change.configuration, parameters, idempotency_key=change.key
                )
            except Refused as refused:
                if refused.code not in NO_ANSWER:
                    raise await self._failed(change, refused) from None
                present = await self._looked_at(change)
                if _is_made(change, present):
                    return present
                continue
            return await self._read_back(saved)
        raise await self._failed(change, Unavailable("change_not_made", retry=True))

    async def _looked_at(self, change: Change) -> Configuration:
        try:
            return await self._account.gateway.portal.configuration(change.configuration)
        except Refused:
            raise Unavailable("change_unknown", retry=False) from None

    async def _read_back(self, saved: Configuration) -> Configuration:
        try:
            return await self._account.gateway.portal.configuration(saved.id)
        except Refused:  # Stripe's answer to the change says it as well
            return saved

    async def _made(self, change: Change, present: Configuration) -> Change:
        self._account.drop_remembered()
        after = {path: present.settings[path] for path in change.after}
        line = audit_line(change, self._clock(), "changed", after=after)
        return await self._rows.applied(change.id, self._clock(), present.version, after, line)

    async def _failed(self, change: Change, refused: Refused) -> Refused:
        """Note why a change was not made, in the row and in the audit trail, and return the refusal."""
        line = audit_line(change, self._clock(), "refused", code=refused.code)
        await self._rows.end(
            change.id,
            State.APPROVED,
            State.FAILED,
            line,
            finished_at=self._clock(),
            code=refused.code,
            said=refused.stripe_said,
        )
        return refused

    async def _check_products(self, changed: Mapping[str, Any]) -> None:
        if not changed[PRODUCTS]:
            return
        listed = Configuration.of(nested({PRODUCTS: changed[PRODUCTS]}))
        prices = await self._account.prices.of(listed)
        wanted = {price for entry in changed[PRODUCTS] for price in entry["prices"]}
        for missing in sorted(wanted - prices.keys()):
            try:
                prices = {**prices, missing: await self._account.gateway.shop.price(missing)}
            except NotFound:
                raise
            except Refused:
                return  # what cannot be read is not judged: Stripe decides
        check_prices(changed, prices)


def _is_made(change: Change, present: Configuration) -> bool:
    return all(agrees(path, wanted, present.settings[path]) for path, wanted in change.after.items())


def audit_line(
    change: Change,
    at: int,
    outcome: str,
    *,
    actor: str | None = None,
    role: str = "lead",
    code: str | None = None,
    after: Settings | None = None,
) -> AuditEntry:
    """Return the line of the audit trail that says what became of a change, with before and after."""
    values = change.after if after is None else after
    lines = [f"{line.path}: {_written(line.before)} → {_written(values[line.path])}" for line in change.lines]
    asked = [f"asked by {change.actor}"] if change.decided_by not in {None, change.actor} else []
    return AuditEntry(
        at=at,
        actor=actor or change.decided_by or change.actor,
        role="cli" if change.is_at_the_terminal else role,
        verb="config",
        outcome=outcome,
        livemode=change.livemode,
        customer=change.customer,
        reason="; ".join([change.configuration, *lines, *asked]),
        code=code,
        request_key=f"{change.key}:{outcome}",
    )


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
