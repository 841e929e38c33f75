"""Publishes the App Home: open alerts, the person's recent customers, and help."""

from dataclasses import dataclass

from bot.errors import NotAllowed
from bot.handlers.requesters import Requesters
from bot.replies import Replies
from bot.slack.request import SlackRequest
from bot.slack.views import Views
from bot.use_cases.alert_actions import VERB
from bot.use_cases.alert_list import AlertList, OpenAlerts
from bot.use_cases.history import HistoryReader
from bot.words import Message


@dataclass(eq=False, repr=False)
class Home:
    """Publishes the App Home."""

    requesters: Requesters
    history: HistoryReader
    alerts: OpenAlerts
    views: Views
    replies: Replies

    async def show(self, request: SlackRequest) -> Message | None:
        """Publish the home tab when it was opened. `request.text` is the tab; the others need nothing."""
        if request.text in {"", "home"}:
            person = request.place.user
            recent = await self.history.recent(person)
            view = self.replies.home(recent, await self._open_alerts(request))
            await self.views.publish_home(person, view)
        return None

    async def _open_alerts(self, request: SlackRequest) -> AlertList | None:
        """Return the open alerts; None for somebody who may not work on alerts."""
        try:
            await self.requesters.person(request).authorise(VERB)
        except NotAllowed:
            return None
        return await self.alerts.list(request.place.user)
