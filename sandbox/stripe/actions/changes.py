"""Changing an object and saying so: the event carries the former values, as Stripe's does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.events import Events
from sandbox.stripe.render import render
from sandbox.stripe.world import World


@dataclass(frozen=True, slots=True)
class Desk:
    """Where changes are made: a world and the record of its events."""

    world: World
    events: Events

    def change(self, changed: StripeObject, kind: str, edit: Callable[[StripeObject], object]) -> None:
        """Edit the object in place and record an event with `previous_attributes`; nothing when nothing
        changed.
        """
        before = render(self.world, changed)
        edit(changed)
        after = render(self.world, changed)
        previous = difference(before, after)
        if previous:
            self.events.record(self.world, kind, changed, previous)

    def tell(self, kind: str, about: StripeObject) -> None:
        """Record an event about an object that did not change."""
        self.events.record(self.world, kind, about)

    @property
    def now(self) -> int:
        """Unix seconds."""
        return self.world.clock()


def difference(before: StripeObject, after: StripeObject) -> StripeObject:
    """Return the former values of what differs: objects by their fields, lists and the rest whole."""
    previous: StripeObject = {}
    for key in before.keys() | after.keys():
        old: Any = before.get(key)
        new: Any = after.get(key)
        if old == new:
            continue
        nested = isinstance(old, dict) and isinstance(new, dict)
        previous[key] = difference(old, new) if nested else old
    return previous
