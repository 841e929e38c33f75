"""Who is in the workspace and what has been posted there."""

from collections.abc import Callable, Iterable

from sandbox.feed import Feed
from sandbox.slack import seed
from sandbox.slack.model import BOT_USER, Channel, Draft, Message, User, UserGroup


class Workspace:
    """Channels, people and messages; every change is announced on the feed."""

    def __init__(self, feed: Feed, clock: Callable[[], float], customer: str) -> None:
        self._feed = feed
        self._clock = clock
        self._customer = customer
        self._last_ts = 0
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self._messages: dict[str, dict[str, Message]] = {}
        self.reset()

    def reset(self) -> None:
        """Go back to the first morning."""
        self.users = {user.id: user for user in (*seed.PEOPLE, seed.BOT, seed.SLACKBOT_USER)}
        self.channels = {channel.id: channel for channel in seed.CHANNELS}
        self.groups = {group.id: group for group in seed.GROUPS}
        self._messages = {channel: {} for channel in self.channels}
        self._last_ts = 0
        posted: list[Message] = []
        for first in seed.FIRST_MESSAGES:
            thread_ts = None if first.answers is None else posted[first.answers].ts
            ts = self.next_ts(self._clock() - first.minutes_ago * 60)
            message = Message(
                ts,
                first.channel,
                first.author,
                Draft(text=first.text.format(customer=self._customer), thread_ts=thread_ts),
            )
            self._messages[first.channel][ts] = message
            posted.append(message)

    def people(self) -> tuple[User, ...]:
        """Return the humans, in the order the page offers them."""
        return tuple(user for user in self.users.values() if not user.is_bot)

    def direct_channel(self, user: str) -> Channel | None:
        """Return the user's direct messages with the bot."""
        return next((c for c in self.channels.values() if c.is_im and c.members == {user, BOT_USER}), None)

    def next_ts(self, at: float | None = None) -> str:
        """Return a message timestamp: Unix seconds with six digits, never the same twice."""
        self._last_ts = max(int((at or self._clock()) * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def post(
        self, channel: str, author: str, draft: Draft, *, only_for: str | None = None, kind: str = "message"
    ) -> Message:
        """Put a message into a channel."""
        message = Message(self.next_ts(), channel, author, draft, only_for=only_for, kind=kind)
        self._messages[channel][message.ts] = message
        self.announce(message)
        return message

    def replace(self, message: Message, draft: Draft) -> None:
        """Give a message new content where it stands; it stays in its thread."""
        draft.thread_ts = message.draft.thread_ts
        message.draft = draft
        message.edited = message.only_for is None
        self.announce(message)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        self._messages[message.channel].pop(message.ts, None)
        self.announce(message, gone=True)

    def announce(self, message: Message, *, gone: bool = False) -> None:
        """Tell the pages that a message is new, different or gone."""
        self._feed.publish(
            "message",
            channel=message.channel,
            ts=message.ts,
            thread_ts=message.thread_ts,
            only_for=message.only_for,
            gone=gone,
        )

    def find(self, channel: str, ts: str) -> Message | None:
        """Return one message."""
        return self._messages.get(channel, {}).get(ts)

    def timeline(self, channel: str, user: str) -> list[Message]:
        """Return what a user sees in a channel, oldest first, without what stands in threads."""
        return [m for m in self._seen(channel, user) if m.thread_ts in {None, m.ts}]

    def thread(self, channel: str, root_ts: str, user: str) -> list[Message]:
        """Return a thread as a user sees it, its first message first."""
        return [m for m in self._seen(channel, user) if root_ts in {m.ts, m.thread_ts}]

    def everything(self) -> Iterable[Message]:
        """Return every message in every channel, for tests."""
        return [message for channel in self._messages.values() for message in channel.values()]

    def _seen(self, channel: str, user: str) -> list[Message]:
        return [m for m in self._messages.get(channel, {}).values() if m.visible_to(user)]
