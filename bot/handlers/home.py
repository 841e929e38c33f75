"""The App Home: open alerts, the person's recent customers, help. It stays, unlike ephemeral messages."""

from bot.errors import NotAllowed
from bot.handlers.answering import Answering
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.slack.windows import Windows
from bot.use_cases.alert_actions import VERB
from bot.use_cases.alert_list import AlertList, OpenAlerts
from bot.use_cases.dispatcher import Dispatcher
from bot.words import Message

MOST_RECENT = 10


class Home:
    """Publishes the App Home."""

    def __init__(
        self, answering: Answering, desk: Dispatcher, alerts: OpenAlerts, windows: Windows, replies: Replies
    ) -> None:
        """Nothing is called here."""
        self._answering = answering
        self._desk = desk
        self._alerts = alerts
        self._windows = windows
        self._replies = replies

    async def show(self, request: SlackRequest) -> Message | None:
        """Publish the home tab when it was opened; other tabs need nothing."""
        if request.text in {"", "home"}:
            person = request.place.user
            entries = await self._desk.recent(person, MOST_RECENT)
            view = self._replies.home(entries, await self._open_alerts(request))
            await self._windows.publish_home(person, view)
        return None

    async def _open_alerts(self, request: SlackRequest) -> AlertList | None:
        """What is open, for those who may work on alerts; nothing for everybody else."""
        try:
            await self._answering.person(request).authorise(VERB)
        except NotAllowed:
            return None
        return await self._alerts.list(request.place.user)
