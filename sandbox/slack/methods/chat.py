"""chat.*: posting, changing and removing messages."""

from sandbox.slack.drafts import RefusedError, read_draft
from sandbox.slack.model import BOT_USER, Channel, Json, Message
from sandbox.slack.parts import Parts


def _conversation(parts: Parts, fields: Json) -> Channel:
    wanted = str(fields.get("channel") or "")
    workspace = parts.workspace
    if wanted in workspace.users:
        channel = workspace.direct_channel(wanted)
    else:
        by_name = {f"#{c.name}": c for c in workspace.channels.values() if c.is_public}
        channel = workspace.channels.get(wanted) or by_name.get(wanted)
    if channel is None:
        raise RefusedError("channel_not_found")
    if BOT_USER not in channel.members:
        raise RefusedError("not_in_channel")
    return channel


def _own_message(parts: Parts, fields: Json) -> tuple[Channel, Message]:
    channel = _conversation(parts, fields)
    message = parts.workspace.find(channel.id, str(fields.get("ts") or ""))
    if message is None or message.only_for is not None:
        raise RefusedError("message_not_found")
    return channel, message


def post_message(parts: Parts, fields: Json) -> Json:
    """chat.postMessage: to a channel, a person, or into a thread (`thread_not_found` is Slack's word)."""
    channel = _conversation(parts, fields)
    draft = read_draft(parts, fields, where="chat.postMessage", public=channel.is_public)
    if draft.thread_ts and parts.workspace.find(channel.id, draft.thread_ts) is None:
        draft.thread_ts = None
    message = parts.workspace.post(channel.id, BOT_USER, draft)
    return {"channel": channel.id, "ts": message.ts, "message": message.to_slack()}


def post_ephemeral(parts: Parts, fields: Json) -> Json:
    """chat.postEphemeral: to one member of a channel the bot is in."""
    channel = _conversation(parts, fields)
    user = str(fields.get("user") or "")
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    draft = read_draft(parts, fields, where="chat.postEphemeral", public=False, can_unfurl=False)
    message = parts.workspace.post(channel.id, BOT_USER, draft, only_for=user)
    return {"message_ts": message.ts}


def update(parts: Parts, fields: Json) -> Json:
    """chat.update: only the bot's own, and never an ephemeral one."""
    channel, message = _own_message(parts, fields)
    if message.author != BOT_USER:
        raise RefusedError("cant_update_message")
    draft = read_draft(parts, fields, where="chat.update", public=channel.is_public, can_unfurl=False)
    parts.workspace.replace(message, draft)
    return {"channel": channel.id, "ts": message.ts, "text": draft.text, "message": message.to_slack()}


def delete(parts: Parts, fields: Json) -> Json:
    """chat.delete: only the bot's own message."""
    channel, message = _own_message(parts, fields)
    if message.author != BOT_USER:
        raise RefusedError("cant_delete_message")
    parts.workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(parts: Parts, fields: Json) -> Json:
    """chat.getPermalink: the address of a message."""
    channel, message = _own_message(parts, fields | {"ts": fields.get("message_ts")})
    address = f"https://sandbox-workspace.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


def add_reaction(parts: Parts, fields: Json) -> Json:
    """reactions.add: a counted emoji below a message."""
    _, message = _own_message(parts, fields | {"ts": fields.get("timestamp")})
    name = str(fields.get("name") or "")
    if not name:
        raise RefusedError("no_reaction")
    message.reactions[name] = message.reactions.get(name, 0) + 1
    parts.workspace.announce(message)
    return {}
