"""Who reads the message: names, groups and the time zone depend on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sandbox.slack.model import User
from sandbox.slack.render.dates import clock_time, format_date, zone
from sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Reader:
    """One person looking at the page."""

    user: User
    workspace: Workspace
    clock: Callable[[], float]

    @property
    def tz(self) -> tzinfo:
        """The person's time zone."""
        return zone(self.user.tz)

    def user_name(self, user_id: str) -> str:
        """Return `@name`, or the id of somebody unknown."""
        user = self.workspace.users.get(user_id)
        return f"@{user.real_name if not user.is_bot else user.name}" if user else f"@{user_id}"

    def channel_name(self, channel_id: str) -> str:
        """Return `#name`, or the id of an unknown channel."""
        channel = self.workspace.channels.get(channel_id)
        return f"#{channel.name}" if channel else f"#{channel_id}"

    def group_name(self, group_id: str) -> str:
        """Return `@handle`, or the id of an unknown group."""
        group = self.workspace.groups.get(group_id)
        return f"@{group.handle}" if group else f"@{group_id}"

    def time(self, ts: str) -> str:
        """Return the hour of a message."""
        return clock_time(datetime.fromtimestamp(float(ts), self.tz))

    def full_time(self, ts: str) -> str:
        """Return day and hour of a message."""
        return self.date(str(int(float(ts))), "{date_long} at {time_secs}", ts)

    def date(self, timestamp: str, template: str, fallback: str) -> str:
        """Return a filled date template, or the fallback when no calendar has that time."""
        try:
            return format_date(int(timestamp), template, self.tz, self.clock(), self.user.locale)
        except (OverflowError, ValueError, OSError):
            return fallback
