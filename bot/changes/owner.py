"""Which process carries out a change, so that nobody waits for one that was killed."""

from functools import cache

from bot.engine.processes import Process, is_gone, this_process


@cache
def _me() -> Process:
    return this_process(None, 0)


def own_name() -> str:
    """Name this process, and the machine in which its number means something."""
    return f"{_me().id} {_me().pid} {_me().place}"


def has_ended(name: str | None) -> bool:
    """Return whether that process is known to have ended; False also when that cannot be seen from here."""
    identifier, _, rest = (name or "").partition(" ")
    number, _, place = rest.partition(" ")
    return number.isdigit() and is_gone(Process(identifier, place, int(number), 0, 0), _me())
