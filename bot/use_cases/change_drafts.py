"""Editing a configuration in a window: what was filled in on its pages, until the difference is shown.

A draft is a change in the state `shown` whose `before` is the whole configuration as it was when the window
opened, so that nothing is written over what somebody else changed meanwhile.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.changes.change import Change, ChangePlace, State
from bot.changes.rows import ChangeRows
from bot.durations import Clock
from bot.errors import NotAllowed, PortalBlocks, Refused
from bot.portal.configurations import DEFAULT
from bot.portal.configuring.limits import PRODUCTS, check_limits
from bot.portal.configuring.table import Settings
from bot.portal.models import Price
from bot.use_cases.account import StripeAccount
from bot.use_cases.change_requests import ASK, ChangeRequests, Shown
from bot.use_cases.configuration_changes import ConfigurationChanges, Proposal
from bot.use_cases.person import Person

AT_ONCE = 5
"""Products whose prices are read at the same time."""


@dataclass(eq=False, repr=False)
class ChangeDrafts:
    """Opens drafts, keeps what is filled in, and shows what they come to."""

    account: StripeAccount
    changes: ConfigurationChanges
    requests: ChangeRequests
    rows: ChangeRows
    clock: Clock

    async def open(self, asked: str, person: Person, place: ChangePlace) -> Change:
        """Begin to edit the configuration that `asked` names, the default one without. Raises Refused."""
        await person.authorise(ASK)
        configuration = await self.account.configurations.one(asked or DEFAULT)
        row = Proposal(configuration, {}, ()).to_keep(
            person.id, State.SHOWN, request_key=person.request_key, place=place
        )
        return await self.rows.add_draft(row, dict(configuration.settings), self.clock())

    async def keep(self, number: int, person: Person, values: Settings) -> Change:
        """Keep what was filled in on a page. Raises Refused."""
        draft = await self.draft(number, person)
        return await self.rows.redraft(number, {**draft.after, **values})

    async def check(self, number: int, person: Person, values: Settings) -> Change:
        """Keep the last page, and check everything that was filled in. Raises Refused."""
        draft = await self.keep(number, person, values)
        wanted = {path: value for path, value in draft.after.items() if value != draft.before[path]}
        check_limits(wanted, draft.before)
        return draft

    async def show(self, draft: Change, person: Person, place: ChangePlace) -> Shown:
        """Show what the draft would change in the configuration as it is now. Raises Refused."""
        present = await self.account.gateway.portal.configuration(draft.configuration)
        if present.version != draft.version:
            raise PortalBlocks("configuration_changed")
        return await self.requests.show(await self.changes.against(present, draft.after), person, place)

    async def offered(self, draft: Change) -> Mapping[str, Sequence[Price]]:
        """Return the prices of each listed product, for somebody to choose from; at most a call for each."""
        entries = draft.after.get(PRODUCTS, draft.before[PRODUCTS])
        limit = asyncio.Semaphore(AT_ONCE)

        async def read(product: str) -> tuple[str, Sequence[Price]]:
            async with limit:
                try:
                    return product, await self.account.gateway.shop.prices_of_product(product)
                except Refused:  # what cannot be read is shown as it is listed
                    return product, ()

        return dict(await asyncio.gather(*(read(entry["product"]) for entry in entries)))

    async def draft(self, number: int, person: Person) -> Change:
        """Return a draft of one's own. Raises Refused."""
        await person.authorise(ASK)
        draft = await self.rows.get(number)
        if draft.actor != person.id or draft.state is not State.SHOWN:
            raise NotAllowed("not_your_request")
        return draft
