"""A change as the database would hold it."""

from collections.abc import Mapping
from typing import Any

from bot.changes.change import Change, State


def made_change(before: Mapping[str, Any], after: Mapping[str, Any], state: State, **more: Any) -> Change:
    """A change of the configuration "Portal", wanted by U1."""
    return Change(
        id=1, key="k", created_at=0, expires_at=0, livemode=False, configuration="bpc_1", name="Portal",
        version="v", before=before, after=after, state=state, **{"actor": "U1", **more},
    )  # fmt: skip
