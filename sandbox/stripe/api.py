"""The HTTP side of `/v1`: keys, versions, faults, idempotency, and which handler answers."""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sandbox.disconnect import EXTENSION, Disconnect
from sandbox.stripe import forms, keys
from sandbox.stripe.annotations import StripeObject, params_class
from sandbox.stripe.configurations import PortalConfigurations
from sandbox.stripe.errors import (
    StripeError,
    invalid_request,
    permission_denied,
    rate_limited,
    server_error,
    unrecognized_url,
)
from sandbox.stripe.events import REQUEST
from sandbox.stripe.faults import DROP, HALF, Fault, Faults
from sandbox.stripe.idempotency import Answer, IdempotencyKeys
from sandbox.stripe.listing import list_objects, search_objects
from sandbox.stripe.parameters import Parameters, check
from sandbox.stripe.render import expand_tree, render
from sandbox.stripe.resources import BY_PATH, SINGLE, Resource
from sandbox.stripe.sessions import PortalSessions
from sandbox.stripe.world import World

API_VERSION = "2026-10-28.endive"
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z_]+)?")
LARGEST_BODY = 1_000_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the sandbox, for tests and benchmarks to count."""

    method: str
    path: str
    params: forms.Form
    key: str
    account: str | None
    idempotency_key: str | None


class Api:
    """Answers every request below `/v1/`."""

    def __init__(
        self,
        world_of: Callable[[keys.Key, str | None], World | None],
        sessions: PortalSessions,
        configurations: PortalConfigurations,
        faults: Faults,
        notify: Callable[[str, dict[str, Any]], None],
    ) -> None:
        self.calls: list[Call] = []
        self._world_of = world_of
        self._sessions = sessions
        self._configurations = configurations
        self._faults = faults
        self._notify = notify
        self._idempotency = IdempotencyKeys()

    async def endpoint(self, request: Request) -> Response:
        """Answer a request; whatever happens becomes an answer in Stripe's shape."""
        request_id = f"req_{secrets.token_hex(7)}"
        path = request.url.path
        fault = self._faults.take(path) or self._over_the_rate(request)
        await asyncio.sleep(self._faults.latency_ms / 1000)
        if fault is not None and fault.status in {DROP, HALF}:
            self._tell(request, 0)
            return _cut(request, fault.status)
        body = await request.body()
        REQUEST.set({"id": request_id, "idempotency_key": request.headers.get("idempotency-key")})
        try:
            answer = self._answer(request, body, fault)
        except StripeError as error:
            answer = Answer(error.status, json.dumps(error.body()), error.headers)
        self._tell(request, answer.status)
        headers = {
            "Request-Id": request_id,
            "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
            **answer.headers,
        }
        if key := request.headers.get("idempotency-key"):
            headers["Idempotency-Key"] = key
        return Response(answer.body, answer.status, headers, "application/json")

    def _over_the_rate(self, request: Request) -> Fault | None:
        rate = self._faults.rate
        within = rate is None or rate.takes(request.headers.get("authorization", ""))
        return None if within else Fault(429)

    def _tell(self, request: Request, status: int) -> None:
        self._notify("stripe.request", {"method": request.method, "path": request.url.path, "status": status})

    def _answer(self, request: Request, body: bytes, fault: Fault | None) -> Answer:
        key = keys.read(request.headers.get("authorization"))
        if fault is not None:
            raise rate_limited(fault.retry_after) if fault.status == 429 else server_error(fault.status)
        if len(body) > LARGEST_BODY:
            raise StripeError(413, "invalid_request_error", "Request is too large.")
        form = _form(request, body)
        account = request.headers.get("stripe-account")
        idempotency_key = request.headers.get("idempotency-key")
        path = request.url.path.removeprefix("/v1/").strip("/")
        self.calls.append(Call(request.method, f"/v1/{path}", form, key.text, account, idempotency_key))
        world = self._world(key, account)
        _check_version(request.headers.get("stripe-version"))
        if request.method == "GET":
            return Answer(200, json.dumps(self._get(world, key, path, form)))
        if request.method != "POST":
            raise unrecognized_url(request.method, request.url.path)
        return self._idempotency.answer(
            (world.mode, world.account, idempotency_key),
            (path, form),
            lambda: Answer(200, json.dumps(self._post(world, key, path, form))),
        )

    def _world(self, key: keys.Key, account: str | None) -> World:
        world = self._world_of(key, account)
        if world is None:
            raise StripeError(
                403,
                "invalid_request_error",
                f"The provided key '{key.masked}' does not have access to account '{account}' (or that "
                "account "
                "does not exist). Application access may have been revoked.",
                "account_invalid",
            )
        return world

    def _permit(self, world: World, key: keys.Key, permission: str) -> None:
        if permission in self._faults.denied:
            raise permission_denied(key.text, world.account, permission)

    def _post(self, world: World, key: keys.Key, path: str, form: forms.Form) -> StripeObject:
        configuration = re.fullmatch(r"billing_portal/configurations(?:/([^/]+))?", path)
        if path != "billing_portal/sessions" and configuration is None:
            raise unrecognized_url("POST", f"/v1/{path}")
        self._permit(world, key, "rak_customer_portal_write")
        if configuration is not None:
            saved, expand = self._configurations.save(world, configuration[1] or "", form)
            return render(world, saved, expand_tree(expand, listed=False))
        params = check(form, params_class("billing_portal.SessionCreateParams"))
        tree = expand_tree(params.get("expand", []), listed=False)
        return render(world, self._sessions.create(world, params), tree)

    def _get(self, world: World, key: keys.Key, path: str, form: forms.Form) -> StripeObject:
        single = SINGLE.get(path)
        if single is not None and single.retrieve is not None:
            self._permit(world, key, single.permission)
            params = check(form, params_class(single.retrieve))
            object_id = world.account if single.kind == "account" else single.kind
            return _retrieve(world, single, object_id, params)
        owned = re.fullmatch(r"customers/([^/]+)/(payment_methods)", path)
        if owned is not None:
            self._permit(world, key, "rak_payment_method_read")
            world.require("customer", owned[1])
            params = check(form, params_class("CustomerListPaymentMethodsParams"))
            return list_objects(world, "payment_method", {**params, "customer": owned[1]}, f"/v1/{path}")
        resource, rest = _resource(path)
        self._permit(world, key, resource.permission)
        return _read(world, resource, rest, form, f"/v1/{path}")


