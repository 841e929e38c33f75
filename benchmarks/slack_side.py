"""Slack as far as the benchmark needs it: it receives answers and says when each one came."""

import asyncio
import time

LINK = b"/p/session/"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
_ANSWER = b'{"ok":true,"team_id":"T1","user_id":"U1"}'
_POSTED = b'{"ok":true,"channel":"C0ALERTS","ts":"%s"}'


class SlackSide:
    """Listens on a port of its own; runs in the process that sends the commands.

    `posted` says when each new message came (Unix seconds), by its `ts`.
    """

    def __init__(self) -> None:
        self.links: dict[str, float] = {}
        self.answers: dict[str, float] = {}
        self.posted: dict[str, float] = {}
        self.home_published = asyncio.Event()
        self._waiting: dict[str, asyncio.Event] = {}

    async def start(self, port: int) -> asyncio.Server:
        """Listen."""
        return await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def answered(self, number: str) -> None:
        """Wait until the command with this number has an answer."""
        if number not in self.answers:
            await self._waiting.setdefault(number, asyncio.Event()).wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.split(b"\r\n")
                length = next((int(x[15:]) for x in lines if x.lower().startswith(b"content-length:")), 0)
                body = await reader.readexactly(length)
                answer = self._note(lines[0].split(b" ")[1].decode(), body)
                writer.write(_OK % (len(answer), answer))
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()  # the other side went away, or the measurement is over

    def _note(self, path: str, body: bytes) -> bytes:
        """Note what came; gives the answer."""
        if path.endswith("/chat.postMessage"):
            now = time.time()
            message = f"{now:.6f}"
            self.posted[message] = now
            return _POSTED % message.encode()
        if path.endswith("/views.publish"):
            self.home_published.set()
        if not path.startswith("/slack-response/"):
            return _ANSWER
        number = path.rsplit("/", 1)[1]
        self.answers.setdefault(number, time.time())
        if LINK in body:
            self.links.setdefault(number, time.time())
        event = self._waiting.pop(number, None)
        if event is not None:
            event.set()
        return _ANSWER
