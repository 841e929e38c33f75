"""What every page needs to know: whose visit this is, what it may do, in which language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.events import Events
from sandbox.stripe.portal.pages import page
from sandbox.stripe.portal.words import Words, accepted, choose
from sandbox.stripe.sessions import PortalSessions, Visit

FOLLOW_UPS = {
    "payment_method_update": {"payment"},
    "customer_update": {"details"},
    "subscription_cancel": {"cancel", "offer", "reason"},
    "subscription_pause": {"pause"},
    "subscription_update": {"update", "confirm"},
    "subscription_update_confirm": {"confirm"},
}
"""The pages that belong to a flow; everything else is hidden while it lasts."""


@dataclass(frozen=True, slots=True)
class Context:
    """One request of a customer who is inside the portal."""

    request: Request
    form: FormData
    visit: Visit
    desk: Desk
    sessions: PortalSessions
    words: Words

    @classmethod
    async def of(cls, request: Request, visit: Visit, sessions: PortalSessions, events: Events) -> "Context":
        """Read the form and choose the language."""
        desk = Desk(visit.world, events)
        customer = visit.world.get(visit.session["customer"])
        words = Words(language_of(request, visit.session["locale"], customer))
        return cls(request, await request.form(), visit, desk, sessions, words)

    @property
    def customer(self) -> StripeObject:
        """Whose portal this is."""
        return self.visit.world.get(self.visit.session["customer"])

    @property
    def configuration(self) -> StripeObject:
        """What the portal allows."""
        return self.visit.world.get(self.visit.session["configuration"])

    @property
    def features(self) -> StripeObject:
        """The configuration's features."""
        features: StripeObject = self.configuration["features"]
        return features

    @property
    def flow(self) -> StripeObject | None:
        """The flow of the session."""
        flow: StripeObject | None = self.visit.session["flow"]
        return flow

    @property
    def merchant(self) -> str:
        """The name of the merchant."""
        return merchant_of(self.visit)

    def subscriptions(self) -> list[StripeObject]:
        """Return what the session shows: with `on_behalf_of`, only that account's."""
        obo = self.visit.session["on_behalf_of"]
        found = self.visit.world.subscriptions_of(self.customer["id"])
        return [one for one in found if obo is None or one["on_behalf_of"] == obo]

    def subscription(self) -> StripeObject | None:
        """Return the one in the page's address, if it is this customer's."""
        wanted = self.request.path_params.get("subscription")
        known = self.visit.world.subscriptions_of(self.customer["id"], ended=True)
        return next((one for one in known if one["id"] == wanted), None)

    def url(self, *steps: str) -> str:
        """Return the address of a page of this session."""
        return "/".join([f"/p/session/{self.visit.token}", *steps])

    def text(self, name: str) -> str:
        """Return a field of the form, without surrounding space."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def show(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a page."""
        return page(template, self.words, frame(self.visit, self.words, self), status=status, **facts)

    def go(self, *steps: str, notice: str | None = None) -> Response:
        """Continue with another page of this session."""
        query = f"?notice={notice}" if notice else ""
        return RedirectResponse(self.url(*steps) + query, 303)

    def not_possible(self, status: int = 409) -> Response:
        """Return the page that says that the portal cannot do this."""
        return self.show(
            "message.html",
            status=status,
            title=self.words("not_possible"),
            text=self.words("not_possible_text", merchant=self.merchant),
        )

    def in_flow(self) -> bool:
        """Return whether a flow is under way, so that only its own pages are shown."""
        return self.flow is not None and self.visit.outcome is None

    def belongs_to_flow(self, action: str) -> bool:
        """Return whether that page may be shown now."""
        if self.flow is None:
            return True
        if self.visit.outcome is None:
            return action in FOLLOW_UPS[self.flow["type"]]
        return bool(self.flow["after_completion"]["type"] == "portal_homepage")

    def start_of_flow(self) -> Response:
        """Return the first page of the flow."""
        if self.flow is None:
            return self.go()
        kind = self.flow["type"]
        pages = {"payment_method_update": "payment", "customer_update": "details"}
        if kind in pages:
            return self.go(pages[kind])
        action = kind.removeprefix("subscription_").replace("update_confirm", "confirm")
        return self.go("subscriptions", self.flow[kind]["subscription"], action)

    def finish(self, outcome: str) -> Response:
        """Go where success leads: the flow's completion, or the home page with a notice."""
        if not self.in_flow() or self.flow is None:
            return self.go(notice=outcome)
        self.sessions.finish(self.visit, outcome)
        completion = self.flow["after_completion"]
        if completion["type"] == "redirect":
            return RedirectResponse(completion["redirect"]["return_url"], 303)
        if completion["type"] == "portal_homepage":
            return self.go(notice=outcome)
        return self.go("done")


def merchant_of(visit: Visit) -> str:
    """Return the name of the merchant, or of the account on whose behalf the session is."""
    account = visit.world.get(visit.session["on_behalf_of"] or visit.world.account)
    return str(account["business_profile"]["name"] or "")


def language_of(request: Request, locale: str | None, customer: StripeObject | None) -> str:
    """Return the session's locale, else what the customer prefers, else what the browser asks for."""
    if locale and locale != "auto":
        return choose([locale])
    preferred = (customer or {}).get("preferred_locales") or []
    return choose([*preferred, *accepted(request.headers.get("accept-language"))])


def frame(visit: Visit, words: Words, context: Context | None = None) -> Mapping[str, Any]:
    """Return what surrounds every page: the merchant, the way back, the mode."""
    configuration = visit.world.get(visit.session["configuration"])
    profile = configuration["business_profile"]
    return {
        "merchant": merchant_of(visit),
        "headline": profile["headline"] or words("partner", merchant=merchant_of(visit)),
        "privacy": profile["privacy_policy_url"],
        "terms": profile["terms_of_service_url"],
        "return_url": visit.session["return_url"],
        "mode": visit.world.mode,
        "home": context.url() if context is not None and context.belongs_to_flow("home") else None,
    }
