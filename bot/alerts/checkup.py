"""The part of the self-check about pages: is somebody on call, and do the outside addresses lead anywhere."""

from bot.alerts.outside import AppriseServices
from bot.alerts.roster import OnCall
from bot.check import Check
from bot.durations import Clock
from bot.errors import Unavailable


async def check_on_call(on_call: OnCall, clock: Clock, *, named: bool) -> tuple[Check, ...]:
    """Look who is on call now; `named`: the settings say who could be. Never raises."""
    try:
        people = (await on_call.at(clock())).duty.people
    except Unavailable:
        return (Check("oncall", "broken", "unreachable"),)
    if people:
        return (Check("oncall", "ok", "somebody", {"people": " ".join(people)}),)
    return (Check("oncall", "broken", "nobody") if named else Check("oncall", "warn", "not_set"),)


async def check_outside(services: AppriseServices | None, *, heartbeat: bool) -> tuple[Check, ...]:
    """Read the addresses of outside services, and tell them nothing. Never raises.

    `heartbeat`: a monitor is told that alerts work.
    """
    monitor = Check("heartbeat", "ok", "set") if heartbeat else Check("heartbeat", "warn", "not_set")
    if services is None:
        return (Check("outside", "warn", "not_set"), monitor)
    if wrong := await services.not_understood():
        return (Check("outside", "broken", "not_understood", {"kinds": ", ".join(wrong)}), monitor)
    return (Check("outside", "ok", "understood", {"count": len(services)}), monitor)
