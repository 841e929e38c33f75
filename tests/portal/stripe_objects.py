"""Small objects in Stripe's shape for the tests of lookups and links."""

from typing import Any

Json = dict[str, Any]


def customer(identifier: str = "cus_1", **fields: Any) -> Json:
    subscriptions = fields.pop("subscriptions", [subscription(customer=identifier)])
    held = {"object": "list", "data": subscriptions, "has_more": False}
    return {
        "id": identifier,
        "object": "customer",
        "email": "jenny@example.com",
        "name": "Jenny Rosen",
        "created": 1_700_000_000,
        "livemode": False,
        **({} if subscriptions is None else {"subscriptions": held}),
        **fields,
    }


def subscription(identifier: str = "sub_1", **fields: Any) -> Json:
    items = [{"id": "si_1", "object": "subscription_item", "quantity": 1, "price": price()}]
    return {
        "id": identifier,
        "object": "subscription",
        "customer": "cus_1",
        "status": "active",
        "currency": "eur",
        "created": 1_700_000_000,
        "items": {"object": "list", "data": items, "has_more": False},
        **fields,
    }


def price(identifier: str = "price_1", **fields: Any) -> Json:
    recurring = {"interval": "month", "interval_count": 1, "usage_type": "licensed", "meter": None}
    return {
        "id": identifier,
        "object": "price",
        "active": True,
        "currency": "eur",
        "product": "prod_1",
        "recurring": {**recurring, **fields.pop("recurring", {})},
        **fields,
    }


def configuration(identifier: str = "bpc_1", **fields: Any) -> Json:
    return {
        "id": identifier,
        "object": "billing_portal.configuration",
        "active": True,
        "is_default": True,
        "livemode": False,
        "features": {"subscription_update": {"enabled": True, "products": []}},
        **fields,
    }
