"""conversations.history and conversations.replies: what stands in a conversation, newest first."""

from sandbox.slack.drafts import RefusedError, flag
from sandbox.slack.model import BOT_USER, Json, Message
from sandbox.slack.parts import Parts

MOST = 999


def history(parts: Parts, fields: Json) -> Json:
    """conversations.history: without what stands in threads."""
    found = [m for m in _seen(parts, fields) if m.thread_ts in {None, m.ts}]
    return _page(list(reversed(found)), fields)


def replies(parts: Parts, fields: Json) -> Json:
    """conversations.replies: a thread with its first message, oldest first."""
    root = str(fields.get("ts") or "")
    found = [m for m in _seen(parts, fields) if root in {m.ts, m.thread_ts}]
    if not found:
        raise RefusedError("thread_not_found")
    return _page(found, fields)


def _seen(parts: Parts, fields: Json) -> list[Message]:
    channel = parts.workspace.channels.get(str(fields.get("channel") or ""))
    if channel is None:
        raise RefusedError("channel_not_found")
    if BOT_USER not in channel.members:
        raise RefusedError("not_in_channel")
    oldest = float(fields.get("oldest") or 0)
    return [
        message
        for message in parts.workspace.everything()
        if message.channel == channel.id and message.only_for is None and float(message.ts) > oldest
    ]


def _page(found: list[Message], fields: Json) -> Json:
    limit = min(int(fields.get("limit") or 100), MOST)
    shown = [message.to_slack() for message in found[:limit]]
    if not flag(fields.get("include_all_metadata")):
        shown = [{name: value for name, value in each.items() if name != "metadata"} for each in shown]
    return {"messages": shown, "has_more": len(found) > limit, "response_metadata": {"next_cursor": ""}}
