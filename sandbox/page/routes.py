"""The page and the pieces of it that are fetched again when something changes."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, PackageLoader
from markupsafe import Markup
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.page import headers
from sandbox.page.happenings import IN_THE_DASHBOARD, TO_A_CUSTOMER, TO_THE_BUSINESS
from sandbox.page.hints import read_hints
from sandbox.page.switches import SWITCHES
from sandbox.page.tour import TOURS
from sandbox.services import Services
from sandbox.slack.model import Message, User
from sandbox.slack.render import Renderer
from sandbox.slack.render.reader import Reader
from sandbox.slack.seed import AGENT

STATIC = Path(__file__).with_name("static")


class NoSuchPieceError(LookupError):
    """The page asked for something that is gone; it answers 404."""


class Page:
    """Serves the page to whoever is chosen in its user menu (`?as=`)."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._parts = services.slack.parts
        self._renderer = Renderer()
        environment = self._renderer.environment
        if environment.loader is not None:
            environment.loader = ChoiceLoader([environment.loader, PackageLoader("sandbox.page")])
        environment.filters["clock"] = self._clock_time

    def routes(self) -> list[BaseRoute]:
        """Return every route of the page."""
        pieces = {
            "/page/channel/{channel}": self._channel,
            "/page/message/{channel}/{ts}": self._message,
            "/page/thread/{channel}/{ts}": self._thread,
            "/page/view": self._view,
            "/page/home": self._home,
            "/page/customers": self._customers,
            "/page/events": self._make_happen,
            "/page/mailbox": self._mailbox,
            "/page/mail/{number:int}": self._mail,
            "/page/traffic": self._traffic,
        }
        return [
            Route("/", self._index),
            Route("/events", self._events),
            Route("/page/hints", self._hints),
            Route("/page/mail/{number:int}/html", self._mail_html),
            *(Route(path, self._piece(make)) for path, make in pieces.items()),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    def _piece(self, make: Any) -> Any:
        async def endpoint(request: Request) -> Response:
            try:
                return HTMLResponse(make(request, self._reader(request)), headers=dict(headers.PAGE))
            except NoSuchPieceError:
                return PlainTextResponse("gone", status_code=404)

        return endpoint

    async def _index(self, request: Request) -> Response:
        html = self._render(
            "page.html",
            self._reader(request),
            people=self._parts.workspace.people(),
            channels=[c for c in self._parts.workspace.channels.values() if c.is_public],
            command=self._services.slack.options.command,
            options=self._services.options,
            products=self._services.stripe.pictured(),
            tour=TOURS.get(self._services.options.account, ()),
        )
        return HTMLResponse(html, headers=dict(headers.PAGE))

    async def _events(self, _request: Request) -> Response:
        async def events() -> AsyncIterator[dict[str, str]]:
            async for notice in self._services.feed.listen():
                yield {"event": notice.kind, "data": json.dumps(notice.facts)}

        return EventSourceResponse(events(), ping=20, shutdown_grace_period=1)

    async def _hints(self, request: Request) -> Response:
        reader, interactions = self._reader(request), self._services.slack.interactions
        answer = await interactions.ask(reader.user.id, "help")
        hints = read_hints(answer, interactions.command)
        html = self._render("hints.html", reader, hints=hints, command=interactions.command)
        return HTMLResponse(html, headers=dict(headers.PAGE))

    def _channel(self, request: Request, reader: Reader) -> str:
        channel = self._parts.workspace.channels.get(request.path_params["channel"])
        if channel is None or reader.user.id not in channel.members:
            raise NoSuchPieceError
        messages = self._parts.workspace.timeline(channel.id, reader.user.id)
        shown = [self._one(message, reader) for message in messages]
        return self._render("channel.html", reader, channel=channel, messages=shown)

    def _message(self, request: Request, reader: Reader) -> str:
        message = self._parts.workspace.find(request.path_params["channel"], request.path_params["ts"])
        if message is None or not message.visible_to(reader.user.id):
            raise NoSuchPieceError
        return self._one(message, reader, in_thread="thread" in request.query_params)

    def _thread(self, request: Request, reader: Reader) -> str:
        channel, ts = request.path_params["channel"], request.path_params["ts"]
        messages = self._parts.workspace.thread(channel, ts, reader.user.id)
        if not messages:
            raise NoSuchPieceError
        shown = [self._one(message, reader, in_thread=True) for message in messages]
        return self._render("thread.html", reader, messages=shown, channel_id=channel, ts=ts)

    def _view(self, _request: Request, reader: Reader) -> str:
        stack = self._parts.views.stack(reader.user.id)
        return self._renderer.modal(stack[-1], len(stack) - 1, reader) if stack else ""

    def _home(self, _request: Request, reader: Reader) -> str:
        home = self._parts.views.home(reader.user.id)
        shown = self._renderer.home(home, reader) if home else Markup(self._render("no_home.html", reader))  # noqa: S704 - ours
        return self._render("app_home.html", reader, home=shown)

    def _customers(self, _request: Request, reader: Reader) -> str:
        return self._render("customers.html", reader, stories=self._services.stories())

    def _make_happen(self, _request: Request, reader: Reader) -> str:
        return self._render(
            "events.html",
            reader,
            stories=self._services.stories(),
            to_a_customer=TO_A_CUSTOMER,
            to_the_business=TO_THE_BUSINESS,
            in_the_dashboard=IN_THE_DASHBOARD if self._services.options.account else (),
            deaf=any(fault["kind"] == "endpoint" for fault in self._services.active_faults()["stripe"]),
        )

    def _mailbox(self, _request: Request, reader: Reader) -> str:
        mails = list(reversed(self._services.mailbox.mails))
        return self._render("mailbox.html", reader, mails=mails, smtp=self._services.smtp)

    def _mail(self, request: Request, reader: Reader) -> str:
        stored = self._services.mailbox.find(request.path_params["number"])
        if stored is None:
            raise NoSuchPieceError
        return self._render("mail.html", reader, stored=stored)

    async def _mail_html(self, request: Request) -> Response:
        stored = self._services.mailbox.find(request.path_params["number"])
        return HTMLResponse(stored.mail.html if stored else "", headers=dict(headers.MAIL))

    def _traffic(self, _request: Request, reader: Reader) -> str:
        return self._render(
            "traffic.html",
            reader,
            calls=list(reversed(list(self._services.traffic)))[:120],
            violations=list(reversed(self._parts.violations.seen)),
            faults=self._services.active_faults(),
            kinds=SWITCHES,
        )

    def _one(self, message: Message, reader: Reader, *, in_thread: bool = False) -> Markup:
        replies: tuple[Message, ...] = ()
        if not in_thread:
            thread = self._parts.workspace.thread(message.channel, message.ts, reader.user.id)
            replies = tuple(thread[1:])
        return self._renderer.message(message, reader, replies=replies, in_thread=in_thread)

    def _reader(self, request: Request) -> Reader:
        return Reader(
            self._user(request.query_params.get("as", AGENT)), self._parts.workspace, self._parts.clock
        )

    def _user(self, user_id: str) -> User:
        users = self._parts.workspace.users
        return users.get(user_id) or users[AGENT]

    def _render(self, name: str, reader: Reader, **facts: Any) -> str:
        return self._renderer.environment.get_template(name).render(reader=reader, **facts)

    @staticmethod
    def _clock_time(at: float, reader: Reader) -> str:
        return datetime.fromtimestamp(at, reader.tz).strftime("%H:%M:%S")
