"""Choosing another plan or quantity, the preview, and the confirmation."""

from dataclasses import dataclass

from starlette.responses import Response

from sandbox.stripe import update_rules
from sandbox.stripe.actions.switching import apply, only_item, preview
from sandbox.stripe.annotations import StripeObject
from sandbox.stripe.errors import StripeError
from sandbox.stripe.portal.context import Context
from sandbox.stripe.portal.home import can_update, item_line, price_line
from sandbox.stripe.world import World


@dataclass(frozen=True, slots=True)
class Wish:
    """What the customer wants: a price, a quantity, and discounts."""

    price: str
    quantity: int | None
    coupons: tuple[StripeObject, ...] = ()
    code: str = ""


async def update(context: Context) -> Response:
    """Show the plans to choose from."""
    subscription = context.subscription()
    if subscription is None or not can_update(context, subscription):
        return context.not_possible()
    world, configuration = context.visit.world, context.configuration
    item = only_item(subscription)
    offered = update_rules.offered_prices(world, subscription, configuration)
    prices = [world.get(item["price"]), *offered]
    return context.show(
        "update.html",
        current=item["price"],
        quantity=item.get("quantity") or 1,
        plans=[
            {
                **price_line(context, one, 1),
                "bounds": update_rules.bounds_for_price(one["id"], configuration),
                "current": one["id"] == item["price"],
            }
            for one in prices
        ],
        promotions="promotion_code" in context.features["subscription_update"]["default_allowed_updates"]
        and not context.in_flow(),
        error=context.words("promotion_wrong") if "wrong_code" in context.request.query_params else None,
        action=context.url("subscriptions", subscription["id"], "confirm"),
    )


async def confirm(context: Context) -> Response:
    """Show the preview; a second POST does it."""
    subscription = context.subscription()
    if subscription is None:
        return context.not_possible()
    wish = _wish(context, subscription)
    if wish is None:
        return context.go("subscriptions", subscription["id"], "update?wrong_code=1")
    item = only_item(subscription)
    asked = {"items": [{"id": item["id"], "price": wish.price, "quantity": wish.quantity}]}
    if wish.quantity is None:
        del asked["items"][0]["quantity"]
    try:
        update_rules.confirm(context.visit.world, subscription, context.configuration, asked)
    except StripeError:
        return context.not_possible()
    change = preview(
        context.desk, subscription, context.configuration, wish.price, wish.quantity, wish.coupons
    )
    if context.text("confirmed") == "yes":
        apply(context.desk, subscription, change, wish.coupons)
        return context.finish("subscription_update")
    currency = subscription["currency"]
    return context.show(
        "confirm.html",
        before=[item_line(context, item)],
        after={**price_line(context, change.price, change.quantity), "quantity": change.quantity},
        change=change,
        due=context.words.money(max(0, change.due_now), currency),
        later=context.words.money(change.later, currency),
        starts=context.words.date(change.starts_at),
        discounts=[one["name"] or one["id"] for one in wish.coupons],
        wish=wish,
        new_method=not update_rules.effective_method_type(context.visit.world, subscription),
    )


def _wish(context: Context, subscription: StripeObject) -> Wish | None:
    """Read the form, or the session's confirm flow; None when the promotion code is not valid."""
    world, item = context.visit.world, only_item(subscription)
    flow = (context.flow or {}).get("subscription_update_confirm")
    if flow is not None and context.in_flow():
        wanted = flow["items"][0]
        coupons = tuple(_coupon(world, one) for one in flow["discounts"] or [])
        return Wish(wanted["price"], wanted["quantity"], coupons)
    price = context.text("price") or item["price"]
    listed = world.find(price, "price")
    quantity = item.get("quantity")
    bounds = update_rules.bounds_for_price(price, context.configuration)
    asked = context.text(f"quantity_{price}") or context.text("quantity")
    if bounds is not None and asked.isascii() and asked.isdigit() and len(asked) < 7:
        quantity = int(asked)
    elif price != item["price"] and bounds is None and listed is not None:
        quantity = 1 if quantity is None else quantity
    code = context.text("code")
    if not code:
        return Wish(price, quantity)
    for promotion in world.every("promotion_code"):
        if promotion["code"].casefold() == code.casefold() and promotion["active"]:
            coupon = world.get(promotion["promotion"]["coupon"])
            return Wish(price, quantity, (coupon,), code)
    return None


def _coupon(world: World, discount: StripeObject) -> StripeObject:
    if discount["coupon"]:
        return world.get(discount["coupon"])
    promotion = world.get(discount["promotion_code"])
    return world.get(promotion["promotion"]["coupon"])
