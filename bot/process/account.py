"""Builds the `StripeAccount` of the settings."""

from bot.mail.merchant import MerchantProfile
from bot.metrics import Metrics
from bot.portal.configurations import KEPT_SECONDS, Configurations
from bot.portal.listed_prices import ListedPrices
from bot.portal.lookup import Lookup
from bot.portal.product_reader import ProductReader
from bot.portal.stripe_access import StripeGateway
from bot.settings import Settings
from bot.store.database import Database
from bot.store.link_limits import LinkLimits
from bot.use_cases.account import StripeAccount


def open_account(
    settings: Settings, database: Database, metrics: Metrics, *, remembers: bool
) -> StripeAccount:
    """Return the account of `settings.stripe_api_key`. Stripe is not called.

    With `remembers`, as where people wait, configurations and prices are cached for `KEPT_SECONDS`, and a
    link may be asked for ahead; without, each use reads them.
    """
    assert settings.stripe_api_key is not None  # noqa: S101 (Purpose says so when settings are loaded)
    file, kept_seconds = settings.portalbot_config, KEPT_SECONDS if remembers else 0
    gateway = StripeGateway.open(
        settings.stripe_api_key.get_secret_value(),
        api_base=settings.stripe_api_base,
        requests_per_second=settings.stripe_max_rps,
        count_call=lambda resource, outcome: metrics.stripe_calls.labels(resource, outcome).inc(),
    )
    metrics.stripe_rate.set_function(lambda: gateway.pace.rate)
    return StripeAccount(
        gateway=gateway,
        lookup=Lookup(gateway, account=settings.stripe_account),
        configurations=Configurations(gateway, names=file.configurations, kept_seconds=kept_seconds),
        prices=ListedPrices(gateway, kept_seconds=kept_seconds),
        products=ProductReader(gateway, gateway.catalog),
        merchant=MerchantProfile(
            gateway,
            file.mail,
            settings.merchant_name,
            settings.support_email,
            settings.mail_from,
            settings.mail_reply_to,
        ),
        link_limits=LinkLimits(
            database,
            links_per_hour=file.limits.links_per_hour,
            live_customers_per_10_minutes=file.limits.live_customers_per_10_minutes,
        ),
        alert_channel=settings.alert_channel,
        return_urls=file.return_urls,
        asks_ahead=remembers,
        reason_needed=settings.livemode and file.limits.require_reason_live,
        webhook_secrets=tuple(each.get_secret_value() for each in settings.stripe_webhook_secret),
    )
