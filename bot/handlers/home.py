"""The App Home: the person's recent customers, and help. It stays, unlike ephemeral messages."""

from bot.handlers.requests import SlackRequest
from bot.handlers.windows import Windows
from bot.replies import Replies
from bot.use_cases.desk import Desk
from bot.words import Message

MOST_RECENT = 10


class Home:
    """Publishes the App Home."""

    def __init__(self, desk: Desk, windows: Windows, replies: Replies) -> None:
        """Nothing is called here."""
        self._desk = desk
        self._windows = windows
        self._replies = replies

    async def show(self, request: SlackRequest) -> Message | None:
        """Publish the home tab when it was opened; other tabs need nothing."""
        if request.text in {"", "home"}:
            entries = await self._desk.recent(request.place.user, MOST_RECENT)
            await self._windows.publish_home(request.place.user, self._replies.home(entries))
        return None
