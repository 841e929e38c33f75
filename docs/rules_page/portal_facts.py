"""The facts of Stripe's guides to the portal, each with where the bot carries it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bot.portal.rules.sources import GUIDE, NO_CODE, OVERVIEW

PAGES: Final = {"guide": GUIDE, "link": NO_CODE, "overview": OVERVIEW}


@dataclass(frozen=True, slots=True)
class PortalFact:
    """A fact; `carried_by` are places as `kind:name`, `pages` the addresses of the guides that say it."""

    text: str
    carried_by: tuple[str, ...]
    pages: tuple[str, ...]


def _read() -> tuple[PortalFact, ...]:
    source = Path(__file__).with_name("portal_facts.yaml").read_text(encoding="utf-8")
    return tuple(
        PortalFact(entry["fact"], tuple(entry["carried_by"]), tuple(PAGES[name] for name in entry["pages"]))
        for entry in yaml.safe_load(source)
    )


FACTS: Final = _read()
