"""Reads a message out of what an app sent, and refuses what Slack would refuse."""

import json
from typing import Any

from sandbox.slack.block_checker import Problem, check_message
from sandbox.slack.model import Draft, Json
from sandbox.slack.parts import Parts
from sandbox.slack.views import named_blocks


class RefusedError(Exception):
    """Slack says no. `code` is its word; `problems` are `[ERROR] … [json-pointer:…]` lines."""

    def __init__(self, code: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.problems = problems


def decoded(value: Any) -> Any:
    """Return a field that may be JSON text (in forms) or JSON already.

    Raises:
        RefusedError: it is text and no JSON.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise RefusedError("invalid_json") from error


def flag(value: Any) -> bool:
    """Return a boolean that may have travelled through a form."""
    return value in {True, "1", "true", "True"}


def read_draft(parts: Parts, fields: Json, *, where: str, public: bool, can_unfurl: bool = True) -> Draft:
    """Return the message, after checking it.

    Args:
        parts: where violations are noted.
        fields: the decoded body.
        where: the method or place, for the violation.
        public: whether people beside one agent will read it.
        can_unfurl: whether the method knows the unfurl flags at all.

    Raises:
        RefusedError: `no_text`, `invalid_blocks` or `msg_blocks_too_long`.
    """
    content: Json = {
        "text": fields.get("text") or "",
        "blocks": decoded(fields.get("blocks")) or [],
        "attachments": decoded(fields.get("attachments")) or [],
    }
    if can_unfurl:
        content |= {name: flag(fields.get(name, True)) for name in ("unfurl_links", "unfurl_media")}
    if not any(content[name] for name in ("text", "blocks", "attachments")):
        raise RefusedError("no_text")
    refuse_problems(parts, where, check_message(content, public=public))
    metadata = decoded(fields.get("metadata"))
    return Draft(
        text=str(content["text"]),
        blocks=named_blocks(content["blocks"]),
        attachments=[
            {**attachment, "blocks": named_blocks(attachment.get("blocks", []))}
            for attachment in content["attachments"]
        ],
        thread_ts=fields.get("thread_ts") or None,
        metadata=metadata if isinstance(metadata, dict) else None,
    )


def refuse_problems(parts: Parts, where: str, problems: list[Problem]) -> None:
    """Note what is wrong, show it, and refuse.

    Raises:
        RefusedError: there are problems; the code is the first problem's.
    """
    if problems:
        lines = tuple(str(problem) for problem in problems)
        parts.violations.add(where, problems[0].code, lines)
        raise RefusedError(problems[0].code, lines)