def _read(world: World, resource: Resource, rest: str, form: forms.Form, url: str) -> StripeObject:
    if not rest and resource.list:
        return list_objects(world, resource.kind, check(form, params_class(resource.list)), url)
    if rest == "search" and resource.search:
        return search_objects(world, resource.kind, check(form, params_class(resource.search)), url)
    if not rest or "/" in rest or resource.retrieve is None:
        raise unrecognized_url("GET", url)
    return _retrieve(world, resource, rest, check(form, params_class(resource.retrieve)))


def _retrieve(world: World, resource: Resource, object_id: str, params: Parameters) -> StripeObject:
    tree = expand_tree(params.get("expand", []), listed=False)
    if resource.kind == "subscription_item":
        for subscription in world.every("subscription"):
            for item in subscription["items"]["data"]:
                if item["id"] == object_id:
                    return render(world, item, tree)
    return render(world, world.require(resource.kind, object_id), tree)


def _resource(path: str) -> tuple[Resource, str]:
    for length in (2, 1):
        steps = path.split("/")
        resource = BY_PATH.get("/".join(steps[:length]))
        if resource is not None:
            return resource, "/".join(steps[length:])
    raise unrecognized_url("GET", f"/v1/{path}")


def _form(request: Request, body: bytes) -> forms.Form:
    if request.method == "GET":
        return forms.decode(request.url.query)
    try:
        return forms.decode(body.decode())
    except UnicodeDecodeError:
        raise invalid_request("Invalid request body: not valid UTF-8.") from None


def _check_version(version: str | None) -> None:
    if version is not None and not VERSION.fullmatch(version):
        raise invalid_request(f"Invalid Stripe API version: {version}")


def _cut(request: Request, status: int) -> Response:
    if status == DROP and EXTENSION in (request.scope.get("extensions") or {}):
        return Disconnect()
    return StreamingResponse(_half_an_answer(), headers={"Content-Length": "1000"})


async def _half_an_answer() -> AsyncIterator[bytes]:
    """Promise more than is sent, which makes the server close the connection."""
    yield b'{"error'
