"""Slack's Web API: one address per method, always 200 with `ok`, except when it limits or breaks."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.disconnect import Disconnect
from sandbox.faults import Fault, FaultSwitches
from sandbox.slack.drafts import RefusedError
from sandbox.slack.methods import chat, directory, history, views
from sandbox.slack.model import Json
from sandbox.slack.parts import Parts
from sandbox.slack.socket import SocketMode

Method = Callable[[Parts, Json], Json]

METHODS: Final[Mapping[str, Method]] = {
    "auth.test": directory.auth_test,
    "auth.teams.list": directory.auth_teams,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": history.history,
    "conversations.info": directory.conversation_info,
    "conversations.list": directory.conversation_list,
    "conversations.open": directory.conversation_open,
    "conversations.replies": history.replies,
    "reactions.add": chat.add_reaction,
    "usergroups.list": directory.usergroups,
    "usergroups.users.list": directory.usergroup_users,
    "usergroups.users.update": directory.usergroup_update,
    "users.info": directory.users_info,
    "users.list": directory.users_list,
    "views.open": views.open_view,
    "views.publish": views.publish_view,
    "views.push": views.push_view,
    "views.update": views.update_view,
}
SCOPES: Final = (
    "channels:history,channels:read,chat:write,commands,groups:read,im:write,reactions:write,"
    "usergroups:read,usergroups:write,users:read,users:read.email"
)
FAULTS: Final = ("429", "500", "ratelimited", "latency", "down", "lost")


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, parts: Parts, bot_token: str, faults: FaultSwitches, socket: SocketMode) -> None:
        self._parts = parts
        self._bot_token = bot_token
        self._faults = faults
        self._socket = socket

    def routes(self) -> list[Route]:
        """Return the one route."""
        return [Route("/api/{method}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Answer one call, and put it into the traffic."""
        name = str(request.path_params["method"])
        started = time.perf_counter()
        fault = self._faults.take(name)
        if fault is not None and fault.kind == "latency":
            await asyncio.sleep(fault.seconds)
        response, status = await self._answer(request, name, fault)
        self._parts.traffic.add(
            at=self._parts.clock(),
            service="slack-api",
            name=name,
            status=status,
            milliseconds=int((time.perf_counter() - started) * 1000),
            alarming=status != "ok",
        )
        return response

    async def _answer(self, request: Request, name: str, fault: Fault | None) -> tuple[Response, str]:
        kind = fault.kind if fault else ""
        if kind == "down":
            return Disconnect(), "connection closed"
        if kind == "500":
            return PlainTextResponse("Internal Server Error", status_code=500), "500"
        if fault is not None and kind == "429":
            headers = {"Retry-After": str(max(1, round(fault.seconds)))}
            answer = {"ok": False, "error": "ratelimited"}
            return JSONResponse(answer, status_code=429, headers=headers), "429"
        try:
            body = {"ok": True, **await self._call(request, name, limited=kind == "ratelimited")}
        except RefusedError as error:
            body = {"ok": False, "error": error.code}
            if error.problems:
                body["errors"] = list(error.problems)
                body["response_metadata"] = {"messages": list(error.problems)}
        if kind == "lost":
            return PlainTextResponse("Bad Gateway", status_code=502), "done, answer lost"
        headers = {"X-OAuth-Scopes": SCOPES, "X-Slack-Req-Id": "sandbox"}
        return JSONResponse(body, headers=headers), "ok" if body["ok"] else str(body["error"])

    async def _call(self, request: Request, name: str, *, limited: bool) -> Json:
        if limited:
            raise RefusedError("ratelimited")
        fields = await read_fields(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token if scheme == "Bearer" else str(fields.get("token") or "")
        if name == "apps.connections.open":
            return self._socket.open(token)
        if not token:
            raise RefusedError("not_authed")
        if token != self._bot_token:
            raise RefusedError("invalid_auth")
        method = METHODS.get(name)
        if method is None:
            raise RefusedError("unknown_method")
        return method(self._parts, fields)


async def read_fields(request: Request) -> Json:
    """Return the arguments, from the query, a form or JSON.

    Raises:
        RefusedError: JSON that is none, or no object.
    """
    fields: Json = dict(request.query_params)
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            decoded = json.loads(body or b"{}")
        except ValueError as error:
            raise RefusedError("invalid_json") from error
        if not isinstance(decoded, dict):
            raise RefusedError("json_not_object")
        return fields | decoded
    return fields | dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
