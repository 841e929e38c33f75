"""When a digest is due, and for which channel. Told once, whichever process gets there first."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.alerts.alert import Facts
from bot.alerts.digest import digest_of
from bot.alerts.digest_money import answered
from bot.alerts.rotation import Roster, turn_at
from bot.alerts.rows.alerts import Alerts
from bot.alerts.rows.week import Happening, Page, count_issued, read_happenings, read_pages
from bot.alerts.settings import DigestTable
from bot.durations import DAY, Clock
from bot.store.database import Database
from bot.store.recurring import last_noted, take_note

LATEST_SECONDS = 2 * DAY
"""A digest later than this is not told any more: the next one is nearer."""

DIGEST = "digest"
"""The name under which it is noted which week was told last."""

ChannelOf = Callable[[str], str | None]
"""The channel of a rule, by its name."""


@dataclass(frozen=True, slots=True)
class _Week:
    """What happened in each channel, and its pages."""

    happenings: Mapping[str, Sequence[Happening]]
    pages: Mapping[str, Sequence[Page]]

    def channels(self) -> Sequence[str]:
        return sorted(self.happenings.keys() | self.pages.keys())

    def by_channel(self) -> Mapping[str, Facts]:
        return {channel: self.facts(channel) for channel in self.channels()}

    def answers(self, channel: str) -> Facts:
        return answered(self.pages.get(channel, ()))

    def facts(self, channel: str) -> Facts:
        """Return the week of a channel as JSON; nothing for one in which nothing happened."""
        digest, answers = digest_of(self.happenings.get(channel, [])), self.answers(channel)
        if digest.is_empty and not answers["pages"]:
            return {}
        return {**digest.facts(), "answered": answers}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyDigest:
    """Tells each channel its week.

    `channel` is where alerts go that say nothing else, and where links and mails are counted.
    """

    database: Database
    alerts: Alerts
    table: DigestTable
    channel: str | None
    channel_of: ChannelOf
    clock: Clock

    async def tell(self) -> None:
        """Tell the last week's digest if it is due. Raises Unavailable."""
        now = self.clock()
        schedule = Roster(("digest",), self.table.at, self.table.timezone)
        turn = turn_at(schedule, now)
        if turn is None or now - turn.starts_at > LATEST_SECONDS:
            return
        until = turn.starts_at
        if await last_noted(self.database, DIGEST) == until:
            return
        before = turn_at(schedule, until - 1)
        since = before.starts_at if before else until
        # The former week's numbers before the other is read: in a small process there is no room for both.
        former = (await self._week(since - (until - since), since)).by_channel()
        week = await self._week(since, until)
        for channel in week.channels():
            is_main = channel == self.channel
            issued = await count_issued(self.database, since, until) if is_main else {}
            digest, answers = digest_of(week.happenings.get(channel, []), issued), week.answers(channel)
            if not digest.is_empty or answers["pages"]:
                facts = {
                    "since": since,
                    "until": until,
                    **digest.facts(),
                    "answered": answers,
                    "before": former.get(channel, {}),
                }
                await self.alerts.note(f"digest:{channel}:{until}", "digest", facts, now, channel=channel)
        await take_note(self.database, DIGEST, until)

    async def _week(self, since: int, until: int) -> _Week:
        happenings = self._by_channel(await read_happenings(self.database, since, until))
        if self.channel is not None:
            happenings.setdefault(self.channel, [])
        pages: defaultdict[str, list[Page]] = defaultdict(list)
        for page in await read_pages(self.database, since, until):
            if page.channel is not None:
                pages[page.channel].append(page)
        return _Week(happenings, pages)

    def _by_channel(self, happenings: tuple[Happening, ...]) -> dict[str, list[Happening]]:
        found: defaultdict[str, list[Happening]] = defaultdict(list)
        known: Mapping[str, str | None] = {
            rule: self.channel_of(rule) or self.channel for rule in {each.rule for each in happenings}
        }
        for each in happenings:
            channel = known[each.rule]
            if channel is not None:
                found[channel].append(each)
        return dict(found)
