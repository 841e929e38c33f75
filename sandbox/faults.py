"""Switches that make a stand-in misbehave on purpose."""

from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase


class UnknownFaultError(ValueError):
    """The stand-in has no such fault; the message lists those it has."""


@dataclass(slots=True)
class Fault:
    """One switch: what happens, to which calls, how often (None: until cleared), and for how long."""

    kind: str
    match: str = "*"
    times: int | None = None
    seconds: float = 1.0

    def to_json(self) -> dict[str, str | float | int | None]:
        """Return the switch as the control API shows it."""
        return {"kind": self.kind, "match": self.match, "times": self.times, "seconds": self.seconds}


class FaultSwitches:
    """The faults that are on, first one that matches wins."""

    def __init__(self, kinds: Collection[str]) -> None:
        self.kinds = tuple(kinds)
        self.active: list[Fault] = []

    def set(self, fault: Fault) -> None:
        """Switch a fault on.

        Raises:
            UnknownFaultError: this stand-in cannot do that.
        """
        if fault.kind not in self.kinds:
            raise UnknownFaultError(f"no fault {fault.kind!r}; there are {', '.join(self.kinds)}")
        self.active = [
            other for other in self.active if other.kind != fault.kind or other.match != fault.match
        ]
        self.active.append(fault)

    def clear(self, kind: str = "") -> None:
        """Switch one kind off, or everything."""
        self.active = [fault for fault in self.active if kind and fault.kind != kind]

    def take(self, name: str) -> Fault | None:
        """Return the fault that hits this call, using up one of its `times`."""
        for fault in self.active:
            if fnmatchcase(name, fault.match):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.active.remove(fault)
                return fault
        return None
