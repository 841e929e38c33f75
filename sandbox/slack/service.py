"""The Slack stand-in, put together."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.routing import Route

from sandbox.faults import FaultSwitches
from sandbox.feed import Feed
from sandbox.slack.interactions import Interactions
from sandbox.slack.outgoing import ACK_WINDOW, BotConnection
from sandbox.slack.parts import make_parts
from sandbox.slack.response_route import ResponseRoute
from sandbox.slack.socket import SocketMode
from sandbox.slack.web_api import FAULTS, WebApi
from sandbox.traffic import Traffic


@dataclass(frozen=True, slots=True)
class SlackOptions:
    """How the bot and the stand-in know each other.

    `ack_window` is in seconds, tests shorten it; `customer` is the id that the seeded thread mentions.
    """

    bot_url: str = "http://127.0.0.1:3000"
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - both ends are on this machine
    bot_token: str = "xoxb-sandbox"  # noqa: S105
    command: str = "/portal"
    customer: str = "cus_sandboxJenny"
    ack_window: float = ACK_WINDOW


class SlackSandbox:
    """A workspace with one app in it."""

    def __init__(
        self, base_url: str, options: SlackOptions, clock: Callable[[], float], feed: Feed, traffic: Traffic
    ) -> None:
        self.options = options
        self.parts = make_parts(base_url, clock, feed, traffic, options.customer)
        self.faults = FaultSwitches(FAULTS)
        self.socket = SocketMode()
        self.bot = BotConnection(
            f"{options.bot_url.rstrip('/')}/slack/events",
            options.signing_secret,
            traffic,
            clock,
            options.ack_window,
            self.socket,
        )
        self.interactions = Interactions(self.parts, self.bot, options.command)

    def routes(self) -> list[Route]:
        """Return the routes the app under test calls."""
        api = WebApi(self.parts, self.options.bot_token, self.faults, self.socket)
        return [*api.routes(), *ResponseRoute(self.parts, self.faults).routes()]

    def reset(self) -> None:
        """Go back to the first morning, faults off."""
        self.faults.clear()
        self.parts.workspace.reset()
        self.parts.views.reset()
        self.parts.violations.clear()

    async def startup(self) -> None:
        """Listen for the connections of Socket Mode."""
        await self.socket.start()

    async def shutdown(self) -> None:
        """Stop waiting for the bot."""
        await self.bot.close()
        await self.socket.stop()
