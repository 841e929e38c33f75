"""Blocks as `slack_sdk.models` sees them: what it would refuse to send."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block


def model_problems(blocks: Sequence[dict[str, Any]]) -> list[str]:
    """Everything that the models of the SDK refuse of a message's or a window's blocks."""
    found = []
    for block in blocks:
        try:
            parsed = Block.parse(dict(block))
            if parsed is None:
                found.append(f"no such block: {block.get('type')}")
            else:
                parsed.to_dict()
        except (SlackObjectFormationError, TypeError, ValueError) as error:
            found.append(f"{block.get('type')}: {error}")
    return found
