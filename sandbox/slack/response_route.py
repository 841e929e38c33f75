"""The other end of a `response_url`."""

import asyncio
import json
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.disconnect import Disconnect
from sandbox.faults import FaultSwitches
from sandbox.slack.drafts import RefusedError, flag, read_draft
from sandbox.slack.model import BOT_USER, Json
from sandbox.slack.parts import Parts
from sandbox.slack.response_urls import USES, ResponseUrl, ResponseUrlError


class ResponseRoute:
    """Answers `/slack-response/<id>`; in the fault switches it is called `response_url`."""

    def __init__(self, parts: Parts, faults: FaultSwitches) -> None:
        self._parts = parts
        self._faults = faults

    def routes(self) -> list[Route]:
        """Return the one route."""
        return [Route("/slack-response/{url_id}", self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        """Post, replace or delete, and put the call into the traffic."""
        started = time.perf_counter()
        response, status, detail = await self._answer(request)
        self._parts.traffic.add(
            at=self._parts.clock(),
            service="response-url",
            name="response_url",
            status=status,
            milliseconds=int((time.perf_counter() - started) * 1000),
            detail=detail,
            alarming=status != "ok",
        )
        return response

    async def _answer(self, request: Request) -> tuple[Response, str, str]:
        fault = self._faults.take("response_url")
        if fault is not None and fault.kind == "latency":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "down":
            return Disconnect(), "connection closed", ""
        if fault is not None and fault.kind in {"429", "ratelimited"}:
            headers = {"Retry-After": str(max(1, round(fault.seconds)))}
            return PlainTextResponse("rate_limited", status_code=429, headers=headers), "429", ""
        if fault is not None and fault.kind == "500":
            return PlainTextResponse("server_error", status_code=500), "500", ""
        try:
            issued = self._parts.response_urls.open(str(request.path_params["url_id"]))
        except ResponseUrlError as error:
            return JSONResponse({"ok": False, "error": error.code}, status_code=404), error.code, ""
        try:
            fields = _object(await request.body())
            self._apply(issued, fields)
        except RefusedError as error:
            answer: Json = {"ok": False, "error": error.code}
            if error.problems:
                answer["response_metadata"] = {"messages": list(error.problems)}
            return JSONResponse(answer, status_code=400), error.code, ""
        issued.uses += 1
        return PlainTextResponse("ok"), "ok", f"use {issued.uses} of {USES}"

    def _apply(self, issued: ResponseUrl, fields: Json) -> None:
        workspace = self._parts.workspace
        original = workspace.find(issued.channel, issued.original_ts or "")
        if flag(fields.get("delete_original", False)):
            if original is not None:
                workspace.delete(original)
            return
        channel = workspace.channels[issued.channel]
        replaces = original is not None and flag(fields.get("replace_original", False))
        stays_public = replaces and original is not None and original.only_for is None
        in_channel = fields.get("response_type") == "in_channel"
        public = channel.is_public and (stays_public or (in_channel and not replaces))
        draft = read_draft(self._parts, fields, where="response_url", public=public)
        if replaces and original is not None:
            workspace.replace(original, draft)
            return
        draft.thread_ts = draft.thread_ts or issued.thread_ts
        workspace.post(channel.id, BOT_USER, draft, only_for=None if in_channel else issued.user)


def _object(body: bytes) -> Json:
    try:
        decoded = json.loads(body)
    except ValueError as error:
        raise RefusedError("invalid_payload") from error
    if not isinstance(decoded, dict):
        raise RefusedError("invalid_payload")
    return decoded
