"""Portal configurations."""

from typing import Any

from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.seeds.builder import Builder

REASONS = (
    "too_expensive",
    "missing_features",
    "switched_service",
    "unused",
    "customer_service",
    "too_complex",
    "low_quality",
    "other",
)


def configurations(b: Builder, base_url: str) -> None:
    """Seed one good default and the ways in which a configuration disappoints."""
    everything = configuration(b, base_url, "default", "Everything on", is_default=True)
    everything["features"] = features(
        subscription_update=update_feature(b, enabled=True),
        subscription_pause={
            "duration": {
                "interval_options": [{"interval": "month", "interval_count": 1}],
                "type": "interval_options",
            },
            "enabled": True,
        },
    )
    configuration(b, base_url, "cancel_only", "Cancel only")
    configuration(b, base_url, "inactive", "Old portal", active=False)
    support = configuration(b, base_url, "support", "Support desk", login=False)
    support["features"] = features(
        subscription_update=update_feature(
            b,
            enabled=True,
            default_allowed_updates=["price", "quantity", "promotion_code"],
            trial_update_behavior="continue_trial",
        ),
        subscription_cancel={
            **cancel_feature(),
            "mode": "immediately",
            "proration_behavior": "create_prorations",
        },
    )
    stale = configuration(b, base_url, "stale", "Catalog of last year")
    stale["features"] = features(
        subscription_update=update_feature(
            b, enabled=True, products=_products(b, "archived", "starter_monthly")
        )
    )


def configuration(
    b: Builder,
    base_url: str,
    label: str,
    name: str,
    *,
    active: bool = True,
    is_default: bool = False,
    login: bool = True,
) -> StripeObject:
    """Return a configuration as the Dashboard makes it: plan switching off, cancelling on."""
    token = b.world.stable_id("login", label).removeprefix("login_")
    url = f"{base_url}/p/login/{token if b.world.livemode else f'test_{token}'}"
    return b.world.add(
        "billing_portal.configuration",
        id=b.named("bpc", f"configuration.{label}"),
        name=name,
        active=active,
        is_default=is_default,
        created=b.ago(200 if is_default else 150),
        updated=b.ago(20),
        metadata={},
        default_return_url="https://example.com/account",
        business_profile={
            "headline": None,
            "privacy_policy_url": "https://example.com/privacy",
            "terms_of_service_url": "https://example.com/terms",
        },
        login_page={"enabled": login and active, "url": url if login and active else None},
        features=features(subscription_update=update_feature(b, enabled=False)),
    )


def untouched(b: Builder, base_url: str) -> StripeObject:
    """Return the default configuration as the Dashboard saves it when nobody changes anything."""
    saved = configuration(b, base_url, "default", "Default", is_default=True, login=False)
    saved["default_return_url"] = None
    saved["business_profile"].update(privacy_policy_url=None, terms_of_service_url=None)
    return saved


def features(**chosen: StripeObject) -> StripeObject:
    """Return the Dashboard's defaults with these features in their place."""
    return {
        "customer_update": {"allowed_updates": ["name", "email", "address", "phone"], "enabled": True},
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True, "payment_method_configuration": None},
        "subscription_cancel": cancel_feature(),
        "subscription_pause": {"duration": {"interval_options": [], "type": "indefinite"}, "enabled": False},
        **chosen,
    }


def cancel_feature() -> StripeObject:
    """Return cancelling at the end of the period, with the question why."""
    return {
        "cancellation_reason": {"enabled": True, "feedback_options": None, "options": list(REASONS)},
        "enabled": True,
        "mode": "at_period_end",
        "proration_behavior": "none",
    }


def update_feature(b: Builder, *, enabled: bool, **chosen: Any) -> StripeObject:
    """Return switching between the listed plans; when off, nothing is listed."""
    return {
        "billing_cycle_anchor": "unchanged",
        "default_allowed_updates": ["price", "quantity", "promotion_code"] if enabled else [],
        "enabled": enabled,
        "products": catalog_products(b) if enabled else None,
        "proration_behavior": "create_prorations" if enabled else "none",
        "schedule_at_period_end": {
            "conditions": [{"type": "decreasing_item_amount"}, {"type": "shortening_interval"}]
            if enabled
            else []
        },
        "trial_update_behavior": "end_trial",
        **chosen,
    }


def catalog_products(b: Builder) -> list[StripeObject]:
    """Return the nine products a customer may move between; a seat plan has an adjustable quantity."""
    listed = []
    for name in ("starter", "team", "business"):
        listed += _products(b, f"{name}_monthly", f"{name}_yearly", seats=name == "team")
    for currency in ("eur", "jpy", "gbp"):
        for name in ("starter", "team"):
            listed += _products(b, f"{name}_{currency}_monthly")
    return listed


def _products(b: Builder, *labels: str, seats: bool = False) -> list[StripeObject]:
    """Return the entries that list those prices, one for each product."""
    by_product: dict[str, list[str]] = {}
    for label in labels:
        listed = b.ref(f"price.{label}")
        by_product.setdefault(listed["product"], []).append(listed["id"])
    adjustable = {"enabled": seats, "maximum": 50 if seats else None, "minimum": 1}
    return [
        {"adjustable_quantity": dict(adjustable), "prices": prices, "product": product_id}
        for product_id, prices in by_product.items()
    ]
