"""Finds variables that nobody reads: a misspelled setting does nothing, and says nothing either."""

import difflib
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from dotenv import dotenv_values

ALIKE = 0.85
"""How alike two names are, of 1, when one is taken for a misspelling of the other."""


def unknown_settings(
    known: Collection[str],
    *,
    environ: Mapping[str, str] | None = None,
    file: Path = Path(".env"),
) -> Mapping[str, str]:
    """Return the names that look like settings and are none, each with the one that is meant, or "".

    Everything in `.env` is meant for the bot. The environment also holds what is not: of it only what begins
    with PORTALBOT_, or is nearly the name of a setting. `known` are all names that are read.
    """
    environ = os.environ if environ is None else environ
    own = set(dotenv_values(file) if file.is_file() else ()) - set(known)
    others = {name for name in environ if name not in known}
    meant = {name: _alike(name, known) for name in own | others}
    return {
        name: meant[name]
        for name in sorted(own | others)
        if name in own or name.startswith("PORTALBOT_") or meant[name]
    }


def _alike(name: str, known: Collection[str]) -> str:
    # Short names (PORT, HOST) are like too many others.
    found = difflib.get_close_matches(name, [each for each in known if len(each) > 6], 1, ALIKE)
    return found[0] if found else ""
