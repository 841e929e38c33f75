"""The login page: an address, a code by mail, and the portal of the customer it belongs to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.portal.context import language_of
from sandbox.stripe.portal.pages import page
from sandbox.stripe.portal.passcodes import Passcodes
from sandbox.stripe.portal.words import Words
from sandbox.stripe.sessions import PortalSessions
from sandbox.stripe.world import World

LONGEST_EMAIL = 512
ACTIVE = {"active", "trialing", "past_due"}
"""What counts as an active subscription here. Stripe documents only `active`."""


def opened_by(world: World, email: str) -> StripeObject | None:
    """Return whom the login page opens: the newest customer of that address with an active subscription."""
    for customer in world.every("customer"):
        if customer.get("deleted") or (customer["email"] or "").casefold() != email.casefold():
            continue
        if any(one["status"] in ACTIVE for one in world.subscriptions_of(customer["id"])):
            return customer
    return None


class Login:
    """Never says whether an address belongs to a customer."""

    def __init__(
        self, sessions: PortalSessions, passcodes: Passcodes, worlds_of: Callable[[bool], Sequence[World]]
    ) -> None:
        self._sessions = sessions
        self._passcodes = passcodes
        self._worlds_of = worlds_of

    async def page(self, request: Request) -> Response:
        """Ask for the address, or send the code."""
        world, configuration = self._find(request)
        words = Words(language_of(request, None, None))
        if configuration is None:
            frame = _frame(world, None, words)
            return page("message.html", words, frame, status=404, title=words("not_found"), text="")
        frame = _frame(world, configuration, words)
        if request.method != "POST":
            prefilled = request.query_params.get("prefilled_email", "")[:LONGEST_EMAIL]
            return page("login.html", words, frame, email=prefilled, error=None)
        email = str((await request.form()).get("email", "")).strip()
        if "@" not in email or len(email) > LONGEST_EMAIL:
            error = words("email_wrong")
            return page("login.html", words, frame, status=400, email=email[:LONGEST_EMAIL], error=error)
        if (customer := opened_by(world, email)) is not None:
            await self._passcodes.send(configuration["id"], customer["email"], frame["merchant"], words)
        action = f"/p/login/{request.path_params['token']}/code"
        return page("code.html", words, frame, email=email, action=action, error=None)

    async def code(self, request: Request) -> Response:
        """Check the code and open the portal."""
        world, configuration = self._find(request)
        words = Words(language_of(request, None, None))
        frame = _frame(world, configuration, words)
        if configuration is None:
            return page("message.html", words, frame, status=404, title=words("not_found"), text="")
        form = await request.form()
        email, code = str(form.get("email", "")).strip()[:LONGEST_EMAIL], str(form.get("code", ""))
        customer = opened_by(world, email)
        right = self._passcodes.check(configuration["id"], email, code)
        if customer is None or not right:
            action, error = request.url.path, words("code_wrong")
            return page("code.html", words, frame, status=400, email=email, action=action, error=error)
        visit = self._sessions.open(world, customer["id"], configuration["id"], origin="login")
        return RedirectResponse(f"/p/session/{visit.token}", 303)

    def _find(self, request: Request) -> tuple[World, StripeObject | None]:
        token = request.path_params["token"]
        worlds = self._worlds_of(not token.startswith("test_"))
        for world in worlds:
            for configuration in world.every("billing_portal.configuration"):
                login = configuration["login_page"]
                if login["enabled"] and str(login["url"]).endswith(f"/{token}"):
                    return world, configuration
        return worlds[0], None


def _frame(world: World, configuration: StripeObject | None, words: Words) -> Mapping[str, Any]:
    merchant = str(world.get(world.account)["business_profile"]["name"] or "")
    profile = configuration["business_profile"] if configuration else {}
    return {
        "merchant": merchant,
        "headline": profile.get("headline") or words("partner", merchant=merchant),
        "privacy": profile.get("privacy_policy_url"),
        "terms": profile.get("terms_of_service_url"),
        "return_url": configuration["default_return_url"] if configuration else None,
        "mode": world.mode,
        "home": None,
    }
