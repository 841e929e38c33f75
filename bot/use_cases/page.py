"""The command `page`: an alert to whoever is on call, from a person and not from Stripe."""

from collections.abc import Awaitable, Callable
from dataclasses import KW_ONLY, dataclass

from bot.alerts.alert import Alert, Effect, Occurrence, Severity
from bot.alerts.roster import OnCall
from bot.alerts.rows.alerts import Alerts
from bot.durations import Clock
from bot.errors import BadUsage
from bot.use_cases.context import CommandContext
from bot.use_cases.person import Person

RULE = "page"
LONGEST_TEXT = 300
"""Characters; more belongs into the thread of the alert."""

LinkTo = Callable[[str, str | None], Awaitable[str | None]]
"""Returns the address of a message (its ts) in a channel, or of the channel; None when it is not known."""


@dataclass(frozen=True, slots=True)
class PageRaised:
    """The alert that a person raised, and the Slack users who are on call for it."""

    alert: Alert
    people: tuple[str, ...]


@dataclass(eq=False, repr=False)
class Paging:
    """Answers the command `page`.

    Raise the alert in `channel`.
    """

    alerts: Alerts
    on_call: OnCall
    link_to: LinkTo
    clock: Clock
    _: KW_ONLY
    channel: str | None
    livemode: bool

    async def answer(self, context: CommandContext) -> PageRaised:
        """Raise the alert, once for each request. Raises BadUsage, and Unavailable when it is not stored."""
        person, text, now = context.person, context.command.subject.strip(), self.clock()
        if not text:
            raise BadUsage("page_without_text")
        if len(text) > LONGEST_TEXT:
            raise BadUsage("page_too_long", limit=LONGEST_TEXT)
        context.did = text
        occurrence = await self._occurrence(person, text, now)
        outcome = await self.alerts.raise_or_count(occurrence, now)
        if outcome is not None and outcome.effect is Effect.MUTED:
            raise BadUsage("page_muted")
        alert = outcome.alert if outcome else await self.alerts.unresolved_of(occurrence.group_key)
        if alert is None:
            raise BadUsage("page_repeated")
        return PageRaised(alert, (await self.on_call.at(now)).duty.people)

    async def _occurrence(self, person: Person, text: str, now: int) -> Occurrence:
        key = f"page:{person.request_key or now}"
        link = await self.link_to(person.channel, person.thread) if person.channel else None
        return Occurrence(
            key=key,
            type="portalbot.page",
            at=now,
            rule=RULE,
            severity=Severity.PAGE,
            group_key=key,
            template=RULE,
            livemode=self.livemode,
            channel=self.channel,
            facts={"by": person.id, "text": text, "typed_in": person.channel, "link": link},
        )
