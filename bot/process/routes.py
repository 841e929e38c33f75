"""The routes of the web process: Slack, Stripe, health and metrics. Opens nothing by itself."""

import hmac
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import Unavailable
from bot.handlers.slack_http import slack_endpoint
from bot.handlers.stripe_webhooks import webhook_endpoint
from bot.health.stored_counts import read_stored_counts
from bot.logs import get_log
from bot.portal.models.reading import identifier, inner, mapping, text
from bot.process.readiness import Readiness
from bot.process.web import Web, signing_secret
from bot.store.events import StoredEvent
from bot.use_cases.account import StripeAccount

_CATALOG_CHANGES = ("price.updated", "price.deleted", "product.updated", "product.deleted")
_OWN_LINKS = "billing_portal.session."
"""Events about links, which change nothing about their customer."""
_CACHED_OBJECTS = ("billing_portal.configuration.", "price.", "product.")


def make_app(web: Web) -> Starlette:
    """Return the application with all routes."""
    settings, services = web.services.settings, web.services
    readiness = Readiness(services.database)

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(_request: Request) -> Response:
        if missing := await readiness.missing():
            return PlainTextResponse(f"{missing}\n", status_code=503)
        # Webhooks are served whatever the socket does, so that it is said and nothing more.
        closed = web.socket is not None and not web.socket.is_open
        return PlainTextResponse("ready; the socket to Slack is not open\n" if closed else "ready\n")

    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None

    async def metrics(request: Request) -> Response:
        if token is not None and not _bears(request, token):
            return Response(status_code=401, headers={"www-authenticate": "Bearer"})
        try:
            services.metrics.stands(await read_stored_counts(services.database))
        except Unavailable:
            services.metrics.stands(None)
        return Response(services.metrics.text(), media_type=services.metrics.content_type)

    slack = slack_endpoint(web.bolt, signing_secret(settings), get_log("bot.slack"))
    webhooks = webhook_endpoint(
        services.events,
        services.metrics,
        services.account.webhook_secrets,
        livemode=services.account.livemode,
        clock=services.clock.whole,
        on_event=_dropping(services.account),
        on_outcome=services.anomalies.count_webhook,
    )
    return Starlette(
        routes=[
            Route("/slack/events", slack, methods=["POST"]),
            Route("/stripe/webhooks", webhooks, methods=["POST"]),
            Route("/healthz", alive),
            Route("/readyz", ready),
            Route("/metrics", metrics),
        ]
    )


def _bears(request: Request, token: str) -> bool:
    """Return whether a request carries the token; how long that takes says nothing about it."""
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _dropping(account: StripeAccount) -> Callable[[StoredEvent], None]:
    """Drop what is remembered of settings, prices, products and customers when Stripe says it changed."""

    def on_event(event: StoredEvent) -> None:
        if event.type.startswith(_CACHED_OBJECTS):
            account.drop_remembered()
        thing = inner(event.payload, "data").get("object")
        if event.type in _CATALOG_CHANGES:
            account.gateway.catalog.forget(identifier(thing))
        if not event.type.startswith(_OWN_LINKS):
            is_customer = event.type.startswith("customer.") and text(mapping(thing), "object") == "customer"
            changed = identifier(thing if is_customer else mapping(thing).get("customer"))
            account.gateway.recent.forget(changed or "")

    return on_event
