"""The App Home: open alerts, the person's recent customers, help. It stays, unlike ephemeral messages."""

from bot.errors import NotAllowed
from bot.handlers.callers import Callers
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.slack.windows import Windows
from bot.use_cases.alert_actions import VERB
from bot.use_cases.alert_list import AlertList, OpenAlerts
from bot.use_cases.history import HistoryReader
from bot.words import Message


class Home:
    """Publishes the App Home."""

    def __init__(
        self,
        callers: Callers,
        history: HistoryReader,
        alerts: OpenAlerts,
        windows: Windows,
        replies: Replies,
    ) -> None:
        self._callers = callers
        self._history = history
        self._alerts = alerts
        self._windows = windows
        self._replies = replies

    async def show(self, request: SlackRequest) -> Message | None:
        """Publish the home tab when it was opened; other tabs need nothing."""
        if request.text in {"", "home"}:
            person = request.place.user
            entries = await self._history.recent(person)
            view = self._replies.home(entries, await self._open_alerts(request))
            await self._windows.publish_home(person, view)
        return None

    async def _open_alerts(self, request: SlackRequest) -> AlertList | None:
        """What is open, for those who may work on alerts; nothing for everybody else."""
        try:
            await self._callers.person(request).authorise(VERB)
        except NotAllowed:
            return None
        return await self._alerts.list(request.place.user)
