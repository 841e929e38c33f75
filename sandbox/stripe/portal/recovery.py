"""Expired links, and the way back in for those sessions that have one."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox.stripe.portal.context import frame, language_of, merchant_of
from sandbox.stripe.portal.pages import page
from sandbox.stripe.portal.passcodes import Passcodes
from sandbox.stripe.portal.words import Words
from sandbox.stripe.sessions import PortalSessions, Visit


class Recovery:
    """With `after_expiration` a customer who proves the mailbox gets a new session of the same
    configuration.
    """

    def __init__(self, sessions: PortalSessions, passcodes: Passcodes, clock: Callable[[], int]) -> None:
        self._sessions = sessions
        self._passcodes = passcodes
        self._clock = clock

    def _recoverable(self, visit: Visit) -> bool:
        recovery = visit.session["after_expiration"]
        customer = visit.world.get(visit.session["customer"])
        if recovery is None or customer.get("deleted") or not customer["email"]:
            return False
        deadline = recovery["customer_login"]["expires_at"]
        return deadline is None or self._clock() <= deadline

    def expired(self, request: Request, visit: Visit) -> Response:
        """Show the page of a dead link."""
        words = _words(request, visit)
        return page(
            "expired.html",
            words,
            frame(visit, words),
            status=410,
            recover=f"/p/session/{visit.token}/recover" if self._recoverable(visit) else None,
        )

    async def recover(self, request: Request, visit: Visit) -> Response:
        """Send the code, or check it and open the replacement."""
        if not self._recoverable(visit):
            return self.expired(request, visit)
        words = _words(request, visit)
        customer = visit.world.get(visit.session["customer"])
        action, email = request.url.path, _masked(customer["email"])
        form = await request.form()
        if "code" not in form:
            await self._passcodes.send(visit.token, customer["email"], merchant_of(visit), words)
            return page("code.html", words, frame(visit, words), email=email, action=action, error=None)
        if not self._passcodes.check(visit.token, customer["email"], str(form["code"])):
            error = words("code_wrong")
            return page(
                "code.html", words, frame(visit, words), status=400, email=email, action=action, error=error
            )
        params = {"locale": visit.session["locale"], "return_url": visit.session["return_url"]}
        fresh = self._sessions.open(
            visit.world,
            customer["id"],
            visit.session["configuration"],
            flow=visit.session["flow"],
            params=params,
            origin="recovery",
        )
        return RedirectResponse(f"/p/session/{fresh.token}", 303)


def _words(request: Request, visit: Visit) -> Words:
    customer = visit.world.get(visit.session["customer"])
    return Words(language_of(request, visit.session["locale"], customer))


def _masked(email: str) -> str:
    """Mask an address: the page is open to whoever holds the dead link."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"
