"""Examples of what can happen, read from `tests/data/alert_examples.yaml`, and trying them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from bot.cli import cli

DATA = Path(__file__).parents[1] / "data" / "alert_examples.yaml"
AT = 1_796_000_000
Event = dict[str, Any]


@cache
def sections() -> Mapping[str, Mapping[str, list[Event]]]:
    """Every example by section and name."""
    read = yaml.load(DATA.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {
        section: {name: _events(given) for name, given in found.items()}
        for section, found in read.items()
        if section not in {"objects", "own"}
    }


def own_troubles() -> Mapping[str, Mapping[str, Any]]:
    """The facts of an alert of the bot's own, by its name."""
    read = yaml.load(DATA.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    found: Mapping[str, Mapping[str, Any]] = read["own"]
    return found


def _events(given: list[dict[str, Any]]) -> list[Event]:
    return [
        event(each.pop("type"), each.pop("object"), each.pop("previous", None), number, **each)
        for number, each in enumerate(map(dict, given))
    ]


def example(name: str) -> list[Event]:
    """The events of one example."""
    return next(found[name] for found in sections().values() if name in found)


def every_example() -> Iterator[tuple[str, list[Event]]]:
    """Every example by name."""
    for found in sections().values():
        yield from found.items()


def event(
    kind: str, thing: Mapping[str, Any], previous: Mapping[str, Any] | None = None, number: int = 0,
    **envelope: Any,
) -> Event:  # fmt: skip
    """An event as Stripe sends it, a minute after the one of the number before."""
    changed = {} if previous is None else {"previous_attributes": previous}
    return {
        "id": f"evt_ada{number}", "object": "event", "api_version": "2026-10-28.endive", "livemode": False,
        "created": AT + 60 * number, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
        "type": kind, "data": {"object": thing, **changed}, **envelope,
    }  # fmt: skip


def tried(folder: Path, *events: Event, rules: str = "") -> list[dict[str, Any]]:
    """What `portalbot alerts test --json` says of events, with `rules` as the settings file."""
    files = []
    for number, each in enumerate(events):
        file = folder / f"event{number}.json"
        file.write_text(json.dumps(each))
        files.append(str(file))
    settings = folder / "rules.toml"
    settings.write_text(rules)
    environment = {
        "PORTALBOT_CONFIG": str(settings),
        "DATABASE_URL": "sqlite:///unused.db",
        "ALERT_CHANNEL": "C0ALERTS",
    }
    done = CliRunner().invoke(cli, ["alerts", "test", *files, "--json"], env=environment)
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def told(folder: Path, *events: Event) -> dict[str, Any]:
    """The one thing that is said of events; a rate is left out."""
    (found,) = [each for each in tried(folder, *events) if not each["at_least"]]
    return found
