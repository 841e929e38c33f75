"""Everything a process needs, put together once from the settings. Web, worker and command line share it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.engine.lazy_queue import LazyQueue
from bot.health.doctor import Doctor, Facts, Look
from bot.mail.rows import Mails, states_of
from bot.metrics import Metrics
from bot.portal.configurations import KEPT_SECONDS, Configurations
from bot.portal.key_check import KeyCheck
from bot.portal.listed_prices import ListedPrices
from bot.portal.lookup import Lookup
from bot.portal.stripe_access import StripeGateway
from bot.settings import Settings
from bot.store.audit import AuditTrail
from bot.store.audit_writer import AuditWriter
from bot.store.database import Database
from bot.store.events import StripeEvents
from bot.store.link_limits import LinkLimits
from bot.store.migrate import is_current
from bot.use_cases.dispatcher import Dispatcher
from bot.use_cases.link_maker import LinkMaker
from bot.use_cases.sources import Sources


def now() -> int:
    """Unix seconds."""
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Services:
    """The parts, and how to close them."""

    settings: Settings
    metrics: Metrics
    gateway: StripeGateway
    lookup: Lookup
    configurations: Configurations
    prices: ListedPrices
    database: Database
    audit: AuditTrail
    audit_writer: AuditWriter
    events: StripeEvents
    doctor: Doctor
    dispatcher: Dispatcher
    links: LinkMaker
    sources: Sources
    queue: LazyQueue

    async def aclose(self) -> None:
        """Close the connections to Stripe and the database."""
        await self.gateway.aclose()
        await self.queue.aclose()
        await self.database.close()


def make_services(
    settings: Settings,
    *,
    keeps_configurations: bool,
    further_checks: Callable[[Database], Mapping[str, Look]] | None = None,
    clock: Callable[[], int] = now,
) -> Services:
    """Put everything together; nothing is opened before its first use.

    `keeps_configurations`: the web process keeps portal configurations for five minutes, the command line
    always reads Stripe afresh. `further_checks` makes what the self-check looks at beyond Stripe and the
    database. `settings` must hold a Stripe key.
    """
    assert settings.stripe_api_key is not None  # noqa: S101 (Purpose says so when settings are loaded)
    key = settings.stripe_api_key.get_secret_value()
    metrics = Metrics()
    sources = _sources(settings, key, metrics, keeps_configurations=keeps_configurations)
    database = Database(settings.database_url.get_secret_value())
    audit = AuditTrail(database, states_of)
    audit_writer = AuditWriter(audit, metrics)
    links = _link_maker(settings, sources, database, metrics, clock)
    doctor = Doctor(
        facts=_facts(settings, key),
        key=KeyCheck(sources.gateway),
        configurations=sources.configurations,
        database_current=lambda: is_current(database),
        further=further_checks(database) if further_checks else None,
    )
    dispatcher = Dispatcher(
        sources=sources,
        links=links,
        audit=audit,
        trail=audit_writer,
        doctor=doctor,
        metrics=metrics,
        clock=clock,
        mails=Mails(database),
    )
    return Services(
        settings=settings,
        metrics=metrics,
        gateway=sources.gateway,
        lookup=sources.lookup,
        configurations=sources.configurations,
        prices=sources.prices,
        database=database,
        audit=audit,
        audit_writer=audit_writer,
        events=StripeEvents(database),
        doctor=doctor,
        dispatcher=dispatcher,
        links=links,
        sources=sources,
        queue=LazyQueue(settings.database_url.get_secret_value()),
    )


def _sources(settings: Settings, key: str, metrics: Metrics, *, keeps_configurations: bool) -> Sources:
    """Everything that is read from Stripe."""
    gateway = StripeGateway.open(
        key,
        api_base=settings.stripe_api_base,
        requests_per_second=settings.stripe_max_rps,
        count_call=lambda resource, outcome: metrics.stripe_calls.labels(resource, outcome).inc(),
    )
    kept_seconds = KEPT_SECONDS if keeps_configurations else 0
    return Sources(
        gateway,
        Lookup(gateway, account=settings.stripe_account),
        Configurations(gateway, names=settings.portalbot_config.configurations, kept_seconds=kept_seconds),
        ListedPrices(gateway, kept_seconds=kept_seconds),
    )


def _link_maker(
    settings: Settings, sources: Sources, database: Database, metrics: Metrics, clock: Callable[[], int]
) -> LinkMaker:
    file = settings.portalbot_config
    limits = LinkLimits(
        database,
        links_per_hour=file.limits.links_per_hour,
        live_customers_per_10_minutes=file.limits.live_customers_per_10_minutes,
    )
    return LinkMaker(
        sources=sources,
        limits=limits,
        return_urls=file.return_urls,
        metrics=metrics,
        clock=clock,
        reason_needed=reason_needed(settings),
    )


def reason_needed(settings: Settings) -> bool:
    """Whether links must come with `for:`; only ever in live mode."""
    return settings.livemode and settings.portalbot_config.limits.require_reason_live


def _facts(settings: Settings, key: str) -> Facts:
    return Facts(
        livemode=settings.livemode,
        restricted_key=key.startswith("rk_"),
        webhook_secret=bool(settings.stripe_webhook_secret),
        agents_named=bool(settings.slack_agents),
        alert_channel=settings.alert_channel is not None,
        signing_secret=settings.slack_signing_secret is not None,
    )
