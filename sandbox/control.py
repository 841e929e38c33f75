"""The control API below `/sandbox/`: what the page's buttons and the tests drive.

Bodies are JSON, and must say so: a page on another site cannot send that without asking first.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control_bodies import (
    Body,
    ClearBody,
    ClickBody,
    CloseBody,
    DashboardBody,
    ExpireBody,
    FaultBody,
    HappenBody,
    HomeBody,
    ShortcutBody,
    SubmitBody,
    SuggestBody,
    TypeBody,
)
from sandbox.faults import Fault, UnknownFaultError
from sandbox.services import Services
from sandbox.slack.outcome import NoSuchThingError, Outcome
from sandbox.stripe import CannotHappenError

AnyBody = TypeVar("AnyBody", bound=Body)


class Control:
    """Answers `/sandbox/*`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._interactions = services.slack.interactions

    def routes(self) -> list[Route]:
        """Return the routes below `/sandbox/`."""
        read = {
            "calls": self._calls,
            "messages": self._messages,
            "views": self._views,
            "violations": self._violations,
            "mails": self._mails,
            "stories": self._stories,
            "people": self._people,
            "faults": self._faults,
        }
        write: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "happen": self._happen,
            "dashboard": self._dashboard,
            "reset": self._reset,
            "faults": self._set_fault,
            "faults/clear": self._clear_faults,
            "expire": _doing(ExpireBody, self._expire),
            "type": _doing(TypeBody, self._type),
            "click": _doing(ClickBody, self._click),
            "submit": _doing(SubmitBody, self._submit),
            "close": _doing(CloseBody, self._close),
            "shortcut": _doing(ShortcutBody, self._shortcut),
            "home": _doing(HomeBody, self._home),
            "suggest": self._suggest,
        }
        return [
            *(Route(f"/sandbox/{name}", _showing(show), methods=["GET"]) for name, show in read.items()),
            *(Route(f"/sandbox/{name}", act, methods=["POST"]) for name, act in write.items()),
        ]

    async def _type(self, body: TypeBody) -> Outcome:
        return await self._interactions.type_text(body.user, body.channel, body.text, body.thread_ts)

    async def _click(self, body: ClickBody) -> Outcome:
        return await self._interactions.click(
            body.user,
            body.block,
            body.action,
            channel_id=body.channel,
            ts=body.ts,
            view_id=body.view,
            values=body.values,
            raw=body.state,
        )

    async def _submit(self, body: SubmitBody) -> Outcome:
        return await self._interactions.submit(body.user, body.view, body.state)

    async def _close(self, body: CloseBody) -> Outcome:
        return await self._interactions.close_view(body.user, body.view, all_of_them=body.all)

    async def _shortcut(self, body: ShortcutBody) -> Outcome:
        if not body.ts:
            return await self._interactions.open_shortcut(body.user, body.callback_id)
        return await self._interactions.shortcut(body.user, body.channel, body.ts, body.callback_id)

    async def _suggest(self, request: Request) -> Response:
        try:
            body = SuggestBody.model_validate_json(await request.body())
            options = await self._interactions.suggest(body.user, body.view, body.block, body.value)
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except NoSuchThingError as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        return JSONResponse({"options": options})

    async def _home(self, body: HomeBody) -> Outcome:
        return await self._interactions.open_home(body.user, body.tab)

    async def _expire(self, body: ExpireBody) -> Outcome:
        self._services.slack.parts.response_urls.expire(body.response_url)
        return Outcome()

    async def _happen(self, request: Request) -> Response:
        try:
            body = HappenBody.model_validate_json(await request.body())
            happened = self._services.happen(body.kind, body.customer, body.times)
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except LookupError as error:
            return JSONResponse({"error": f"unknown: {error}"}, status_code=404)
        except CannotHappenError as error:
            return JSONResponse({"error": f"This customer has {error}."}, status_code=409)
        return JSONResponse({"happened": happened})

    async def _dashboard(self, request: Request) -> Response:
        try:
            body = DashboardBody.model_validate_json(await request.body())
            self._services.stripe.in_dashboard(body.step)
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except LookupError as error:
            return JSONResponse({"error": f"unknown: {error}"}, status_code=404)
        return JSONResponse({"ok": True})

    async def _reset(self, _request: Request) -> Response:
        self._services.reset()
        return JSONResponse({"ok": True})

    async def _set_fault(self, request: Request) -> Response:
        try:
            body = FaultBody.model_validate_json(await request.body())
            self._services.set_fault(body.target, Fault(body.kind, body.match, body.times, body.seconds))
        except (ValidationError, UnknownFaultError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse(self._services.active_faults())

    async def _clear_faults(self, request: Request) -> Response:
        try:
            body = ClearBody.model_validate_json(await request.body() or b"{}")
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        self._services.clear_faults(body.target, body.kind)
        return JSONResponse(self._services.active_faults())

    def _faults(self, _request: Request) -> Any:
        return self._services.active_faults()

    def _calls(self, request: Request) -> Any:
        service = request.query_params.get("service")
        return [call.to_json() for call in self._services.traffic if service in {None, call.service}]

    def _messages(self, request: Request) -> Any:
        channel, user = request.query_params.get("channel"), request.query_params.get("user")
        return [
            message.to_json()
            for message in self._services.slack.parts.workspace.everything()
            if channel in {None, message.channel} and (user is None or message.visible_to(user))
        ]

    def _views(self, request: Request) -> Any:
        user = request.query_params.get("user", "")
        views = self._services.slack.parts.views
        home = views.home(user)
        stack = [view.to_slack() | {"errors": view.errors} for view in views.stack(user)]
        return {"stack": stack, "home": home.to_slack() if home else None}

    def _violations(self, _request: Request) -> Any:
        return [violation.to_json() for violation in self._services.slack.parts.violations.seen]

    def _mails(self, _request: Request) -> Any:
        return [mail.to_json() for mail in self._services.mailbox.mails]

    def _stories(self, _request: Request) -> Any:
        return [
            {"customer": s.customer_id, "email": s.email, "name": s.name, "story": s.story, "label": s.label}
            for s in self._services.stories()
        ]

    def _people(self, _request: Request) -> Any:
        people = self._services.slack.parts.workspace.people()
        return [{"id": u.id, "name": u.real_name, "title": u.title, "tz": u.tz} for u in people]


def _showing(show: Callable[[Request], Any]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return JSONResponse(show(request))

    return endpoint


def _doing(
    model: type[AnyBody], act: Callable[[AnyBody], Awaitable[Outcome]]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            outcome = await act(model.model_validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except NoSuchThingError as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        return JSONResponse(outcome.to_json())

    return endpoint
