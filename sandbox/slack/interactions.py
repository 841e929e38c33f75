"""What people do in the workspace, turned into requests to the bot, and what its acks then do."""

from collections.abc import Sequence

from sandbox.slack import payloads
from sandbox.slack.acks import AckEffects
from sandbox.slack.inputs import Raw, action_json, elements_of, find_element, missing_inputs, state_of
from sandbox.slack.model import SLACKBOT, Channel, Draft, Json, Message, User
from sandbox.slack.outcome import NoSuchThingError, Outcome
from sandbox.slack.outgoing import Ack, BotConnection
from sandbox.slack.parts import Parts
from sandbox.slack.views import View


class Interactions:
    """Everything the page, or a test in its place, can do as one of the people."""

    def __init__(self, parts: Parts, bot: BotConnection, command: str) -> None:
        self._parts = parts
        self._bot = bot
        self._effects = AckEffects(parts)
        self.command = command

    async def type_text(
        self, user_id: str, channel_id: str, text: str, thread_ts: str | None = None
    ) -> Outcome:
        """Send what stands in the composer: a message, or a slash command.

        Raises:
            NoSuchThingError: no such person or channel.
        """
        user, channel = self._user(user_id), self._channel(channel_id, user_id)
        if not text.startswith("/"):
            self._parts.workspace.post(channel.id, user.id, Draft(text=text, thread_ts=thread_ts))
            return Outcome()
        command, _, arguments = text.partition(" ")
        if thread_ts:
            self._complain(user, channel, f"{command} is not supported in threads. Sorry!", thread_ts)
            return Outcome(failure="command_in_thread")
        if command != self.command:
            self._complain(
                user, channel, f"{command} is not a valid command. This workspace has {self.command}."
            )
            return Outcome(failure="unknown_command")
        return await self._run_command(user, channel, command, arguments.strip())

    async def ask(self, user_id: str, text: str) -> Json:
        """Run the command for the page itself, and return what the bot says in its acknowledgement.

        Nothing is shown in the workspace: neither the command nor the answer, and what the bot says later
        meets a response URL that has expired. Empty when the bot does not answer.

        Raises:
            NoSuchThingError: no such person.
        """
        user = self._user(user_id)
        channel = self._parts.workspace.direct_channel(user.id)
        if channel is None:
            raise NoSuchThingError(f"{user_id} has no direct messages with the bot")
        parts = self._parts
        response_url = parts.response_urls.issue(user.id, channel.id)
        parts.response_urls.expire(response_url)
        trigger_id = parts.triggers.issue(user.id)
        fields = payloads.slash_command(user, channel, self.command, text, trigger_id, response_url)
        ack = await self._bot.send_form(f"{self.command} {text}", fields)
        return ack.json() or {}

    async def click(
        self,
        user_id: str,
        block_id: str,
        action_id: str,
        *,
        channel_id: str = "",
        ts: str = "",
        view_id: str = "",
        values: Sequence[str] = (),
        raw: Raw | None = None,
    ) -> Outcome:
        """Press a button or choose something, in a message or in a view.

        Raises:
            NoSuchThingError: the message, view or element is not there (any more).
        """
        user = self._user(user_id)
        if view_id:
            return await self._click_in_view(
                user, self._view(view_id), block_id, action_id, values, raw or {}
            )
        channel = self._channel(channel_id, user_id)
        message = self._message(channel, ts, user)
        blocks = _all_blocks(message)
        element = find_element(blocks, block_id, action_id)
        if element is None:
            raise NoSuchThingError(f"no element {action_id} in block {block_id}")
        payload = payloads.message_click(
            user,
            channel,
            message,
            action_json(element, block_id, values, self._parts.workspace.next_ts()),
            state_of(blocks, raw or {}),
            self._parts.triggers.issue(user.id),
            self._parts.response_urls.issue(user.id, channel.id, original_ts=ts, thread_ts=message.thread_ts),
        )
        ack = await self._bot.send_interaction(f"block_actions {action_id}", payload)
        self._show_ack(message, ack)
        return Outcome(ack.milliseconds, ack.failure)

    async def submit(self, user_id: str, view_id: str, raw: Raw) -> Outcome:
        """Press a modal's submit button.

        Raises:
            NoSuchThingError: the modal is closed.
        """
        user, view = self._user(user_id), self._view(view_id)
        blocks = view.blocks
        view.state = state_of(blocks, raw)
        if errors := missing_inputs(blocks, view.state):
            self._parts.views.refuse(view, errors)
            return Outcome(errors=errors)
        view.errors = {}
        trigger_id = self._parts.triggers.issue(user.id, view.id)
        payload = payloads.view_submission(user, view.to_slack(), trigger_id)
        ack = await self._bot.send_interaction(
            f"view_submission {view.definition.get('callback_id', '')}", payload
        )
        self._effects.on_submission(view, ack)
        return Outcome(ack.milliseconds, ack.failure, view.errors)

    async def close_view(self, user_id: str, view_id: str, *, all_of_them: bool = False) -> Outcome:
        """Press Cancel, Escape or the cross; with `all_of_them` the whole stack goes.

        Raises:
            NoSuchThingError: the modal is closed already.
        """
        user, view = self._user(user_id), self._view(view_id)
        cleared = all_of_them or bool(view.definition.get("clear_on_close"))
        closing = self._parts.views.stack(user.id) if cleared else [view]
        if cleared:
            self._parts.views.close_all(view)
        else:
            self._parts.views.close(view)
        outcome = Outcome()
        for closed in reversed(closing):
            if closed.definition.get("notify_on_close"):
                payload = payloads.view_closed(user, closed.to_slack(), is_cleared=cleared)
                ack = await self._bot.send_interaction("view_closed", payload)
                outcome = Outcome(ack.milliseconds, ack.failure)
        return outcome

    async def suggest(self, user_id: str, view_id: str, block_id: str, typed: str) -> list[Json]:
        """Type into a menu that loads its options; return those it shows then.

        Raises:
            NoSuchThingError: the modal is closed.
        """
        user, view = self._user(user_id), self._view(view_id)
        element = next((e for b in view.blocks if b.get("block_id") == block_id for e in elements_of(b)), {})
        if len(typed) < element.get("min_query_length", 3):
            return []
        action_id = str(element.get("action_id", ""))
        payload = payloads.block_suggestion(user, view.to_slack(), block_id, action_id, typed)
        ack = await self._bot.send_interaction(f"block_suggestion {action_id}", payload)
        return self._effects.on_suggestion(view, block_id, ack)

    async def open_shortcut(self, user_id: str, callback_id: str) -> Outcome:
        """Choose an entry of the shortcuts menu.

        Raises:
            NoSuchThingError: no such person.
        """
        user, parts = self._user(user_id), self._parts
        trigger_id, action_ts = parts.triggers.issue(user.id), parts.workspace.next_ts()
        payload = payloads.global_shortcut(user, callback_id, trigger_id, action_ts)
        ack = await self._bot.send_interaction(f"shortcut {callback_id}", payload)
        return Outcome(ack.milliseconds, ack.failure)

    async def shortcut(self, user_id: str, channel_id: str, ts: str, callback_id: str) -> Outcome:
        """Choose an entry in a message's menu.

        Raises:
            NoSuchThingError: no such message.
        """
        user, channel = self._user(user_id), self._channel(channel_id, user_id)
        message = self._message(channel, ts, user)
        payload = payloads.message_shortcut(
            user,
            channel,
            message,
            callback_id,
            self._parts.triggers.issue(user.id),
            self._parts.response_urls.issue(user.id, channel.id, thread_ts=message.thread_ts),
        )
        ack = await self._bot.send_interaction(f"message_action {callback_id}", payload)
        self._show_ack(message, ack)
        return Outcome(ack.milliseconds, ack.failure)

    async def open_home(self, user_id: str, tab: str = "home") -> Outcome:
        """Open the app's home or messages tab.

        Raises:
            NoSuchThingError: no such person.
        """
        user = self._user(user_id)
        channel = self._parts.workspace.direct_channel(user.id)
        if channel is None:
            raise NoSuchThingError(f"{user_id} has no direct messages with the bot")
        home = self._parts.views.home(user.id)
        shown = home.to_slack() if home else None
        event = payloads.app_home_opened(user, channel, tab, shown, self._parts.clock())
        ack = await self._bot.send_event("app_home_opened", event)
        return Outcome(ack.milliseconds, ack.failure)

    async def verify_url(self, challenge: str) -> bool:
        """Ask the bot Slack's first question; return whether it gave the challenge back."""
        ack = await self._bot.send_event("url_verification", payloads.url_verification(challenge))
        decoded = ack.json()
        return challenge in {ack.text(), decoded.get("challenge") if decoded else None}

    async def _run_command(self, user: User, channel: Channel, command: str, arguments: str) -> Outcome:
        parts = self._parts
        line = Draft(text=f"{command} {arguments}".strip())
        echo = parts.workspace.post(channel.id, user.id, line, only_for=user.id, kind="command")
        response_url = parts.response_urls.issue(user.id, channel.id)
        fields = payloads.slash_command(
            user, channel, command, arguments, parts.triggers.issue(user.id), response_url
        )
        ack = await self._bot.send_form(f"{command} {arguments.partition(' ')[0]}".strip(), fields)
        self._show_ack(echo, ack)
        if ack.failure:
            self._complain(user, channel, f'{command} failed with the error "{ack.failure}"')
        else:
            self._effects.on_command(user, channel, ack)
        return Outcome(ack.milliseconds, ack.failure)

    async def _click_in_view(
        self, user: User, view: View, block_id: str, action_id: str, values: Sequence[str], raw: Raw
    ) -> Outcome:
        blocks = view.blocks
        element = find_element(blocks, block_id, action_id)
        if element is None:
            raise NoSuchThingError(f"no element {action_id} in block {block_id}")
        view.state = state_of(blocks, raw)
        action = action_json(element, block_id, values, self._parts.workspace.next_ts())
        trigger_id = self._parts.triggers.issue(user.id, view.id)
        payload = payloads.view_click(user, view.to_slack(), action, trigger_id)
        ack = await self._bot.send_interaction(f"block_actions {action_id}", payload)
        return Outcome(ack.milliseconds, ack.failure)

    def _show_ack(self, message: Message, ack: Ack) -> None:
        message.ack_ms = ack.milliseconds
        message.problems = (_words(ack),) if ack.failure else ()
        if self._parts.workspace.find(message.channel, message.ts):
            self._parts.workspace.announce(message)

    def _complain(self, user: User, channel: Channel, text: str, thread_ts: str | None = None) -> None:
        draft = Draft(text=text, thread_ts=thread_ts)
        self._parts.workspace.post(channel.id, SLACKBOT, draft, only_for=user.id, kind="failure")

    def _user(self, user_id: str) -> User:
        user = self._parts.workspace.users.get(user_id)
        if user is None or user.is_bot:
            raise NoSuchThingError(f"no person {user_id}")
        return user

    def _channel(self, channel_id: str, user_id: str) -> Channel:
        channel = self._parts.workspace.channels.get(channel_id)
        if channel is None or user_id not in channel.members:
            raise NoSuchThingError(f"no channel {channel_id} for {user_id}")
        return channel

    def _message(self, channel: Channel, ts: str, user: User) -> Message:
        message = self._parts.workspace.find(channel.id, ts)
        if message is None or not message.visible_to(user.id):
            raise NoSuchThingError(f"no message {ts} in {channel.id}")
        return message

    def _view(self, view_id: str) -> View:
        view = self._parts.views.find(view_id)
        if view is None:
            raise NoSuchThingError(f"no view {view_id}")
        return view


def _all_blocks(message: Message) -> list[Json]:
    inside = [block for attachment in message.draft.attachments for block in attachment.get("blocks", [])]
    return [*message.draft.blocks, *inside]


def _words(ack: Ack) -> str:
    if ack.failure == "operation_timeout":
        return f"The app did not answer within 3 seconds ({ack.failure})."
    return f"This app responded with status code {ack.status or 'none'} ({ack.failure})."
