"""What a line is about: its events, and what is different in the sandbox."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

from tests.alerts.examples import Event, example
from tests.field.rows import Row
from tests.stand.stand import Reached

NUMBERS = count(1)
Named = Callable[[str], str]


def events_of(row: Row, named: Named) -> list[Event]:
    """The events of a line."""
    events = [json.loads(json.dumps(each)) for name in row.alert + row.posts for each in example(name)]
    changes, last = dict(row.of), events[-1]
    last["type"] = changes.pop("type", last["type"])
    last["data"]["object"] = changes.pop("only", last["data"]["object"])
    if "previous" in changes:
        last["data"]["previous_attributes"] = changes.pop("previous")
    _put(last["data"]["object"], changes)
    found: list[Event] = json.loads(named(json.dumps(events)))
    return found


def new_events_of(row: Row, named: Named, customer: str) -> list[Event]:
    """The events of a line as of now, about objects of that customer of which nothing was said yet."""
    now = int(time.time())
    text = (
        json.dumps(events_of(row, named)).replace("cus_ada", customer).replace("_ada", f"_ada{next(NUMBERS)}")
    )
    text = text.replace("1797600000", str(now + 2_000_000)).replace("1795900000", str(now + 5))
    return [{**each, "created": now - 60 + number} for number, each in enumerate(json.loads(text))]


@contextmanager
def changed(stand: Reached, row: Row, named: Named) -> Iterator[None]:
    """Change the sandbox for the time of a line."""
    world = stand.sandbox.stripe.test
    kept: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def change() -> None:
        for label, fields in row.given.items():
            thing = world.get(named(f"{{{label}}}"))
            kept.append((thing, json.loads(json.dumps(thing))))
            _put(thing, json.loads(named(json.dumps(fields))))

    def restore() -> None:
        for thing, before in kept:
            thing.clear()
            thing.update(before)

    stand.on_loop(change)
    try:
        yield
    finally:
        stand.on_loop(restore)


def _put(thing: Any, fields: Mapping[str, Any]) -> None:
    """Set values by dotted path; a number is a place in a list."""
    for path, value in fields.items():
        *parents, name = path.split(".")
        place = thing
        for each in parents:
            place = place[int(each)] if isinstance(place, list) else place[each]
        place[name] = value
