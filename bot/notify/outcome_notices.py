"""Tells agents what came of their links: where they asked, or in one direct message that is changed later."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import aiohttp

from bot.durations import Clock
from bot.errors import Refused
from bot.guarded import guarded
from bot.logs import get_log
from bot.notify.link_response_urls import LinkResponseUrls
from bot.notify.response_urls import respond
from bot.outcomes.link_actions import Action, Change, LinkActions
from bot.outcomes.links import AskedFrom, KnownLink
from bot.outcomes.rows import TOLD_WITHIN_SECONDS, OutcomeRows, told_of
from bot.portal.stripe_access import StripeGateway
from bot.replies.outcome import outcome_message
from bot.slack.failures import SLACK_FAILURES
from bot.slack.post import OutgoingMessage, PostOutcome, SlackPost
from bot.slack.readers import Readers
from bot.use_cases.customer_names import CustomerNames
from bot.words import Message, Words

_HOPELESS = frozenset({PostOutcome.CLOSED, PostOutcome.GONE, PostOutcome.UNSHOWABLE})
"""There is no way to this person, and asking again would change nothing."""

_log = get_log(__name__)


@dataclass(eq=False, repr=False)
class OutcomeNotices:
    """Looks at links that something happened to, keeps what came of them, and tells it.

    `session` is for response URLs.
    """

    rows: OutcomeRows
    response_urls: LinkResponseUrls
    gateway: StripeGateway
    post: SlackPost
    session: aiohttp.ClientSession
    words: Words
    clock: Clock
    readers: Readers
    names: CustomerNames

    async def look(self) -> float | None:
        """Look at links whose time has come; 0 when there may be more, else None.

        Raises Unavailable when the database does not answer.
        """
        taken = self.clock()
        due = await self.rows.take_due(taken)
        for known in due:
            # A mistake about one link keeps nobody from hearing of the others.
            await guarded(partial(self._look_at, known, taken), _log, session=known.link.id)
        return 0.0 if due else None

    async def _look_at(self, known: KnownLink, taken: int) -> None:
        actions = await self._named(known.actions)
        present = replace(known, actions=actions, outcome=actions.code(recovers=known.link.recovers))
        now = self.clock()
        if not await self.rows.renew(known.link.id, taken, now):
            return  # it took so long that another process has it, or something came that is judged soon
        told = await self._tell(present, now)
        if told is not None:
            await self.rows.note(told, now)
        # Slack would not take it: the lease runs out, and it is tried again.

    async def _tell(self, known: KnownLink, now: int) -> KnownLink | None:
        """Tell the agent unless they know it; None when Slack did not take it."""
        actions, place = known.actions, known.link.place
        is_news = not actions.is_empty or (actions.over and not known.link.recovers)
        is_late = now > known.link.at + TOLD_WITHIN_SECONDS
        if place is None or is_late or not is_news or known.told == told_of(actions):
            return known
        if known.told is None or _differs(known.told, actions):
            names = await self.names.of([known.link.customer])
            with self.readers.speaking_to(place.user):
                message = outcome_message(self.words, known, names.get(known.link.customer, ""))
            url = self.response_urls.take(known.link.id, now) if place.direct_ts is None else None
            reached = await self._reach(place, url, message)
            if reached is None:
                return None
            known = replace(known, link=replace(known.link, place=reached))
        return replace(known, told=told_of(actions))

    async def _reach(self, place: AskedFrom, url: str | None, message: Message) -> AskedFrom | None:
        if url is not None:
            try:
                if await respond(self.session, url, message, thread=place.thread):
                    return place
            except SLACK_FAILURES as error:
                _log.info("outcome_not_told_in_place", error=type(error).__name__)
        return await self._direct(place, message)

    async def _direct(self, place: AskedFrom, message: Message) -> AskedFrom | None:
        anew, sent = OutgoingMessage(message, place.user), None
        if place.direct_channel:
            sent = await self.post.send(replace(anew, channel=place.direct_channel, ts=place.direct_ts))
        if sent is None or sent.outcome is PostOutcome.GONE:
            sent = await self.post.send(anew)
        if sent.outcome is PostOutcome.DONE:
            return replace(place, direct_channel=sent.channel, direct_ts=sent.ts)
        _log.warning("outcome_not_told", error=sent.error)
        return place if sent.outcome in _HOPELESS else None

    async def _named(self, actions: LinkActions) -> LinkActions:
        """Add what people call the plans, which events name by their ids alone."""
        through = [await self._with_plans(each) for each in actions.through]
        since = [await self._with_plans(each) for each in actions.since]
        return LinkActions(tuple(through), tuple(since), actions.over)

    async def _with_plans(self, change: Change) -> Change:
        if change.action is not Action.PLAN_CHANGED:
            return change
        sides = {side: await self._plan(change.facts.get(side)) for side in ("before", "after")}
        return replace(change, facts={**change.facts, **sides})

    async def _plan(self, line: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        price = line.get("price") if line else None
        if line is None or line.get("plan") or not isinstance(price, str):
            return line
        known = self.gateway.catalog.price(price)
        try:
            named = known if known and known.product_name else await self.gateway.shop.price(price)
        except Refused:  # its price says enough
            return line
        return {**line, "plan": named.product_name}


def _differs(told: str, actions: LinkActions) -> bool:
    """Return whether there is something to say that was not said: that it is over now says nothing new."""
    return told != told_of(replace(actions, over=False)) and told != told_of(replace(actions, over=True))
