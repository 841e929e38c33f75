"""Socket Mode: Slack's requests over a connection that the bot opens itself.

Nothing else waits for this connection. When it is cut it is opened again at once, and then with pauses; a
token that Slack refuses is said once and tried again every minute. Slack delivers an envelope again that was
not acknowledged: it is answered once, and acknowledged each time.
Protocol: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
from cachetools import TTLCache
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from structlog.typing import FilteringBoundLogger

from bot.guarded import Failed, guarded
from bot.slack.failures import SLACK_FAILURES, word_of

HEARTBEAT_SECONDS = 2.0
"""Seconds between two pings; a connection without a pong within half of it is taken for cut."""
SECONDS_TO_OPEN = 10
PAUSES = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before the next try: after a cut, and after each failure; the last one stays."""
REFUSED_SECONDS = 60.0
"""Seconds until a token that Slack refuses is tried again."""
REMEMBERED_SECONDS = 600
MOST_REMEMBERED = 10_000

_PASSING = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)


@dataclass(eq=False, repr=False)
class SlackSocket:
    """The connection of one process.

    `client` is asked for addresses; `on_change` is told whether the connection is open.
    """

    app: AsyncApp
    client: AsyncWebClient
    app_token: str
    log: FilteringBoundLogger
    on_change: Callable[[bool], None]
    _answers: TTLCache[str, asyncio.Task[dict[str, Any] | None]] = field(
        default_factory=lambda: TTLCache(MOST_REMEMBERED, REMEMBERED_SECONDS)
    )
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _refused: str = ""
    is_open: bool = False

    async def run(self) -> None:
        """Keep the connection open until cancelled."""
        failures = 0
        async with aiohttp.ClientSession() as session:
            while True:
                # What is unexpected ends a try, and not the tries.
                was_open = await guarded(partial(self._connect, session), self.log)
                failures = 0 if was_open is True else failures + 1
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                await asyncio.sleep(REFUSED_SECONDS if self._refused else pause)

    async def _connect(self, session: aiohttp.ClientSession) -> bool:
        """Open the connection and serve it until it ends; return whether it was open at all."""
        opened = False
        try:
            async with asyncio.timeout(SECONDS_TO_OPEN):
                answer = await self.client.apps_connections_open(app_token=self.app_token)
                socket = await session.ws_connect(str(answer["url"]), heartbeat=HEARTBEAT_SECONDS)
            self._refused = ""
            async with socket:
                async for received in socket:
                    message = _read(received)
                    opened = opened or message.get("type") == "hello"
                    self._set_open(is_open=opened)
                    if message.get("type") == "disconnect":
                        break
                    if "envelope_id" in message:
                        self._begin(socket, message)
        except SlackApiError as error:
            self._note_refusal(word_of(error))
        except SLACK_FAILURES as error:
            self.log.warning("slack_socket_cut", error=type(error).__name__)
        finally:
            self._set_open(is_open=False)
        return opened

    def _note_refusal(self, error: str) -> None:
        passing = not error or error in _PASSING
        if not passing and error != self._refused:
            self.log.error("slack_app_token_refused", error=error)
        elif passing:
            self.log.warning("slack_socket_not_opened", error=error)
        self._refused = "" if passing else error

    def _set_open(self, *, is_open: bool) -> None:
        if is_open is not self.is_open:
            self.is_open = is_open
            self.on_change(is_open)
            self.log.info("slack_socket_open" if is_open else "slack_socket_closed")

    def _begin(self, socket: aiohttp.ClientWebSocketResponse, message: Mapping[str, Any]) -> None:
        # In tasks of their own: while one waits for the database, the next is already read.
        task = asyncio.create_task(self._acknowledge(socket, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _acknowledge(self, socket: aiohttp.ClientWebSocketResponse, message: Mapping[str, Any]) -> None:
        envelope = str(message["envelope_id"])
        answering = self._answers.get(envelope)
        if answering is None:
            answering = asyncio.create_task(self._answer(message))
            self._answers[envelope] = answering
        answer = await asyncio.shield(answering)
        if answer is None:
            self._answers.pop(envelope, None)  # nothing was done: Slack delivers it again
            return
        with contextlib.suppress(*SLACK_FAILURES):  # the next connection brings it again, and is told then
            await socket.send_json(answer)

    async def _answer(self, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the acknowledgement of an envelope; None when it was not taken."""

        async def dispatch() -> BoltResponse:
            return await self.app.async_dispatch(
                AsyncBoltRequest(mode="socket_mode", body=dict(message["payload"]))
            )

        response = await guarded(dispatch, self.log)
        if isinstance(response, Failed) or response.status >= 500:
            return None
        answer: dict[str, Any] = {"envelope_id": message["envelope_id"]}
        if response.status == 200 and response.body:
            is_json = "json" in response.headers.get("content-type", [""])[0]
            answer["payload"] = json.loads(response.body) if is_json else {"text": response.body}
        return answer


def _read(received: aiohttp.WSMessage) -> dict[str, Any]:
    """Return a message of Slack; empty for what is none."""
    try:
        message = json.loads(received.data) if received.type is aiohttp.WSMsgType.TEXT else {}
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
