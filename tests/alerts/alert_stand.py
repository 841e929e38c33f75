"""The stand, and a hand on what the worker does for alerts: handle what is stored, send what is due."""

from dataclasses import dataclass
from typing import Any

from bot.alerts.alert import Alert
from bot.alerts.rows.alerts import Alerts
from bot.process.alert_jobs import AlertJobs, make_alert_jobs
from sandbox.slack.model import BOT_USER
from tests.stand.person import ALERTS
from tests.stand.stand import Json, Stand
from tests.stand.waiting import until


@dataclass(slots=True)
class AlertStand:
    """Events in, messages out."""

    stand: Stand
    work: AlertJobs
    store: Alerts

    @classmethod
    def of(cls, stand: Stand) -> "AlertStand":
        async def make() -> AlertJobs:
            return make_alert_jobs(stand.web.services)

        return cls(stand, stand.loop.run(make()), Alerts(stand.web.services.database))

    def happens(self, kind: str, label: str = "noah") -> None:
        """Let something happen in Stripe, and handle what it sends."""
        customer = self.stand.customer(label)
        self.stand.on_loop(lambda: self.stand.sandbox.stripe.happen(kind, customer))
        self.handle()

    def changes(self, object_id: str, kind: str, **fields: Any) -> None:
        """Let an object change in Stripe, and handle what it sends."""
        self.stand.on_loop(lambda: self.stand.sandbox.stripe.change(object_id, kind, **fields))
        self.handle()

    def handle(self) -> None:
        """Wait until Stripe has delivered everything, then handle it."""
        self.stand.loop.run(self.stand.sandbox.stripe.events.settled())
        self.stand.loop.run(self.work.handler.handle_waiting())

    def send(self) -> None:
        """One round of the sender."""
        self.stand.loop.run(self.work.sender.send_due())

    def sent_until(self, text: str) -> Json:
        """Send, as fast as the pace allows, until the channel shows a message with this text."""

        def look() -> Json | None:
            self.send()
            return next((each for each in self.messages() if text in str(each)), None)

        return until(look, f"{text!r} in the alert channel; there is {self.messages()}")

    def messages(self) -> list[Json]:
        """What the bot has posted in the alert channel, oldest first."""
        return [
            each
            for each in self.stand.messages_in(ALERTS)
            if each["user"] == BOT_USER and not each["only_for"]
        ]

    def alerts(self) -> tuple[Alert, ...]:
        """Alerts that are not over."""
        return self.stand.loop.run(self.store.unresolved())

    def alert(self, number: int) -> Alert:
        """One alert."""
        return self.stand.loop.run(self.store.get(number))

    def acts(self, message: Json, action: str, *values: str, user: str = "U0SAM") -> Json:
        """Press or choose something on an alert's message."""
        block = next(
            each["block_id"]
            for each in message["blocks"]
            if any(element.get("action_id") == action for element in each.get("elements", ()))
        )
        return self.stand.control(
            "click",
            user=user,
            channel=message["channel"],
            ts=message["ts"],
            block=block,
            action=action,
            values=list(values),
        )
