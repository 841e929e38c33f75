"""Make a portal link: one call to Stripe, and an answer whose URL cannot be written down by accident."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cachetools import LRUCache

from bot.errors import Unavailable
from bot.portal.link_parameters import session_parameters
from bot.portal.link_request import Flow, LinkRequest
from bot.portal.models import Configuration
from bot.portal.models.reading import flag, identifier, text, whole
from bot.portal.secret import Secret
from bot.portal.stripe_access import StripeGateway

# Stripe documents five minutes for a session nobody opened; the answer has no field for it.
UNUSED_LIFETIME: Final = 300

_READ: Final[LRUCache[str, tuple[Mapping[str, object], Configuration]]] = LRUCache(16)
"""Configurations that came with the last links, by id: as Stripe sent them, and read."""


@dataclass(frozen=True, slots=True)
class PortalLink:
    """A fresh portal session. Times are Unix seconds; `configuration_details` came with the same answer."""

    url: Secret
    session: str
    flow: Flow
    customer: str | None
    customer_account: str | None
    subscription: str | None
    configuration: str | None
    configuration_details: Configuration | None
    livemode: bool
    created: int
    expires_at: int
    locale: str | None
    recover_until: int | None = None


async def create_link(gateway: StripeGateway, request: LinkRequest) -> PortalLink:
    """Make the session: exactly one call.

    Raises `BadUsage` before the call when the request lacks something, else Stripe's refusal as `Refused`.
    """
    answer = await gateway.portal.create_session(
        session_parameters(request),
        idempotency_key=request.idempotency_key,
        stripe_account=request.stripe_account,
    )
    return _link(answer, request, gateway.livemode)


def link_json(link: PortalLink) -> dict[str, str | int | bool | None]:
    """Return what `link --json` prints; the only place besides the agent's answer that reveals the URL."""
    return {
        "url": link.url.reveal(),
        "session": link.session,
        "customer": link.customer,
        "subscription": link.subscription,
        "flow": None if link.flow is Flow.HOME else link.flow.value,
        "configuration": link.configuration,
        "livemode": link.livemode,
        "created": link.created,
        "expires_at": link.expires_at,
        "locale": link.locale,
    }


def _link(answer: Mapping[str, object], request: LinkRequest, livemode: bool) -> PortalLink:
    url, session, created = text(answer, "url"), text(answer, "id"), whole(answer, "created")
    if not url or not session or created is None:
        raise Unavailable("stripe_unreadable", retry=True)
    configuration = answer.get("configuration")
    said_livemode = flag(answer, "livemode")
    return PortalLink(
        url=Secret(url),
        session=session,
        flow=request.flow,
        customer=text(answer, "customer") or request.customer,
        customer_account=text(answer, "customer_account") or request.customer_account,
        subscription=request.subscription,
        configuration=identifier(configuration) or request.configuration,
        configuration_details=_details(configuration) if isinstance(configuration, Mapping) else None,
        livemode=livemode if said_livemode is None else said_livemode,
        created=created,
        expires_at=created + UNUSED_LIFETIME,
        locale=text(answer, "locale") or request.locale,
        recover_until=request.recover_until,
    )


def _details(source: Mapping[str, object]) -> Configuration:
    """Read a session's configuration; the one of every link is hardly ever another one than before."""
    key = text(source, "id") or ""
    known = _READ.get(key)
    if known is None or known[0] != source:
        known = _READ[key] = (source, Configuration.of(source))
    return known[1]
