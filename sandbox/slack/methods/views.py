"""views.*: modals and the home tab."""

from sandbox.slack.block_checker import check_view
from sandbox.slack.drafts import RefusedError, decoded, refuse_problems
from sandbox.slack.model import Json
from sandbox.slack.parts import Parts
from sandbox.slack.triggers import TriggerError
from sandbox.slack.views import View, ViewError


def _definition(parts: Parts, fields: Json, where: str, surface: str = "modal") -> Json:
    view = decoded(fields.get("view"))
    refuse_problems(parts, where, check_view(view, surface))
    return dict(view)


def _shown(view: View) -> Json:
    return {"view": view.to_slack()}


def open_view(parts: Parts, fields: Json) -> Json:
    """views.open: with a trigger, once, within three seconds."""
    definition = _definition(parts, fields, "views.open")
    try:
        trigger = parts.triggers.exchange(str(fields.get("trigger_id") or ""))
        return _shown(parts.views.open(trigger.user, definition))
    except (TriggerError, ViewError) as error:
        raise RefusedError(error.code) from error


def push_view(parts: Parts, fields: Json) -> Json:
    """views.push: onto the modal the trigger came from, three high at most."""
    definition = _definition(parts, fields, "views.push")
    try:
        trigger = parts.triggers.exchange(str(fields.get("trigger_id") or ""))
        return _shown(parts.views.push(trigger.user, definition))
    except (TriggerError, ViewError) as error:
        raise RefusedError(error.code) from error


def update_view(parts: Parts, fields: Json) -> Json:
    """views.update: by view id or external id, refused when `hash` is not the last one."""
    view = parts.views.find(str(fields.get("view_id") or ""), str(fields.get("external_id") or ""))
    if view is None:
        raise RefusedError("not_found")
    surface = str(view.definition["type"])
    definition = _definition(parts, fields, "views.update", surface)
    try:
        return _shown(parts.views.update(view, definition, str(fields.get("hash") or "")))
    except ViewError as error:
        raise RefusedError(error.code) from error


def publish_view(parts: Parts, fields: Json) -> Json:
    """views.publish: a person's home tab."""
    user = parts.workspace.users.get(str(fields.get("user_id") or ""))
    if user is None:
        raise RefusedError("user_not_found")
    definition = _definition(parts, fields, "views.publish", "home")
    try:
        return _shown(parts.views.publish(user.id, definition, str(fields.get("hash") or "")))
    except ViewError as error:
        raise RefusedError(error.code) from error
