"""Somebody in Slack: types, presses, fills in, and waits for what the bot shows."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.words import Words
from sandbox.slack.model import BOT_USER
from tests.stand.shown import Shown
from tests.stand.waiting import until

if TYPE_CHECKING:
    from tests.stand.stand import Reached

AGENT, LEAD, ONCALL, STRANGER = "U0ALEX", "U0PRIYA", "U0SAM", "U0ROBIN"
SUPPORT, ALERTS, GENERAL = "C0SUPPORT", "C0ALERTS", "C0GENERAL"
STILL_WORKING = str(Words().message("progress").text)
"""What is shown while an answer takes long; it is not the answer."""
Json = dict[str, Any]


class Person:
    """One of the people of the sandbox's workspace, in a channel."""

    def __init__(self, stand: "Reached", user: str = AGENT, channel: str = SUPPORT) -> None:
        self.stand = stand
        self.user = user
        self.channel = channel

    def messages(self) -> list[Shown]:
        """What the bot has shown this person, everywhere, oldest first."""
        return [
            Shown(message)
            for message in self.stand.messages()
            if message["user"] == BOT_USER
            and (message["only_for"] == self.user or str(message["channel"]).startswith("D"))
            and message["text"] != STILL_WORKING
        ]

    def types(self, text: str) -> Json:
        """Type something; how the bot acknowledged it."""
        return self.stand.control("type", user=self.user, channel=self.channel, text=text)

    def asks(self, text: str) -> Shown:
        """Type `/portal …` and wait for the answer."""
        return self.waits_for(lambda: self.types(f"/portal {text}"))

    def presses(self, shown: Shown, label: str) -> Shown:
        """Press a button of a message and wait for what the bot shows then."""
        return self.waits_for(lambda: self.clicks(shown, label))

    def clicks(self, shown: Shown, label: str) -> Json:
        """Press a button of a message; how the bot acknowledged it."""
        block, button = shown.button(label)
        return self.clicks_on(shown, block, button["action_id"])

    def clicks_on(self, shown: Shown, block: str, action: str) -> Json:
        """Press an element of a message by its ids."""
        place = {"user": self.user, "channel": str(shown.content["channel"]), "ts": shown.ts}
        return self.stand.control("click", block=block, action=action, **place)

    def opens(self, shown: Shown, label: str) -> Shown:
        """Press a button that opens a window."""
        assert not self.clicks(shown, label)["failure"]
        return self.window()

    def window(self) -> Shown:
        """The window on top, as soon as there is one."""
        return until(self._top, "a window")

    def has_window(self) -> bool:
        """Whether a window is open."""
        return self._top() is not None

    def uses_shortcut(self, ts: str, callback: str = "billing_help") -> Shown:
        """Use the message shortcut and wait for its window."""
        outcome = self.stand.control(
            "shortcut", user=self.user, channel=self.channel, ts=ts, callback_id=callback
        )
        assert not outcome["failure"], outcome
        return self.window()

    def uses_shortcut_anywhere(self) -> Shown:
        """Use the global shortcut and wait for its window."""
        outcome = self.stand.control("shortcut", user=self.user, callback_id="billing_help_anywhere")
        assert not outcome["failure"], outcome
        return self.window()

    def types_ahead(self, window: Shown, text: str, block: str = "customer") -> list[Json]:
        """Type into a menu that loads its options; what it offers then."""
        asked = {"user": self.user, "view": window.content["id"], "block": block, "value": text}
        options: list[Json] = self.stand.control("suggest", **asked)["options"]
        return options

    def chooses(self, window: Shown, value: str, block: str = "customer") -> Json:
        """Choose an option that was offered; how the bot acknowledged it."""
        place = {"user": self.user, "view": window.content["id"], "block": block, "action": block}
        state = {block: {block: [value]}}
        return self.stand.control("click", values=[value], state=state, **place)

    def submits(self, window: Shown, **values: str) -> Json:
        """Submit a window with these values by block id; how the bot took it."""
        state: dict[str, dict[str, list[str]]] = {}
        for block in window.blocks:
            name = str(block.get("block_id", ""))
            if block["type"] == "input" and name in values:
                state[name] = {str(block["element"]["action_id"]): [values[name]]}
        assert set(values) == set(state), f"the window has no {set(values) - set(state)}"
        return self.stand.control("submit", user=self.user, view=window.content["id"], state=state)

    def answers(self, window: Shown, **values: str) -> Shown:
        """Submit a window and wait for the message that follows."""

        def submit() -> Json:
            outcome = self.submits(window, **values)
            assert not outcome["errors"], outcome
            return outcome

        return self.waits_for(submit)

    def home(self) -> Shown:
        """Open the App Home."""
        before = self._home()
        assert not self.stand.control("home", user=self.user)["failure"]

        def published() -> Shown | None:
            now = self._home()
            return Shown(now) if now and now != before else None

        return until(published, "the App Home")

    def presses_at_home(self, home: Shown, label: str) -> Shown:
        """Press a button of the App Home."""
        block, button = home.button(label)
        place = {"user": self.user, "view": home.content["id"]}
        return self.waits_for(
            lambda: self.stand.control("click", block=block, action=button["action_id"], **place)
        )

    def _home(self) -> Json | None:
        home: Json | None = self.stand.views(self.user)["home"]
        return home

    def _top(self) -> Shown | None:
        stack = self.stand.views(self.user)["stack"]
        return Shown(stack[-1]) if stack else None

    def waits_for(self, act: Callable[[], Mapping[str, Any]]) -> Shown:
        """Do something, and wait for a message that is new or different."""
        before = {shown.ts: shown.said for shown in self.messages()}
        outcome = act()
        assert not outcome["failure"], outcome

        def new() -> Shown | None:
            fresh = [each for each in self.messages() if before.get(each.ts) != each.said]
            return fresh[-1] if fresh else None

        return until(new, f"an answer; shown so far {sorted(before)}; refused: {self.stand.violations()}")
