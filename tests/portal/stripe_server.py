"""A loopback server that answers as scripted in Stripe's shape and remembers what it was asked."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    parameters: dict[str, str]
    headers: Mapping[str, str]

    @property
    def expand(self) -> list[str]:
        return [value for name, value in self.parameters.items() if name.startswith("expand[")]

    @property
    def own(self) -> dict[str, str]:
        """The parameters without the expansions."""
        return {name: value for name, value in self.parameters.items() if not name.startswith("expand[")}


@dataclass(frozen=True)
class Answer:
    body: str
    status: int
    headers: Mapping[str, str]


@dataclass
class StripeServer:
    """Answers are taken in order per path; the last one stays."""

    answers: dict[str, deque[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    delay: float = 0
    delays: dict[str, float] = field(default_factory=dict)

    def answer(
        self, path: str, body: object, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        answer = Answer(text, status, {"Request-Id": "req_123", **(headers or {})})
        self.answers.setdefault(path, deque()).append(answer)

    def refuse(
        self,
        path: str,
        status: int,
        message: str,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        error = {"type": "invalid_request_error", "message": message, "code": code}
        self.answer(path, {"error": error}, status=status, headers=headers)

    def lists(self, path: str, *objects: object, has_more: bool = False) -> None:
        self.answer(path, {"object": "list", "data": list(objects), "has_more": has_more, "url": path})

    @property
    def paths(self) -> list[str]:
        return [f"{asked.method} {asked.path}" for asked in self.asked]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        text = await request.text() if request.method == "POST" else query
        parameters = dict(parse_qsl(text, keep_blank_values=True))
        self.asked.append(Asked(request.method, path, parameters, request.headers))
        if delay := self.delays.get(path, self.delay):
            await asyncio.sleep(delay)
        waiting = self.answers.get(request.path)
        if not waiting:
            unknown = {"error": {"message": f"nothing scripted for {request.path}"}}
            return web.json_response(unknown, status=418)
        answer = waiting.popleft() if len(waiting) > 1 else waiting[0]
        if answer.status == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(
            text=answer.body,
            status=answer.status or 500,
            headers=answer.headers,
            content_type="application/json",
        )
