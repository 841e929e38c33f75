"""The addresses of the hosted pages, and who may open them."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.stripe.events import Events
from sandbox.stripe.portal import cancelling, details, home, login, payments, plans, products, recovery
from sandbox.stripe.portal.context import Context
from sandbox.stripe.portal.invoice_page import InvoicePage
from sandbox.stripe.portal.pages import HERE, page
from sandbox.stripe.portal.passcodes import Passcodes, SendMail
from sandbox.stripe.portal.words import Words, accepted, choose
from sandbox.stripe.sessions import PortalSessions
from sandbox.stripe.world import World

Page = Callable[[Context], Awaitable[Response]]

PAGES: tuple[tuple[str, str, Page], ...] = (
    ("", "home", home.home),
    ("/done", "done", home.done),
    ("/payment", "payment", payments.payment),
    ("/methods/{method}/{action}", "methods", payments.change_method),
    ("/invoices/{invoice}/pay", "invoices", payments.pay_invoice),
    ("/details", "details", details.details),
    ("/subscriptions/{subscription}/update", "update", plans.update),
    ("/subscriptions/{subscription}/confirm", "confirm", plans.confirm),
    ("/subscriptions/{subscription}/cancel", "cancel", cancelling.cancel),
    ("/subscriptions/{subscription}/offer", "offer", cancelling.offer),
    ("/subscriptions/{subscription}/reason", "reason", cancelling.reason),
    ("/subscriptions/{subscription}/renew", "renew", cancelling.renew),
    ("/subscriptions/{subscription}/pause", "pause", cancelling.pause),
    ("/subscriptions/{subscription}/resume", "resume", cancelling.resume),
)
ALWAYS_SHOWN = {"home", "done"}
POSTS_ONLY = {"methods", "invoices", "renew", "resume", "offer"}


class Portal:
    """Serves `/p/*`."""

    def __init__(
        self,
        sessions: PortalSessions,
        events: Events,
        worlds_of: Callable[[bool], Sequence[World]],
        send_mail: SendMail,
        clock: Callable[[], int],
    ) -> None:
        self._sessions = sessions
        self._events = events
        self._clock = clock
        passcodes = Passcodes(clock, send_mail)
        self._recovery = recovery.Recovery(sessions, passcodes, clock)
        self._invoice_page = InvoicePage(events, worlds_of)
        self._previews = products.Previews(worlds_of)
        self._login = login.Login(sessions, passcodes, worlds_of)

    def routes(self) -> list[BaseRoute]:
        """Return the pages of a session, its recovery, and the login page."""
        pages: list[BaseRoute] = [
            Route(
                f"/p/session/{{token}}{path}",
                self._guarded(action, show),
                methods=["POST"] if action in POSTS_ONLY else ["GET", "POST"],
            )
            for path, action, show in PAGES
        ]
        return [
            *pages,
            Route("/p/session/{token}/recover", self._recover, methods=["POST"]),
            Route("/p/login/{token}", self._login.page, methods=["GET", "POST"]),
            Route("/p/login/{token}/code", self._login.code, methods=["POST"]),
            Route("/p/product/{product}", self._previews.preview),
            Route("/p/invoice/{invoice}", self._invoice_page.show, methods=["GET", "POST"]),
            Mount("/p/static", StaticFiles(directory=HERE / "static")),
            Route("/p/{rest:path}", _not_found),
        ]

    def _guarded(self, action: str, show: Page) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            visit = self._sessions.visit(request.path_params["token"])
            if visit is None:
                return await _not_found(request)
            now = self._clock()
            if visit.expired(now) or visit.world.get(visit.session["customer"]).get("deleted"):
                return self._recovery.expired(request, visit)
            if request.method == "HEAD":
                return Response()
            visit = self._sessions.touch(visit, now)
            context = await Context.of(request, visit, self._sessions, self._events)
            if action not in ALWAYS_SHOWN and not context.belongs_to_flow(action):
                return context.go() if visit.outcome is None else context.go("done")
            return await show(context)

        return endpoint

    async def _recover(self, request: Request) -> Response:
        visit = self._sessions.visit(request.path_params["token"])
        if visit is None or not visit.expired(self._clock()):
            return await _not_found(request)
        return await self._recovery.recover(request, visit)


async def _not_found(request: Request) -> Response:
    words = Words(choose(accepted(request.headers.get("accept-language"))))
    frame = products.frame_of("", "test")
    return page("message.html", words, frame, status=404, title=words("not_found"), text="")
