"""The part of the self-check about pages: is somebody on call, and do the outside addresses lead anywhere."""

from bot.alerts.outside import AppriseServices
from bot.alerts.roster import OnCall
from bot.check import Check
from bot.durations import Clock
from bot.errors import Unavailable


class OnCallCheckup:
    """Looks who is on call now."""

    def __init__(self, on_call: OnCall, clock: Clock, *, named: bool) -> None:
        """`named`: the settings say who could be."""
        self._on_call = on_call
        self._clock = clock
        self._named = named

    async def __call__(self) -> tuple[Check, ...]:
        """Look. Never raises."""
        try:
            people = (await self._on_call.at(self._clock())).duty.people
        except Unavailable:
            return (Check("oncall", "broken", "unreachable"),)
        if people:
            return (Check("oncall", "ok", "somebody", {"people": " ".join(people)}),)
        return (Check("oncall", "broken", "nobody") if self._named else Check("oncall", "warn", "not_set"),)


class OutsideCheckup:
    """Reads the addresses of outside services and of the monitor, and tells them nothing."""

    def __init__(self, services: AppriseServices | None, *, heartbeat: bool) -> None:
        """None: there are no services. `heartbeat`: a monitor is told that alerts work."""
        self._services = services
        self._heartbeat = (
            Check("heartbeat", "ok", "set") if heartbeat else Check("heartbeat", "warn", "not_set")
        )

    async def __call__(self) -> tuple[Check, ...]:
        """Look. Never raises."""
        return (await self._outside(), self._heartbeat)

    async def _outside(self) -> Check:
        if self._services is None:
            return Check("outside", "warn", "not_set")
        wrong = await self._services.not_understood()
        if wrong:
            return Check("outside", "broken", "not_understood", {"kinds": ", ".join(wrong)})
        return Check("outside", "ok", "understood", {"count": len(self._services)})
