"""Calls to Stripe about the portal itself: its configurations, and the sessions that links open."""

from collections.abc import Mapping

from bot.portal.models import Configuration
from bot.portal.stripe_calls import PAGE_SIZE, StripeCalls, path_segment


class PortalCalls:
    """One method for each call. Raises Refused."""

    def __init__(self, calls: StripeCalls) -> None:
        self._calls = calls

    async def configuration(self, configuration: str) -> Configuration:
        """Read a portal configuration with the products it lists."""
        found = await self._calls.get(
            "portal_configuration",
            f"/v1/billing_portal/configurations/{path_segment(configuration)}",
            {"expand": ["features.subscription_update.products"]},
        )
        return Configuration.of(found)

    async def default_configuration(self) -> Configuration | None:
        """Read the default configuration of the mode; None when it was never saved."""
        found = await self._configurations({"is_default": True, "limit": 1})
        return found[0] if found else None

    async def configurations(self) -> tuple[Configuration, ...]:
        """Every portal configuration of the mode, with the products they list; at most 100."""
        return await self._configurations({"limit": PAGE_SIZE})

    async def change(
        self, configuration: str, parameters: Mapping[str, object], *, idempotency_key: str
    ) -> Configuration:
        """Change settings of a portal configuration; returns it as Stripe has it then."""
        return await self._saved(f"/{path_segment(configuration)}", parameters, idempotency_key)

    async def create(self, parameters: Mapping[str, object], *, idempotency_key: str) -> Configuration:
        """Make a portal configuration, which is never the default one."""
        return await self._saved("", parameters, idempotency_key)

    async def create_session(
        self,
        parameters: Mapping[str, object],
        *,
        idempotency_key: str | None = None,
        stripe_account: str | None = None,
    ) -> Mapping[str, object]:
        """Create a session. The answer holds its URL: hand it to `PortalLink` and nothing else."""
        return await self._calls.post(
            "portal_session",
            "/v1/billing_portal/sessions",
            parameters,
            idempotency_key=idempotency_key,
            stripe_account=stripe_account,
        )

    async def _saved(self, path: str, parameters: Mapping[str, object], key: str) -> Configuration:
        saved = await self._calls.post(
            "portal_configuration",
            f"/v1/billing_portal/configurations{path}",
            {**parameters, "expand": ["features.subscription_update.products"]},
            idempotency_key=key,
        )
        return Configuration.of(saved)

    async def _configurations(self, parameters: Mapping[str, object]) -> tuple[Configuration, ...]:
        wanted = {**parameters, "expand": ["data.features.subscription_update.products"]}
        path = "/v1/billing_portal/configurations"
        return await self._calls.rows(Configuration.of, "portal_configuration", path, wanted)
