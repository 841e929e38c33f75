"""What the body of an ack does."""

from sandbox.slack.block_checker import check_options, check_view
from sandbox.slack.drafts import RefusedError, read_draft, refuse_problems
from sandbox.slack.model import BOT_USER, Channel, Json, User
from sandbox.slack.outgoing import Ack
from sandbox.slack.parts import Parts
from sandbox.slack.views import View, ViewError

TROUBLE = "We had some trouble connecting. Try again?"


class AckEffects:
    """Applies acks to the workspace."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def on_command(self, user: User, channel: Channel, ack: Ack) -> None:
        """Post what a slash command's ack says, to the sender alone unless it asks for the channel."""
        if not ack.body.strip():
            return
        fields = ack.json() or {"text": ack.text()}
        in_channel = fields.get("response_type") == "in_channel"
        public = in_channel and channel.is_public
        try:
            draft = read_draft(self._parts, fields, where="ack of a command", public=public)
        except RefusedError:
            return
        only_for = None if in_channel else user.id
        self._parts.workspace.post(channel.id, BOT_USER, draft, only_for=only_for)

    def on_submission(self, view: View, ack: Ack) -> None:
        """Close, update, stack or refuse, as `response_action` says; an empty ack closes the modal."""
        if ack.failure:
            self._parts.views.refuse(view, {"": TROUBLE})
            return
        answer = ack.json() or {}
        action = answer.get("response_action")
        if action is None:
            self._parts.views.close(view)
        elif action == "clear":
            self._parts.views.close_all(view)
        elif action == "errors":
            self._refuse(view, answer)
        elif action in {"update", "push"}:
            self._show(view, answer, action)
        else:
            self._note("unknown response_action", view)

    def on_suggestion(self, view: View, block_id: str, ack: Ack) -> list[Json]:
        """Keep the options that a menu was answered with, and return them; none when Slack refuses them."""
        answer = ack.json() or {}
        options: list[Json] = [] if ack.failure else answer.get("options") or []
        problems = [str(each) for each in check_options(options)]
        if problems:
            self._parts.violations.add("options of a menu", "invalid_options", tuple(problems))
            return []
        # What is chosen already stays known, also when it is not among the new ones.
        known = {option["value"]: option for option in view.offered.get(block_id, [])}
        view.offered[block_id] = list((known | {option["value"]: option for option in options}).values())
        return options

    def _refuse(self, view: View, answer: Json) -> None:
        errors = answer.get("errors") or {}
        inputs = {block["block_id"] for block in view.definition["blocks"] if block.get("type") == "input"}
        if not errors or not set(errors) <= inputs:
            self._note("response_action errors must name input blocks of the view", view)
        self._parts.views.refuse(view, {str(name): str(text) for name, text in errors.items()})

    def _show(self, view: View, answer: Json, action: str) -> None:
        definition = answer.get("view")
        try:
            refuse_problems(self._parts, f"response_action {action}", check_view(definition, "modal"))
            if action == "push":
                self._parts.views.push(view.user, dict(definition or {}))
            else:
                self._parts.views.update(view, dict(definition or {}))
        except (RefusedError, ViewError) as error:
            self._parts.views.refuse(view, {"": f"{TROUBLE} ({error.code})"})

    def _note(self, problem: str, view: View) -> None:
        self._parts.violations.add("ack of a submission", "invalid_ack", (problem,))
        self._parts.views.refuse(view, {"": TROUBLE})
